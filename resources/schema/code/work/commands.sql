-- What workers do: take the next command.

-- The next command: the oldest whose client has no older one waiting, held until the transaction
-- ends. A long backlog comes suddenly, while the statistics still say that nothing waits: whatever
-- they say, the commands are walked in order of arrival and never gathered and sorted. A command is
-- applied while nobody is handed over: what is read of its client holds to its end. The hand-over
-- itself waits for the commands in hand (pg_advisory_xact_lock 20230217).
CREATE FUNCTION take_command() RETURNS SETOF inbox
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(20230217);
    RETURN QUERY
    SELECT i.* FROM inbox i
    WHERE i.state = 'waiting' AND i.arrival = (
        SELECT min(first.arrival) FROM inbox first
        WHERE first.branch_id = i.branch_id AND first.key = i.key AND first.state = 'waiting')
    ORDER BY i.arrival LIMIT 1
    FOR UPDATE SKIP LOCKED;
END $$;

GRANT EXECUTE ON FUNCTION take_command TO workstation_work;
