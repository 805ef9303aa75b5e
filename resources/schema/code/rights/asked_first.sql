-- Whose a row is comes before what is asked of it. A comparison that tells nothing by itself (leakproof)
-- is put before a policy that costs more than it; a subquery beside it then runs, or not, by how the
-- comparison came out for somebody else's row, and in fifty questions a figure is read. So whoever
-- sends SQL himself is asked first, in words that cost nothing at all: a look-up by the row's own text in
-- an object ([]) and IS NOT NULL are free to PostgreSQL's planner, a call of any function is not, and a
-- person may make a comparison of his own out of the same. Of two that cost the same the policy goes
-- first. The indexes go by the policies as they were. Hubs and workers, whose statements are ours, are
-- not asked.
--
-- PostgreSQL asks restrictive policies one after the other by their names, the permissive ones behind
-- them all, and lets such a comparison come in beside the first: what counts has to stand in that one.

DO $$
DECLARE
    guarded record;
    his constant text := '(SELECT as_set(app_branches()))[branch_id] IS NOT NULL '
        'AND (SELECT as_set(app_managers()))[manager_id] IS NOT NULL';
    here constant text := '(SELECT as_set(ARRAY[app_branch()]))[branch_id] IS NOT NULL';
    own constant text := '(SELECT as_set(ARRAY[%2$s()]))[%1$s] IS NOT NULL';
    advised constant text := '(SELECT app_advised())[branch_id][client_id] IS NOT NULL';
    received constant text := '(SELECT app_received())[approval_id] IS NOT NULL';
    firms constant text := '(jsonb ''{"*": 1}'')[branch_id] IS NOT NULL';
    streams constant text := '(SELECT as_set(ARRAY[''*'', app_branch()]))[branch_id] IS NOT NULL '
        'AND (SELECT as_set(array_append(app_streams(), ''*'')))[stream] IS NOT NULL';
BEGIN
    -- What goes by the row is said once more, in words that cost nothing; what goes by the role alone is
    -- one word of the whole statement (rows.sql).
    FOR guarded IN
        SELECT r.tablename, concat_ws(' AND ', '(' || r.told || ')',
            CASE WHEN EXISTS (SELECT FROM pg_policies p WHERE p.tablename = r.tablename
                AND p.policyname = 'own_only')
            THEN '((SELECT app_role() NOT IN (''adviser'', ''call_centre'')) OR '
                || format(own, 'manager_id', 'app_person') || ')' END,
            CASE WHEN r.tablename NOT IN ('approval', 'household') AND EXISTS (SELECT
                FROM pg_policies p WHERE p.tablename = r.tablename AND p.policyname = 'adviser_scope')
            THEN '((SELECT app_role() <> ''adviser'') OR ' || advised
                || CASE r.tablename WHEN 'task' THEN ' OR '
                    || format(own, 'manager_id', 'app_person') ELSE '' END || ')' END,
            CASE r.tablename
            WHEN 'unmask_grant' THEN '((SELECT app_role() IN (''branch_manager'', ''compliance'')) '
                'OR ' || format(own, 'person', 'app_person') || ')'
            WHEN 'advisory_question' THEN '(SELECT app_role() <> ''call_centre'') '
                'AND ((SELECT app_role() <> ''adviser'') OR (jsonb ''{"head_office": 1}'')[desk] '
                'IS NOT NULL AND (SELECT is_head_office(app_branch())) '
                'OR (jsonb ''{"head_office": 1}'')[desk] IS NULL AND ' || here || ')' END) AS told
        FROM (
            SELECT p.tablename, his FROM pg_policies p
            JOIN pg_policies c ON c.tablename = 'client' AND c.policyname = 'person_reads'
                AND c.qual = p.qual
            UNION ALL VALUES
                ('approval_queue', here || ' AND ' || format(own, 'manager_id', 'app_queue')),
                ('question_queue', here || ' AND ' || format(own, 'manager_id', 'app_queue')),
                ('inbox', here || ' AND ' || format(own, 'author', 'app_person')),
                ('campaign', '(SELECT as_set(app_branches()))[branch_id] IS NOT NULL'),
                ('campaign_effect', '(SELECT as_set(app_branches()))[branch_id] IS NOT NULL'),
                ('service_call', '(SELECT app_role() = ''compliance'') '
                    'OR (SELECT app_role() = ''call_centre'') AND ' || here),
                ('export_copy', '(SELECT app_role() = ''compliance'') OR '
                    || his || ' AND ' || format(own, 'person', 'app_person')),
                ('change_counter', streams),
                ('change_log', streams),
                ('held_command', '(' || firms || ' OR ' || his || ' OR ' || received || ') AND '
                    '((SELECT app_role() NOT IN (''adviser'', ''call_centre'')) OR '
                    || format(own, 'maker', 'app_person') || ')'),
                ('approval', '(' || firms || ' OR ' || his || ' OR ' || received || ') AND ((SELECT '
                    'app_role() <> ''adviser'') OR ' || firms || ' OR ' || advised
                    || ' OR (jsonb ''{"training": 1}'')[kind] IS NOT NULL) AND '
                    '((SELECT app_role() <> ''call_centre'') OR (jsonb ''{"mandate": 1, '
                    '"training": 1, "rate_exception": 1}'')[kind] IS NULL) AND '
                    '((jsonb ''{"training": 1}'')[kind] IS NULL '
                    'OR (SELECT app_role() IN (''compliance'', ''worker'')) OR '
                    || format(own, 'maker', 'app_person') || ')')
        ) r (tablename, told)
    LOOP
        EXECUTE format('CREATE POLICY above_all ON %I AS RESTRICTIVE FOR SELECT TO workstation_app '
            'USING ((SELECT NOT asks_himself()) OR %s)', guarded.tablename, guarded.told);
    END LOOP;
END $$;
