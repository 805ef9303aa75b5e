-- Commands come in for whoever sends them, and write about his clients alone.

-- A person lays commands in as their author, as ones that nobody has tried yet, on a stream of a
-- person: the board of a branch and a queue of approvals only come down.
CREATE POLICY author_adds ON inbox FOR INSERT TO workstation_app WITH CHECK (
    (SELECT app_is_person()) AND branch_id = (SELECT app_branch())
    AND author = (SELECT app_person()) AND manager_id = ANY ((SELECT app_streams())::text[])
    AND manager_id NOT IN ((SELECT app_queue()), (SELECT app_board()))
    AND state = 'waiting' AND attempts = 0 AND trouble = '');
CREATE POLICY time_told ON inbox AS RESTRICTIVE FOR INSERT TO workstation_app
    WITH CHECK ((SELECT app_may_act()) OR received_at = '');
CREATE POLICY author_reads ON inbox FOR SELECT TO workstation_app USING (
    (SELECT app_is_person()) AND branch_id = (SELECT app_branch())
    AND author = (SELECT app_person()));

-- What stands in a person's rows is about his clients: a row on his own stream about somebody else's
-- client is nobody's.
DO $$
DECLARE
    guarded record;
    his constant text := '(SELECT app_role()) = ''worker'' OR client_id IS NULL OR EXISTS (SELECT '
        'FROM client c WHERE c.branch_id = %1$I.%2$I AND c.client_id = %1$I.client_id '
        'AND c.manager_id = %1$I.manager_id)';
BEGIN
    FOR guarded IN SELECT t.name, t.branch_column FROM tables_of_client() t
        WHERE t.follows AND t.client_column = 'client_id'
          AND has_table_privilege('workstation_files', t.name, 'INSERT') -- a command's rights too
    LOOP
        EXECUTE format('CREATE POLICY of_his_client ON %1$I AS RESTRICTIVE FOR INSERT '
            'TO workstation_work WITH CHECK (' || his || ')', guarded.name, guarded.branch_column);
        IF has_column_privilege('workstation_work', guarded.name, 'client_id', 'UPDATE') THEN
            EXECUTE format('CREATE POLICY stays_his_clients ON %1$I AS RESTRICTIVE FOR UPDATE '
                'TO workstation_work USING (true) WITH CHECK (' || his || ')', guarded.name,
                guarded.branch_column);
        END IF;
    END LOOP;
END $$;
