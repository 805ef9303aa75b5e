-- Who sees what. Hubs and workers act as workstation_app, which cannot bypass row-level security,
-- and say in each transaction whom they act for: app.branch_id, app.manager_id (the person's own
-- staff id) and app.role. Without a setting there are no rows.
--   manager         his own clients                    reads, writes
--   branch_manager  all managers of his branch         reads, writes
--   adviser         clients with a product A-E (S14)    reads
--   call_centre     all clients, but no trading         reads
--   compliance      everything, and the audit trail     reads
--   worker          inbox, answers, tasks, audit: no client
--   hub             who signs in

DO $$
BEGIN
    CREATE ROLE workstation_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    RAISE NOTICE 'role workstation_app is there already';
END $$;
DO $$
BEGIN
    EXECUTE format('GRANT workstation_app TO %I', current_user);
END $$;

CREATE FUNCTION app_role() RETURNS text LANGUAGE sql STABLE
AS $$ SELECT coalesce(current_setting('app.role', true), '') $$;

CREATE FUNCTION app_person() RETURNS text LANGUAGE sql STABLE
AS $$ SELECT coalesce(current_setting('app.manager_id', true), '') $$;

CREATE FUNCTION app_branch() RETURNS text LANGUAGE sql STABLE
AS $$ SELECT coalesce(current_setting('app.branch_id', true), '') $$;

CREATE FUNCTION app_is_person() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT app_person() <> '' AND app_role() IN
        ('manager', 'branch_manager', 'adviser', 'call_centre', 'compliance')
$$;

CREATE FUNCTION app_writes() RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT app_person() <> '' AND app_role() IN ('manager', 'branch_manager') $$;

CREATE FUNCTION app_branches() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE
        WHEN app_role() IN ('manager', 'branch_manager') THEN ARRAY[app_branch()]
        WHEN app_role() IN ('adviser', 'call_centre', 'compliance')
            THEN (SELECT array_agg(DISTINCT branch_id) FROM staff)
        ELSE '{}'::text[] END
$$;

CREATE FUNCTION app_managers() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE
        WHEN app_person() = '' THEN '{}'::text[]
        WHEN app_role() = 'manager' THEN ARRAY[app_person()]
        WHEN app_role() = 'branch_manager'
            THEN (SELECT array_agg(staff_id) FROM staff WHERE branch_id = app_branch())
        WHEN app_role() IN ('adviser', 'call_centre', 'compliance')
            THEN (SELECT array_agg(staff_id) FROM staff)
        ELSE '{}'::text[] END
$$;

-- The streams a person's desk may follow, beside the firm's ('*').
CREATE FUNCTION app_streams() RETURNS text[]
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN app_role() IN ('manager', 'branch_manager') THEN app_managers()
        WHEN app_is_person() THEN ARRAY[app_person()]
        ELSE '{}'::text[] END
$$;

CREATE FUNCTION app_advises(of_branch text, of_client text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM subscription s
        WHERE s.branch_id = of_branch AND s.client_id = of_client
        AND s.product IN ('A', 'B', 'C', 'D', 'E') AND s.state = 'active')
$$;

DO $$
DECLARE
    guarded text;
    visible constant text := 'branch_id = ANY ((SELECT app_branches())::text[]) '
        'AND manager_id = ANY ((SELECT app_managers())::text[])';
BEGIN
    -- Rows of clients: by branch and manager.
    FOREACH guarded IN ARRAY ARRAY['client', 'account', 'holding', 'points_entry', 'subscription',
        'contact', 'instruction', 'mandate', 'trade_order', 'trade_fill', 'task', 'command_answer',
        'client_tier', 'order_step']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY person_reads ON %I FOR SELECT TO workstation_app USING (%s)',
            guarded, visible);
        EXECUTE format('CREATE POLICY person_adds ON %I FOR INSERT TO workstation_app '
            'WITH CHECK ((SELECT app_writes()) AND %s)', guarded, visible);
        EXECUTE format('CREATE POLICY person_changes ON %I FOR UPDATE TO workstation_app '
            'USING ((SELECT app_writes()) AND %s)', guarded, visible);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO workstation_app', guarded);
    END LOOP;

    -- The head-office adviser serves clients who hold a commission product, nobody else.
    FOREACH guarded IN ARRAY ARRAY['client', 'account', 'holding', 'points_entry', 'subscription',
        'contact', 'instruction', 'mandate', 'trade_order', 'trade_fill', 'task', 'client_tier']
    LOOP
        EXECUTE format('CREATE POLICY adviser_scope ON %I AS RESTRICTIVE TO workstation_app '
            'USING ((SELECT app_role()) <> ''adviser'' OR app_advises(branch_id, client_id))',
            guarded);
    END LOOP;

    -- The call centre answers for a client's card, not for his trading.
    FOREACH guarded IN ARRAY ARRAY['instruction', 'mandate', 'trade_order', 'trade_fill']
    LOOP
        EXECUTE format('CREATE POLICY no_trading ON %I AS RESTRICTIVE TO workstation_app '
            'USING ((SELECT app_role()) <> ''call_centre'')', guarded);
    END LOOP;

    -- What the whole firm may read.
    FOREACH guarded IN ARRAY ARRAY['staff', 'security_event', 'firm_setting']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY firm_reads ON %I FOR SELECT TO workstation_app '
            'USING ((SELECT app_is_person() OR app_role() IN (''hub'', ''worker'')))', guarded);
        EXECUTE format('GRANT SELECT ON %I TO workstation_app', guarded);
    END LOOP;

    -- The change log by stream.
    FOREACH guarded IN ARRAY ARRAY['change_counter', 'change_log']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY stream_reads ON %I FOR SELECT TO workstation_app USING '
            '((stream = ''*'' AND (SELECT app_is_person())) OR (branch_id = (SELECT app_branch()) '
            'AND stream = ANY ((SELECT app_streams())::text[])))', guarded);
        EXECUTE format('GRANT SELECT ON %I TO workstation_app', guarded);
    END LOOP;
END $$;

-- Commands: a person lays them in as their author, a worker takes them out.
ALTER TABLE inbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY author_adds ON inbox FOR INSERT TO workstation_app WITH CHECK (
    (SELECT app_is_person()) AND branch_id = (SELECT app_branch())
    AND author = (SELECT app_person()) AND manager_id = ANY ((SELECT app_streams())::text[]));
CREATE POLICY author_reads ON inbox FOR SELECT TO workstation_app USING (
    (SELECT app_is_person()) AND branch_id = (SELECT app_branch())
    AND author = (SELECT app_person()));
CREATE POLICY worker_works ON inbox TO workstation_app USING ((SELECT app_role()) = 'worker');
GRANT SELECT, INSERT, UPDATE ON inbox TO workstation_app;

ALTER TABLE applied_command ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_works ON applied_command TO workstation_app
    USING ((SELECT app_role()) = 'worker');
GRANT SELECT, INSERT ON applied_command TO workstation_app;

CREATE POLICY worker_answers ON command_answer TO workstation_app
    USING ((SELECT app_role()) = 'worker');
CREATE POLICY worker_opens ON task FOR INSERT TO workstation_app
    WITH CHECK ((SELECT app_role()) = 'worker');

ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_adds ON audit_entry FOR INSERT TO workstation_app
    WITH CHECK ((SELECT app_role()) = 'worker');
CREATE POLICY compliance_reads ON audit_entry FOR SELECT TO workstation_app
    USING ((SELECT app_role()) = 'compliance' AND (SELECT app_is_person()));
GRANT SELECT, INSERT ON audit_entry TO workstation_app;

ALTER TABLE audit_head ENABLE ROW LEVEL SECURITY;
CREATE POLICY compliance_reads ON audit_head FOR SELECT TO workstation_app
    USING ((SELECT app_role()) = 'compliance' AND (SELECT app_is_person()));
GRANT SELECT ON audit_head TO workstation_app;

ALTER TABLE staff_credential ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub_signs_in ON staff_credential FOR SELECT TO workstation_app
    USING ((SELECT app_role()) = 'hub');
GRANT SELECT ON staff_credential TO workstation_app;

ALTER TABLE central_identity ENABLE ROW LEVEL SECURITY;
CREATE POLICY hub_reads ON central_identity FOR SELECT TO workstation_app
    USING ((SELECT app_role()) = 'hub');
GRANT SELECT ON central_identity TO workstation_app;

INSERT INTO central_identity (branch_id, central_id) VALUES ('*', gen_random_uuid()::text);
GRANT USAGE ON SCHEMA public TO workstation_app;
