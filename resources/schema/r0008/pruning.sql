-- Giving up old changes waits for nobody: a command in hand holds the counters of its streams in the
-- order in which it came to them. What is held now is given up the next time.
CREATE OR REPLACE FUNCTION give_up_changes(until_day text) RETURNS void
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
