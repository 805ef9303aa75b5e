-- A person reads and lays commands in; what changes rows acts as another role.
--   workstation_app    a person: reads what is his, adds to the inbox, asks to unmask
--   workstation_sync   the hub: the same, personal data for the desk that keeps it, signing in
--   workstation_work   a worker with a command in hand: writes, within the rows of its author
--   workstation_night  the nightly runs
-- With SQL in the name of a person nothing can be forged, points and commission least of all.

DO $$
BEGIN
    CREATE ROLE workstation_work NOLOGIN NOSUPERUSER NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    RAISE NOTICE 'role workstation_work is there already';
END $$;
GRANT workstation_app TO workstation_work;
DO $$
BEGIN
    EXECUTE format('GRANT workstation_work TO %I', current_user);
END $$;

-- Every right to write, and every policy of writing, goes over; the inbox stays open to authors.
DO $$
DECLARE
    held record;
BEGIN
    FOR held IN
        SELECT t.oid::regclass AS guarded, a.privilege_type AS may, '' AS columns
        FROM pg_class t, aclexplode(t.relacl) a
        WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r'
          AND a.grantee = 'workstation_app'::regrole AND a.privilege_type <> 'SELECT'
        UNION ALL
        SELECT c.attrelid::regclass, a.privilege_type,
               format('(%s)', string_agg(quote_ident(c.attname), ', '))
        FROM pg_attribute c JOIN pg_class t ON t.oid = c.attrelid, aclexplode(c.attacl) a
        WHERE t.relnamespace = 'public'::regnamespace
          AND a.grantee = 'workstation_app'::regrole AND a.privilege_type <> 'SELECT'
        GROUP BY 1, 2
    LOOP
        EXECUTE format('GRANT %s %s ON %s TO workstation_work', held.may, held.columns, held.guarded);
        IF held.guarded <> 'inbox'::regclass OR held.may <> 'INSERT' THEN
            EXECUTE format('REVOKE %s %s ON %s FROM workstation_app',
                held.may, held.columns, held.guarded);
        END IF;
    END LOOP;

    FOR held IN
        SELECT tablename AS guarded, policyname AS policy FROM pg_policies
        WHERE schemaname = 'public' AND roles = '{workstation_app}' AND permissive = 'PERMISSIVE'
          AND cmd <> 'SELECT' AND policyname <> 'author_adds'
    LOOP
        EXECUTE format('ALTER POLICY %I ON %I TO workstation_work', held.policy, held.guarded);
    END LOOP;
END $$;

-- What only a worker reads.
REVOKE SELECT ON applied_command FROM workstation_app;
GRANT SELECT ON applied_command TO workstation_work;

-- Who signs in is asked by the hub alone.
REVOKE SELECT ON staff_credential, central_identity FROM workstation_app;
GRANT SELECT ON staff_credential, central_identity TO workstation_sync;
ALTER POLICY hub_signs_in ON staff_credential TO workstation_sync;
ALTER POLICY hub_reads ON central_identity TO workstation_sync;

-- Answers, places of orders and held commands tell of clients without naming them: whoever does
-- not see all clients of a stream, or not their trading, does not see these.
CREATE POLICY own_answers ON command_answer AS RESTRICTIVE TO workstation_app USING (
    (SELECT app_role()) NOT IN ('adviser', 'call_centre') OR manager_id = (SELECT app_person()));
CREATE POLICY no_trading ON order_step AS RESTRICTIVE TO workstation_app USING (
    (SELECT app_role()) NOT IN ('adviser', 'call_centre'));
CREATE POLICY for_checkers ON held_command AS RESTRICTIVE FOR SELECT TO workstation_app USING (
    (SELECT app_role()) IN ('branch_manager', 'compliance', 'worker')
    OR maker = (SELECT app_person()));
CREATE POLICY own_grants ON unmask_grant AS RESTRICTIVE FOR SELECT TO workstation_app USING (
    (SELECT app_role()) IN ('branch_manager', 'compliance') OR person = (SELECT app_person()));
CREATE POLICY no_trading ON approval AS RESTRICTIVE TO workstation_app USING (
    (SELECT app_role()) <> 'call_centre' OR kind <> 'mandate');
