-- Who looked after a client does not keep an import that added him from being taken back: it goes
-- with him.

CREATE OR REPLACE FUNCTION standing_on_import(in_branch text, of_import text)
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
            'commission_increment', 'client_manager')
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
