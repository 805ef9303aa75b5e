-- Clients who were handed over from one manager to another (客户移交): each once an approval.

CREATE TABLE client_hand_over (
    branch_id TEXT NOT NULL,
    approval_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    from_manager TEXT DEFAULT '' NOT NULL,
    from_on TEXT DEFAULT '' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    handed_at TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_client_hand_over PRIMARY KEY (branch_id, approval_id, client_id)
);
CREATE INDEX by_client_client_hand_over ON client_hand_over (branch_id, client_id);
ALTER TABLE client_hand_over ENABLE ROW LEVEL SECURITY;
CREATE POLICY person_reads ON client_hand_over FOR SELECT TO workstation_app USING (
    branch_id = ANY ((SELECT app_branches())::text[])
    AND manager_id = ANY ((SELECT app_managers())::text[])
    AND (SELECT app_role()) NOT IN ('adviser', 'call_centre'));
GRANT SELECT ON client_hand_over TO workstation_app;

-- What was asked for by somebody who then handed the client over is carried out by whoever looks
-- after him now; neither of the two decided on it.
CREATE OR REPLACE FUNCTION is_approved(of_branch text, asked text, of_kinds text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM approval a
        WHERE a.branch_id = of_branch AND a.approval_id = asked AND a.kind = ANY (of_kinds)
          AND a.state = 'approved' AND a.decided_by NOT IN (a.maker, app_person())
          AND (a.maker = app_person() OR a.manager_id = app_person() AND EXISTS (
              SELECT FROM client_hand_over h WHERE h.branch_id = a.branch_id
                AND h.client_id = a.client_id AND h.from_manager = a.maker)))
$$;

-- Who has the client now, told to somebody who once handed him over, and when he did so last.
CREATE FUNCTION handed_over(of_branch text, of_client text)
RETURNS TABLE (manager_id text, handed_at text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.manager_id, max(h.handed_at)
    FROM client c JOIN client_hand_over h
        ON h.branch_id = c.branch_id AND h.client_id = c.client_id
    WHERE c.branch_id = of_branch AND c.client_id = of_client AND of_branch = app_branch()
      AND app_writes() AND h.from_manager = app_person()
    GROUP BY 1
$$;

-- A command is applied while nobody is handed over: what is read of its client holds to its end. The
-- hand-over itself waits for the commands in hand (pg_advisory_xact_lock 20230217).
CREATE OR REPLACE FUNCTION take_command() RETURNS SETOF inbox
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

GRANT EXECUTE ON FUNCTION handed_over TO workstation_work;
