-- The question desk: who head office is, whom it serves (S14), and notices that are over.

-- Head office is where nobody looks after clients; advisers of another branch are not of it.
CREATE FUNCTION is_head_office(of_branch text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM staff s
        WHERE s.branch_id = of_branch AND s.role IN ('manager', 'branch_manager'))
$$;
GRANT EXECUTE ON FUNCTION is_head_office TO workstation_app;

ALTER POLICY desk_scope ON advisory_question USING (
    (SELECT app_role()) NOT IN ('adviser', 'call_centre')
    OR ((SELECT app_role()) = 'adviser' AND CASE desk
        WHEN 'head_office' THEN (SELECT is_head_office(app_branch()))
        ELSE branch_id = (SELECT app_branch()) END));

CREATE OR REPLACE FUNCTION question_seats() RETURNS SETOF question_queue
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.branch_id, q.branch_id, q.question_id, s.staff_id, 'queue:' || s.staff_id, q.client_id,
           coalesce(c.tier, ''),
           coalesce((SELECT string_agg(p.product, ',' ORDER BY p.product) FROM subscription p
               WHERE p.branch_id = q.branch_id AND p.client_id = q.client_id
                 AND p.product IN ('A', 'B', 'C', 'D', 'E') AND p.state = 'active'), ''),
           q.title, q.body, q.desk, q.state, q.asked_by, q.asked_at, q.due_at, q.overdue_at,
           q.taken_by, q.note, 1
    FROM advisory_question q
    JOIN staff s ON s.role = 'adviser' AND CASE q.desk
        WHEN 'branch' THEN s.branch_id = q.branch_id ELSE is_head_office(s.branch_id) END
    LEFT JOIN client c ON c.branch_id = q.branch_id AND c.client_id = q.client_id
    WHERE q.state IN ('open', 'taken')
$$;

-- A worker closes notices to staff, which name no client, when what they tell of is over.
CREATE POLICY worker_reads ON task FOR SELECT TO workstation_work
    USING ((SELECT app_role()) = 'worker' AND client_id IS NULL);
CREATE POLICY worker_closes ON task FOR UPDATE TO workstation_work
    USING ((SELECT app_role()) = 'worker' AND client_id IS NULL AND state = 'open')
    WITH CHECK ((SELECT app_role()) = 'worker' AND client_id IS NULL AND state <> 'open');
CREATE INDEX by_about_task ON task (about) WHERE state = 'open' AND client_id IS NULL;

SELECT lay_questions('', '');
