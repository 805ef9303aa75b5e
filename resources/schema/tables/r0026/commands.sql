-- A command is as long as a hub lets it be, its names as long as a key can hold: a name that fits the
-- inbox and not the task that tells of its refusal stopped every worker.
ALTER TABLE inbox ADD CONSTRAINT ck_inbox_size CHECK (length(command_id) BETWEEN 1 AND 200
    AND length(key) <= 200 AND length(desk) <= 200 AND octet_length(envelope) <= 8388608);

-- An approval is named once in the whole firm: who decides names it without its branch.
CREATE UNIQUE INDEX by_id_approval ON approval (approval_id);
