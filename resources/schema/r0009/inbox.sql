-- The next command for a worker: the oldest whose client has no older one waiting, held until the
-- transaction ends. A long backlog comes suddenly, while the statistics still say that nothing waits:
-- whatever they say, the commands are walked in order of arrival and never gathered and sorted.
CREATE FUNCTION take_command() RETURNS SETOF inbox
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off AS $$
BEGIN
    RETURN QUERY
    SELECT i.* FROM inbox i
    WHERE i.state = 'waiting' AND i.arrival = (
        SELECT min(first.arrival) FROM inbox first
        WHERE first.branch_id = i.branch_id AND first.key = i.key AND first.state = 'waiting')
    ORDER BY i.arrival LIMIT 1
    FOR UPDATE SKIP LOCKED;
END $$;

REVOKE EXECUTE ON FUNCTION take_command() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_command() TO workstation_work;
