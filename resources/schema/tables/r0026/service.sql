-- Calls: who was not known is called back. Notices that are over are found.

-- When the caller hung up before anybody spoke to him, whatever became of the call since.
ALTER TABLE service_call ADD COLUMN abandoned_at TEXT DEFAULT '' NOT NULL;

INSERT INTO life_step (branch_id, life, before, after) VALUES
    ('*', 'service_call', 'abandoned', 'calling_back'),
    ('*', 'service_call', 'done', 'calling_back'),
    ('*', 'service_call', 'calling_back', 'called_back'),
    ('*', 'service_call', 'called_back', 'calling_back');

ALTER TABLE service_call DROP CONSTRAINT ck_service_call_taken,
    ADD CONSTRAINT ck_service_call_taken CHECK (
        state NOT IN ('taken', 'ended', 'done', 'calling_back', 'called_back') OR taken_by <> ''),
    DROP CONSTRAINT ex_service_call_in_hand,
    ADD CONSTRAINT ex_service_call_in_hand
        EXCLUDE USING btree (branch_id WITH =, taken_by WITH =)
        WHERE (state IN ('taken', 'calling_back'));

CREATE INDEX by_about_task ON task (about) WHERE state = 'open' AND client_id IS NULL;
