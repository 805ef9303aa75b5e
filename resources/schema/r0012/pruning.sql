-- What else goes with time: answers that every desk has had, parts of a file whose import was never
-- asked for, and the personal columns of imports that cannot be taken back any more.

ALTER TABLE import_part ADD COLUMN staged_at TEXT DEFAULT '' NOT NULL;
UPDATE import_part SET staged_at = to_char(now() AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD');

-- Deletes at most ``most`` answers given before a day, of one stream whose counter no command holds;
-- applied_command goes on remembering them: a command that comes again is told its answer anew.
CREATE FUNCTION drop_answers(before_day text, most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    dropped bigint;
    free change_counter;
BEGIN
    PERFORM require_worker();
    SELECT c.* INTO free FROM change_counter c
    WHERE (c.branch_id, c.stream) IN (SELECT stream_branch(a.branch_id, a.manager_id), a.manager_id
        FROM command_answer a WHERE a.answered_at < before_day)
    LIMIT 1 FOR UPDATE SKIP LOCKED;
    DELETE FROM command_answer WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM command_answer a
        WHERE stream_branch(a.branch_id, a.manager_id) = free.branch_id
          AND a.manager_id = free.stream AND a.answered_at < before_day
        LIMIT most FOR UPDATE SKIP LOCKED));
    GET DIAGNOSTICS dropped = ROW_COUNT;
    RETURN dropped;
END $$;

CREATE FUNCTION drop_parts(before_day text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    dropped bigint;
BEGIN
    PERFORM require_worker();
    DELETE FROM import_part WHERE staged_at < before_day;
    GET DIAGNOSTICS dropped = ROW_COUNT;
    RETURN dropped;
END $$;

-- Empties the rows of one import of what they hold of people; counts, hashes, outcomes, keys and
-- reasons stay. One that was applied before a day can be taken back no more, the others never could.
CREATE FUNCTION empty_import_rows(before_day text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    emptied bigint;
    over import_batch;
BEGIN
    PERFORM require_worker();
    SELECT b.* INTO over FROM import_batch b
    WHERE (b.state IN ('known', 'refused', 'undone')
            OR b.state = 'applied' AND b.finished_at < before_day
                AND NOT EXISTS (SELECT FROM approval a WHERE a.branch_id = b.branch_id
                    AND a.approval_id = b.approval_id AND a.state = 'pending'))
      AND EXISTS (SELECT FROM import_row r WHERE r.branch_id = b.branch_id
            AND r.import_id = b.import_id AND (r.before <> '{}' OR r.after <> '{}'))
    LIMIT 1 FOR UPDATE SKIP LOCKED;
    UPDATE import_row r SET before = '{}', after = '{}'
    WHERE r.branch_id = over.branch_id AND r.import_id = over.import_id
      AND (r.before <> '{}' OR r.after <> '{}');
    GET DIAGNOSTICS emptied = ROW_COUNT;
    RETURN emptied;
END $$;

GRANT EXECUTE ON FUNCTION drop_answers, drop_parts, empty_import_rows TO workstation_work;

-- An undoing that came to nothing is forgotten: its import waits for no approval any more. Only one
-- that was let in before, by its approval, may go on as that.
CREATE FUNCTION was_let_in(in_branch text, of_import text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM import_batch b
        WHERE b.branch_id = in_branch AND b.import_id = of_import AND b.state = 'applied')
$$;
GRANT EXECUTE ON FUNCTION was_let_in TO workstation_files;

ALTER POLICY author_changes ON import_batch
    WITH CHECK (state = 'refused' OR (SELECT is_import_approved())
        OR state = 'applied' AND author = (SELECT app_person())
            AND was_let_in(branch_id, import_id));
