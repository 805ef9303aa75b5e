-- Whose a row is comes before what is asked of it. A comparison that tells nothing by itself (leakproof)
-- is put before a policy that costs more than it; a subquery beside it then runs, or not, by how the
-- comparison came out for somebody else's row, and in fifty questions a figure is read. So whoever
-- sends SQL himself is asked first, at a cost below that of any comparison; the indexes go by the
-- policies as they were. Hubs and workers, whose statements are ours, are not asked.
--
-- PostgreSQL asks restrictive policies one after the other by their names, the permissive ones behind
-- them all, and lets such a comparison come in beside the first: what counts has to stand in that one.

DO $$
DECLARE
    guarded record;
    his constant text := 'is_among(branch_id, (SELECT app_branches())) '
        'AND is_among(manager_id, (SELECT app_managers()))';
    here constant text := 'is_among(branch_id, (SELECT ARRAY[app_branch()]))';
    own constant text := ' AND is_among(%s, (SELECT ARRAY[%s()]))';
    streams constant text := 'is_among(branch_id, (SELECT ARRAY[''*'', app_branch()])) '
        'AND is_among(stream, (SELECT array_append(app_streams(), ''*'')))';
BEGIN
    -- What goes by the row is said once more, in words that cost next to nothing; what goes by the role
    -- alone is one word of the whole statement (rows.sql).
    FOR guarded IN
        SELECT r.tablename, concat_ws(' AND ', '(' || r.told || ')',
            CASE WHEN EXISTS (SELECT FROM pg_policies p WHERE p.tablename = r.tablename
                AND p.policyname = 'own_only')
            THEN '((SELECT app_role() NOT IN (''adviser'', ''call_centre'')) '
                'OR is_among(manager_id, (SELECT ARRAY[app_person()])))' END,
            CASE WHEN r.tablename NOT IN ('approval', 'household') AND EXISTS (SELECT
                FROM pg_policies p WHERE p.tablename = r.tablename AND p.policyname = 'adviser_scope')
            THEN '((SELECT app_role() <> ''adviser'') OR app_advises(branch_id, client_id)'
                || CASE r.tablename WHEN 'task' THEN ' OR is_among(manager_id, '
                    '(SELECT ARRAY[app_person()]))' ELSE '' END || ')' END,
            CASE r.tablename
            WHEN 'unmask_grant' THEN '((SELECT app_role() IN (''branch_manager'', ''compliance'')) '
                'OR is_among(person, (SELECT ARRAY[app_person()])))'
            WHEN 'advisory_question' THEN '(SELECT app_role() <> ''call_centre'') '
                'AND ((SELECT app_role() <> ''adviser'') '
                'OR is_among(desk, ''{head_office}'') AND (SELECT is_head_office(app_branch())) '
                'OR NOT is_among(desk, ''{head_office}'') AND ' || here || ')' END) AS told
        FROM (
            SELECT p.tablename, his FROM pg_policies p
            JOIN pg_policies c ON c.tablename = 'client' AND c.policyname = 'person_reads'
                AND c.qual = p.qual
            UNION ALL VALUES
                ('approval_queue', here || format(own, 'manager_id', 'app_queue')),
                ('question_queue', here || format(own, 'manager_id', 'app_queue')),
                ('inbox', here || format(own, 'author', 'app_person')),
                ('campaign', 'is_among(branch_id, (SELECT app_branches()))'),
                ('campaign_effect', 'is_among(branch_id, (SELECT app_branches()))'),
                ('service_call', '(SELECT app_role() = ''compliance'') '
                    'OR (SELECT app_role() = ''call_centre'') AND ' || here),
                ('export_copy', '(SELECT app_role() = ''compliance'') OR '
                    || his || format(own, 'person', 'app_person')),
                ('change_counter', streams),
                ('change_log', streams),
                ('held_command', '(is_among(branch_id, ''{*}'') OR ' || his || ' OR (SELECT app_role() '
                    '= ''branch_manager'')) AND ((SELECT app_role() NOT IN (''adviser'', '
                    '''call_centre'')) OR is_among(maker, (SELECT ARRAY[app_person()])))'),
                ('approval', '(is_among(branch_id, ''{*}'') OR ' || his || ' OR (SELECT app_role() '
                    '= ''branch_manager'') AND is_among(kind, ''{hand_over}'')) AND ((SELECT '
                    'app_role() <> ''adviser'') OR is_among(branch_id, ''{*}'') '
                    'OR app_advises(branch_id, client_id) OR is_among(kind, ''{training}'')) AND '
                    '((SELECT app_role() <> ''call_centre'') OR NOT is_among(kind, '
                    '''{mandate,training,rate_exception}'')) AND (NOT is_among(kind, ''{training}'') '
                    'OR (SELECT app_role() IN (''compliance'', ''worker'')) '
                    'OR is_among(maker, (SELECT ARRAY[app_person()])))')
        ) r (tablename, told)
    LOOP
        EXECUTE format('CREATE POLICY above_all ON %I AS RESTRICTIVE FOR SELECT TO workstation_app '
            'USING ((SELECT NOT asks_himself()) OR %s)', guarded.tablename, guarded.told);
    END LOOP;
END $$;
