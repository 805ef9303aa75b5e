-- Workers let go what is old. Each day it is noted where every stream stands; what was logged up to a day
-- that is long enough ago is given up. A desk that comes with an older cursor fetches its stream anew.

-- Notes where the streams stand on a day; false when that was done before.
CREATE FUNCTION mark_streams(of_day text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM require_worker();
    INSERT INTO stream_mark (branch_id, stream, day, number)
    SELECT branch_id, stream, of_day, last FROM change_counter
    ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$;

-- Gives up what was logged up to the newest mark of ``until_day`` or before. Readers look at the
-- rows first and at the counter after them, so that this has to be committed before rows go. It waits
-- for nobody: a command in hand holds the counters of its streams in the order in which it came to
-- them. What is held now is given up the next time.
CREATE FUNCTION give_up_changes(until_day text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM require_worker();
    WITH free AS (
        SELECT branch_id, stream FROM change_counter FOR UPDATE SKIP LOCKED
    ), used AS (
        DELETE FROM stream_mark m USING free f
        WHERE m.branch_id = f.branch_id AND m.stream = f.stream AND m.day <= until_day
        RETURNING m.branch_id, m.stream, m.number
    )
    UPDATE change_counter c SET pruned_to = u.number
    FROM (SELECT branch_id, stream, max(number) AS number FROM used GROUP BY 1, 2) u
    WHERE c.branch_id = u.branch_id AND c.stream = u.stream AND c.pruned_to < u.number;
END $$;

-- Deletes at most ``most`` log rows that were given up; returns how many there were.
CREATE FUNCTION drop_changes(most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    dropped bigint;
BEGIN
    PERFORM require_worker();
    DELETE FROM change_log WHERE ctid = ANY (ARRAY(
        SELECT l.ctid FROM change_counter c JOIN change_log l USING (branch_id, stream)
        WHERE l.number <= c.pruned_to LIMIT most));
    GET DIAGNOSTICS dropped = ROW_COUNT;
    RETURN dropped;
END $$;

-- Deletes at most ``most`` answered commands received before a day: applied_command remembers them.
CREATE FUNCTION drop_commands(before_day text, most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    dropped bigint;
BEGIN
    PERFORM require_worker();
    DELETE FROM inbox WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM inbox WHERE state = 'done' AND received_at < before_day
        LIMIT most FOR UPDATE SKIP LOCKED));
    GET DIAGNOSTICS dropped = ROW_COUNT;
    RETURN dropped;
END $$;

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

-- Parts of a file whose import was never asked for.
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

GRANT EXECUTE ON FUNCTION mark_streams, give_up_changes, drop_changes, drop_commands, drop_answers,
    drop_parts, empty_import_rows TO workstation_work;
