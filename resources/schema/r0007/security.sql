-- Imports act as workstation_files: the rows of workstation_work under the same policies, personal
-- data too, and new clients and accounts. What it writes rests on an import that a second person has
-- approved; the transaction names it (app.approval). No other command makes clients or changes
-- personal data.

DO $$
BEGIN
    CREATE ROLE workstation_files NOLOGIN NOSUPERUSER NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    RAISE NOTICE 'role workstation_files is there already';
END $$;
GRANT workstation_work TO workstation_files;
DO $$
BEGIN
    EXECUTE format('GRANT workstation_files TO %I', current_user);
END $$;

REVOKE INSERT ON client, account FROM workstation_work;
REVOKE UPDATE ON client FROM workstation_work;
GRANT UPDATE (branch_id, client_id, manager_id, gender, opened_on, tier, tier_by,
    average_assets_cents, year_commission_cents, risk_class, risk_tested_on, rate_units,
    points_milli, last_contact_at, version) ON client TO workstation_work;
GRANT SELECT, INSERT, UPDATE ON client TO workstation_files;
GRANT INSERT ON account TO workstation_files;
GRANT DELETE ON holding TO workstation_files;

-- Whether this transaction carries out an import, or its undoing, that somebody else has approved:
-- an approval is good for the one step that its import waits for.
CREATE FUNCTION is_import_approved() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT is_approved(app_branch(), current_setting('app.approval', true), ARRAY['import'])
        AND EXISTS (SELECT FROM import_batch b WHERE b.branch_id = app_branch()
            AND b.approval_id = current_setting('app.approval', true))
$$;

CREATE POLICY approved_adds ON client AS RESTRICTIVE FOR INSERT TO workstation_files
    WITH CHECK ((SELECT is_import_approved()) AND branch_id = (SELECT app_branch()));
CREATE POLICY approved_adds ON account AS RESTRICTIVE FOR INSERT TO workstation_files
    WITH CHECK ((SELECT is_import_approved()) AND branch_id = (SELECT app_branch()));
CREATE POLICY approved_adds ON holding AS RESTRICTIVE FOR INSERT TO workstation_files
    WITH CHECK ((SELECT is_import_approved()) AND branch_id = (SELECT app_branch()));
CREATE POLICY approved_changes ON client AS RESTRICTIVE FOR UPDATE TO workstation_files
    USING (true) WITH CHECK ((SELECT is_import_approved()) AND branch_id = (SELECT app_branch()));
CREATE POLICY approved_changes ON account AS RESTRICTIVE FOR UPDATE TO workstation_files
    USING (true) WITH CHECK ((SELECT is_import_approved()) AND branch_id = (SELECT app_branch()));
CREATE POLICY approved_changes ON holding AS RESTRICTIVE FOR UPDATE TO workstation_files
    USING (true) WITH CHECK ((SELECT is_import_approved()) AND branch_id = (SELECT app_branch()));
CREATE POLICY approved_takes_back ON holding FOR DELETE TO workstation_files
    USING ((SELECT app_writes()) AND is_visible(branch_id, manager_id)
        AND (SELECT is_import_approved()) AND branch_id = (SELECT app_branch()));

ALTER TABLE import_rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody_reads ON import_rule FOR SELECT TO workstation_app USING (true);
GRANT SELECT ON import_rule TO workstation_app;

-- An import is its author's; only what his role may import is begun, only what was approved is done.
ALTER TABLE import_batch ENABLE ROW LEVEL SECURITY;
CREATE POLICY person_reads ON import_batch FOR SELECT TO workstation_app
    USING (branch_id = ANY ((SELECT app_branches())::text[])
        AND manager_id = ANY ((SELECT app_managers())::text[])
        AND (SELECT app_role()) IN ('manager', 'branch_manager', 'compliance'));
CREATE POLICY author_adds ON import_batch FOR INSERT TO workstation_files WITH CHECK (
    (SELECT app_writes()) AND is_visible(branch_id, manager_id)
    AND author = (SELECT app_person()) AND state IN ('pending', 'known')
    AND EXISTS (SELECT FROM import_rule r WHERE r.branch_id = '*' AND r.kind = import_batch.kind
        AND r.role = (SELECT app_role())));
CREATE POLICY author_changes ON import_batch FOR UPDATE TO workstation_files
    USING ((SELECT app_writes()) AND is_visible(branch_id, manager_id))
    WITH CHECK (state = 'refused' OR (SELECT is_import_approved())
        OR state = 'applied' AND approval_id <> '' AND author = (SELECT app_person()));
GRANT SELECT ON import_batch TO workstation_app;
GRANT INSERT, UPDATE (state, approval_id, finished_at, version) ON import_batch TO workstation_files;

ALTER TABLE import_part ENABLE ROW LEVEL SECURITY;
CREATE POLICY author_works ON import_part TO workstation_files
    USING ((SELECT app_writes()) AND author = (SELECT app_person())
        AND is_visible(branch_id, manager_id));
GRANT SELECT, INSERT, DELETE ON import_part TO workstation_files;

-- Every row of a file and what it was before: written with its import, never changed.
ALTER TABLE import_row ENABLE ROW LEVEL SECURITY;
CREATE POLICY person_reads ON import_row FOR SELECT TO workstation_app
    USING (branch_id = ANY ((SELECT app_branches())::text[])
        AND manager_id = ANY ((SELECT app_managers())::text[])
        AND (SELECT app_role()) IN ('manager', 'branch_manager', 'compliance'));
CREATE POLICY author_adds ON import_row FOR INSERT TO workstation_files WITH CHECK (
    (SELECT app_writes()) AND is_visible(branch_id, manager_id)
    AND (owner = '' OR is_visible(branch_id, owner)));
GRANT SELECT (branch_id, import_id, row, manager_id, outcome, reason, field, about, owner,
    client_id, account, symbol) ON import_row TO workstation_app;
GRANT SELECT, INSERT ON import_row TO workstation_files;

-- Which of these numbers are taken by clients whom this person may not see: that and no more.
CREATE FUNCTION taken_elsewhere(in_branch text, keys text[], id_nos text[], accounts text[])
RETURNS TABLE (what text, value text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT 'client_no', c.client_id FROM client c JOIN unnest(keys) k (value)
        ON c.client_id = k.value
    WHERE app_writes() AND c.branch_id = in_branch AND in_branch = ANY (app_branches())
      AND c.manager_id <> ALL (app_managers())
    UNION
    SELECT 'id_no', c.id_no FROM client c JOIN unnest(id_nos) k (value) ON c.id_no = k.value
    WHERE app_writes() AND c.branch_id = in_branch AND in_branch = ANY (app_branches())
      AND c.id_no <> '' AND c.manager_id <> ALL (app_managers())
    UNION
    SELECT 'account', a.account FROM account a JOIN unnest(accounts) k (value)
        ON a.account = k.value
    WHERE app_writes() AND a.branch_id = in_branch AND in_branch = ANY (app_branches())
      AND a.manager_id <> ALL (app_managers())
$$;

-- What stands on the clients that an import added, beside what imports wrote and what a night
-- finds again by itself (a frozen baseline of nothing stays, as frozen ones do).
CREATE FUNCTION standing_on_import(in_branch text, of_import text)
RETURNS TABLE (client_id text, table_name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    other text;
BEGIN
    IF NOT EXISTS (SELECT FROM import_batch b WHERE b.branch_id = in_branch
        AND b.import_id = of_import AND app_writes() AND is_visible(b.branch_id, b.manager_id))
    THEN
        RETURN;
    END IF;
    FOR other IN
        SELECT c.table_name FROM information_schema.columns c
        JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = 'public' AND c.column_name = 'client_id'
          AND t.table_type = 'BASE TABLE' AND c.table_name NOT IN ('client', 'account', 'client_tier',
            'import_row', 'asset_day', 'night_figure', 'tier_rating', 'tier_review',
            'commission_increment')
        ORDER BY 1
    LOOP
        RETURN QUERY EXECUTE format(
            'SELECT DISTINCT r.client_id, %L::text FROM import_row r JOIN %I d USING (branch_id, '
            'client_id) WHERE r.branch_id = $1 AND r.import_id = $2 AND r.outcome = ''new''%s',
            other, other, CASE other WHEN 'timeline' THEN ' AND d.kind <> ''import'''
                WHEN 'commission_baseline' THEN ' AND d.amount_cents <> 0' ELSE '' END)
        USING in_branch, of_import;
    END LOOP;
    RETURN QUERY SELECT a.client_id, 'account'::text FROM import_row r JOIN account a
        USING (branch_id, client_id)
        WHERE r.branch_id = in_branch AND r.import_id = of_import AND r.outcome = 'new'
          AND (a.account <> r.account OR a.cash_cents <> 0);
END $$;

-- Takes the clients that an import added out again, with what the import wrote of them.
CREATE FUNCTION take_back_clients(in_branch text, of_import text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone text[];
    part text;
BEGIN
    IF NOT is_import_approved() OR in_branch <> app_branch()
        OR EXISTS (SELECT FROM standing_on_import(in_branch, of_import))
    THEN
        RAISE EXCEPTION 'IMPORT_NOT_UNDONE' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT array_agg(c.client_id) INTO gone
    FROM import_row r JOIN import_batch b USING (branch_id, import_id)
        JOIN client c USING (branch_id, client_id)
    WHERE r.branch_id = in_branch AND r.import_id = of_import AND r.outcome = 'new'
      AND b.kind = 'clients' AND b.state = 'applied' AND is_visible(b.branch_id, b.manager_id)
      AND is_visible(c.branch_id, c.manager_id);
    FOREACH part IN ARRAY ARRAY['timeline', 'client_tier', 'asset_day', 'night_figure',
        'tier_rating', 'tier_review', 'commission_increment', 'account', 'client']
    LOOP
        EXECUTE format('DELETE FROM %I WHERE branch_id = $1 AND client_id = ANY ($2)', part)
        USING in_branch, gone;
    END LOOP;
    RETURN coalesce(cardinality(gone), 0);
END $$;

GRANT EXECUTE ON FUNCTION is_import_approved, taken_elsewhere, standing_on_import,
    take_back_clients TO workstation_files;
