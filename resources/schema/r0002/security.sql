-- Who sees and changes the rows of client service; settings and roles as in r0001.

CREATE FUNCTION is_visible(of_branch text, of_manager text) RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT of_branch = ANY (app_branches()) AND of_manager = ANY (app_managers()) $$;

-- Whether somebody else has approved what this person asked for.
CREATE FUNCTION is_approved(of_branch text, asked text, of_kinds text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM approval a
        WHERE a.branch_id = of_branch AND a.approval_id = asked AND a.kind = ANY (of_kinds)
          AND a.state = 'approved' AND a.maker = app_person() AND a.decided_by <> a.maker)
$$;

DO $$
DECLARE
    guarded text;
    changing text;
    visible constant text := 'branch_id = ANY ((SELECT app_branches())::text[]) '
        'AND manager_id = ANY ((SELECT app_managers())::text[])';
BEGIN
    -- Rows of clients; beside the table, the columns that may change ("" = rows are only added).
    FOR guarded, changing IN VALUES
        ('application', 'agreement_ref, risk_statement_ref, recording_ref, warning_signed, '
            'x_units, rate_units, state, approval_id, note, version'),
        ('client_rate', 'ends_on, version'),
        ('points_hold', 'state, ended_at, version'),
        ('tier_grant', ''),
        ('risk_test', ''),
        ('consent', ''),
        ('contact_revision', ''),
        ('timeline', ''),
        ('household', 'name, version'),
        ('household_member', 'left_by, version'),
        ('relation', 'ended_at, version')
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY person_reads ON %I FOR SELECT TO workstation_app USING (%s)',
            guarded, visible);
        EXECUTE format('CREATE POLICY person_adds ON %I FOR INSERT TO workstation_app '
            'WITH CHECK ((SELECT app_writes()) AND %s)', guarded, visible);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO workstation_app', guarded);
        IF changing <> '' THEN
            EXECUTE format('CREATE POLICY person_changes ON %I FOR UPDATE TO workstation_app '
                'USING ((SELECT app_writes()) AND %s)', guarded, visible);
            EXECUTE format('GRANT UPDATE (%s) ON %I TO workstation_app', changing, guarded);
        END IF;
        IF guarded <> 'household' THEN
            EXECUTE format('CREATE POLICY adviser_scope ON %I AS RESTRICTIVE TO workstation_app '
                'USING ((SELECT app_role()) <> ''adviser'' OR app_advises(branch_id, client_id))',
                guarded);
        END IF;
    END LOOP;
END $$;
CREATE POLICY adviser_scope ON household AS RESTRICTIVE TO workstation_app
    USING ((SELECT app_role()) <> 'adviser');

-- Rates and granted tiers rest on an approval.
CREATE POLICY approved_only ON client_rate AS RESTRICTIVE FOR INSERT TO workstation_app
    WITH CHECK (is_approved(branch_id, approval_id, ARRAY['product']));
CREATE POLICY approved_only ON tier_grant AS RESTRICTIVE FOR INSERT TO workstation_app
    WITH CHECK (is_approved(branch_id, approval_id, ARRAY['tier', 'points']));

-- Approvals: asked for by the author himself, decided by somebody else, who may decide at all.
-- What concerns the whole firm stands on branch and stream '*'.
ALTER TABLE approval ENABLE ROW LEVEL SECURITY;
CREATE POLICY person_reads ON approval FOR SELECT TO workstation_app USING (
    (branch_id = ANY ((SELECT app_branches())::text[])
        AND manager_id = ANY ((SELECT app_managers())::text[]))
    OR (branch_id = '*' AND (SELECT app_is_person())));
CREATE POLICY maker_adds ON approval FOR INSERT TO workstation_app WITH CHECK (
    maker = (SELECT app_person()) AND state = 'pending' AND decided_by = ''
    AND (((SELECT app_writes()) AND kind <> 'setting'
            AND branch_id = ANY ((SELECT app_branches())::text[])
            AND manager_id = ANY ((SELECT app_managers())::text[]))
        OR (branch_id = '*' AND manager_id = '*' AND kind = 'setting'
            AND (SELECT app_role()) IN ('branch_manager', 'compliance'))));
CREATE POLICY maker_withdraws ON approval FOR UPDATE TO workstation_app
    USING (state = 'pending' AND maker = (SELECT app_person()))
    WITH CHECK (state = 'withdrawn' AND decided_by = '' AND maker = (SELECT app_person()));
CREATE POLICY checker_decides ON approval FOR UPDATE TO workstation_app
    USING (state = 'pending' AND maker <> (SELECT app_person())
        AND (SELECT app_role()) IN ('branch_manager', 'compliance')
        AND (branch_id = '*' OR (branch_id = ANY ((SELECT app_branches())::text[])
            AND manager_id = ANY ((SELECT app_managers())::text[]))))
    WITH CHECK (state IN ('approved', 'refused', 'expired') AND maker <> (SELECT app_person())
        AND decided_by = (SELECT app_person()));
GRANT SELECT, INSERT ON approval TO workstation_app;
GRANT UPDATE (state, decided_by, decided_at, note, version) ON approval TO workstation_app;
CREATE POLICY adviser_scope ON approval AS RESTRICTIVE TO workstation_app
    USING ((SELECT app_role()) <> 'adviser' OR branch_id = '*'
        OR app_advises(branch_id, client_id));

ALTER TABLE held_command ENABLE ROW LEVEL SECURITY;
CREATE POLICY person_reads ON held_command FOR SELECT TO workstation_app USING (
    branch_id = '*' AND (SELECT app_is_person()) OR is_visible(branch_id, manager_id));
CREATE POLICY maker_adds ON held_command FOR INSERT TO workstation_app WITH CHECK (
    maker = (SELECT app_person()) AND EXISTS (SELECT FROM approval a
        WHERE a.branch_id = held_command.branch_id AND a.approval_id = held_command.approval_id
          AND a.manager_id = held_command.manager_id AND a.maker = held_command.maker
          AND a.state = 'pending'));
GRANT SELECT, INSERT ON held_command TO workstation_app;

-- A setting comes from an approval; nothing else writes one, nothing changes one.
CREATE POLICY approved_adds ON firm_setting FOR INSERT TO workstation_app WITH CHECK (
    branch_id = '*' AND (SELECT app_is_person())
    AND is_approved('*', approval_id, ARRAY['setting']) AND approved_by <> (SELECT app_person()));
GRANT INSERT ON firm_setting TO workstation_app;

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['life_step', 'field_rule'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY everybody_reads ON %I FOR SELECT TO workstation_app '
            'USING (true)', guarded);
        EXECUTE format('GRANT SELECT ON %I TO workstation_app', guarded);
    END LOOP;
END $$;
