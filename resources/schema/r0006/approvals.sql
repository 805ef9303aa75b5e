-- What each person may decide now, on a stream of his own: whoever stands in for somebody gets what
-- he is to decide, and nothing else of those clients. Approvals that nobody decided in time end.

CREATE TABLE approval_queue (
    branch_id TEXT NOT NULL,
    approval_id TEXT NOT NULL,
    checker TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    as_role TEXT DEFAULT '' NOT NULL,
    from_on TEXT DEFAULT '' NOT NULL,
    until TEXT DEFAULT '' NOT NULL,
    approval_branch TEXT DEFAULT '' NOT NULL,
    client_id TEXT,
    kind TEXT DEFAULT '' NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    before TEXT DEFAULT '' NOT NULL,
    after TEXT DEFAULT '' NOT NULL,
    maker TEXT DEFAULT '' NOT NULL,
    made_at TEXT DEFAULT '' NOT NULL,
    due_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_approval_queue PRIMARY KEY (branch_id, approval_id, checker)
);
CREATE INDEX by_stream_approval_queue ON approval_queue (branch_id, manager_id);
CALL log_changes_of('approval_queue');

CREATE FUNCTION app_queue() RETURNS text LANGUAGE sql STABLE
AS $$ SELECT 'queue:' || app_person() $$;
GRANT EXECUTE ON FUNCTION app_queue TO workstation_app;

-- The streams a person's desk may follow, beside the firm's ('*').
CREATE OR REPLACE FUNCTION app_streams() RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN app_role() IN ('manager', 'branch_manager') THEN app_managers() || app_queue()
        WHEN app_is_person() THEN ARRAY[app_person(), app_queue()]
        ELSE '{}'::text[] END
$$;

ALTER TABLE approval_queue ENABLE ROW LEVEL SECURITY;
CREATE POLICY checker_reads ON approval_queue FOR SELECT TO workstation_app USING (
    (SELECT app_is_person()) AND branch_id = (SELECT app_branch())
    AND manager_id = (SELECT app_queue()));
CREATE POLICY worker_keeps ON approval_queue TO workstation_work
    USING ((SELECT app_role()) = 'worker');
GRANT SELECT ON approval_queue TO workstation_app;
GRANT INSERT, DELETE ON approval_queue TO workstation_work;

-- A worker looks for what waits, and ends what waited too long.
CREATE POLICY worker_reads ON approval FOR SELECT TO workstation_work
    USING ((SELECT app_role()) = 'worker');
CREATE POLICY worker_expires ON approval FOR UPDATE TO workstation_work
    USING ((SELECT app_role()) = 'worker' AND state = 'pending')
    WITH CHECK ((SELECT app_role()) = 'worker' AND state = 'expired' AND decided_by = '');
CREATE POLICY worker_reads ON held_command FOR SELECT TO workstation_work
    USING ((SELECT app_role()) = 'worker');
