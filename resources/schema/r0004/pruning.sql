-- How old logs go. Each day it is noted where every stream stands; what was logged up to a day that
-- is long enough ago is given up. A desk that comes with an older cursor fetches its stream anew.

CREATE TABLE stream_mark (
    branch_id TEXT NOT NULL,
    stream TEXT NOT NULL,
    day TEXT NOT NULL,
    number BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_stream_mark PRIMARY KEY (branch_id, stream, day)
);
ALTER TABLE stream_mark ENABLE ROW LEVEL SECURITY; -- nobody but the functions below

CREATE FUNCTION require_worker() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF app_role() <> 'worker' THEN
        RAISE EXCEPTION 'only a worker prunes' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

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
-- rows first and at the counter after them, so that this has to be committed before rows go.
CREATE FUNCTION give_up_changes(until_day text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM require_worker();
    UPDATE change_counter c SET pruned_to = m.number
    FROM (SELECT branch_id, stream, max(number) AS number FROM stream_mark
          WHERE day <= until_day GROUP BY 1, 2) m
    WHERE c.branch_id = m.branch_id AND c.stream = m.stream AND c.pruned_to < m.number;
    DELETE FROM stream_mark WHERE day <= until_day;
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
CREATE FUNCTION drop_answered(before_day text, most integer) RETURNS bigint
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
