-- The nightly runs act as workstation_night: no personal data, no bypass of row-level security, on
-- each table only what a step needs. People read what their clients' rows are; nobody writes.

DO $$
BEGIN
    CREATE ROLE workstation_night NOLOGIN NOSUPERUSER NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    RAISE NOTICE 'role workstation_night is there already';
END $$;
DO $$
BEGIN
    EXECUTE format('GRANT workstation_night TO %I', current_user);
END $$;
GRANT USAGE ON SCHEMA public TO workstation_night;

DO $$
DECLARE
    guarded text;
    reading text;
    adding boolean;
    changing text;
    visible constant text := 'branch_id = ANY ((SELECT app_branches())::text[]) '
        'AND manager_id = ANY ((SELECT app_managers())::text[])';
BEGIN
    FOREACH guarded IN ARRAY ARRAY['asset_day', 'commission_entry', 'tier_rating', 'tier_review',
        'commission_baseline', 'commission_increment', 'commission_credit', 'staff_certificate',
        'ipo_ballot', 'client_alert']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY person_reads ON %I FOR SELECT TO workstation_app USING (%s)',
            guarded, visible);
        EXECUTE format('GRANT SELECT ON %I TO workstation_app', guarded);
        IF guarded IN ('commission_credit', 'staff_certificate') THEN
            EXECUTE format('CREATE POLICY adviser_scope ON %I AS RESTRICTIVE TO workstation_app '
                'USING ((SELECT app_role()) <> ''adviser'' OR manager_id = (SELECT app_person()))',
                guarded);
        ELSE
            EXECUTE format('CREATE POLICY adviser_scope ON %I AS RESTRICTIVE TO workstation_app '
                'USING ((SELECT app_role()) <> ''adviser'' OR app_advises(branch_id, client_id))',
                guarded);
        END IF;
    END LOOP;

    -- What the call centre need not see of trading and of the staff's results.
    FOREACH guarded IN ARRAY ARRAY['commission_entry', 'commission_baseline',
        'commission_increment', 'commission_credit', 'staff_certificate']
    LOOP
        EXECUTE format('CREATE POLICY no_trading ON %I AS RESTRICTIVE TO workstation_app '
            'USING ((SELECT app_role()) <> ''call_centre'')', guarded);
    END LOOP;

    -- Facts of securities: the whole firm may read them.
    FOREACH guarded IN ARRAY ARRAY['security_close', 'corporate_action', 'ipo_event'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY firm_reads ON %I FOR SELECT TO workstation_app '
            'USING ((SELECT app_is_person()))', guarded);
        EXECUTE format('GRANT SELECT ON %I TO workstation_app', guarded);
    END LOOP;

    -- How nights went and what was loaded: compliance.
    FOREACH guarded IN ARRAY ARRAY['night_run', 'loaded_file', 'rejected_line'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY compliance_reads ON %I FOR SELECT TO workstation_app '
            'USING ((SELECT app_role()) = ''compliance'' AND (SELECT app_is_person()))', guarded);
        EXECUTE format('GRANT SELECT ON %I TO workstation_app', guarded);
    END LOOP;

    -- The night: table, columns it reads ("*" = all), whether it adds rows, columns it changes.
    FOR guarded, reading, adding, changing IN VALUES
        ('firm_setting', '*', false, ''),
        ('security_event', '*', false, ''),
        ('trade_order', '*', false, ''),
        ('trade_fill', '*', false, ''),
        ('account', '*', false, ''),
        ('holding', '*', false, 'sellable, version'),
        ('client', 'branch_id, client_id, manager_id, opened_on, tier, tier_by, '
            'average_assets_cents, year_commission_cents, risk_tested_on, rate_units, '
            'points_milli, version', false, 'tier, tier_by, average_assets_cents, '
            'year_commission_cents, rate_units, version'),
        ('client_tier', '*', true, 'tier, tier_by'),
        ('tier_grant', '*', false, ''),
        ('client_rate', '*', false, ''),
        ('points_hold', '*', false, ''),
        ('points_entry', '*', true, ''),
        ('subscription', '*', false, 'state, version'),
        ('task', '*', true, ''),
        ('timeline', '*', true, ''),
        ('night_run', '*', true, 'state, started_at, finished_at, attempts, counts, trouble'),
        ('loaded_file', '*', true, ''),
        ('rejected_line', '*', true, ''),
        ('asset_day', '*', true, ''),
        ('commission_entry', '*', true, ''),
        ('night_figure', '*', true, ''),
        ('tier_rating', '*', true, ''),
        ('tier_review', '*', true, ''),
        ('commission_baseline', '*', true, ''),
        ('commission_increment', '*', true, ''),
        ('commission_credit', '*', true, ''),
        ('staff_certificate', '*', true, 'title, passed_on, valid_to'),
        ('security_close', '*', true, ''),
        ('corporate_action', '*', true, ''),
        ('ipo_event', '*', true, ''),
        ('ipo_ballot', '*', true, ''),
        ('client_alert', '*', true, '')
    LOOP
        EXECUTE format('CREATE POLICY night_works ON %I TO workstation_night '
            'USING (true) WITH CHECK (true)', guarded);
        EXECUTE format('GRANT SELECT %s ON %I TO workstation_night',
            CASE reading WHEN '*' THEN '' ELSE '(' || reading || ')' END, guarded);
        IF adding THEN
            EXECUTE format('GRANT INSERT ON %I TO workstation_night', guarded);
        END IF;
        IF changing <> '' THEN
            EXECUTE format('GRANT UPDATE (%s) ON %I TO workstation_night', changing, guarded);
        END IF;
    END LOOP;
END $$;

-- Figures are the night's own; they are made anew each time.
ALTER TABLE night_figure ENABLE ROW LEVEL SECURITY;
GRANT DELETE ON night_figure TO workstation_night;

CREATE POLICY night_adds ON audit_entry FOR INSERT TO workstation_night WITH CHECK (true);
GRANT INSERT ON audit_entry TO workstation_night;

-- A trade of our own engine is booked by the command that records it.
CREATE POLICY person_adds ON commission_entry FOR INSERT TO workstation_app WITH CHECK (
    (SELECT app_writes()) AND branch_id = ANY ((SELECT app_branches())::text[])
    AND manager_id = ANY ((SELECT app_managers())::text[]));
GRANT INSERT ON commission_entry TO workstation_app;
