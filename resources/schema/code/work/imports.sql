-- An import is asked for, judged and carried out as its author, and rests on the approval of a second
-- person; it can be taken back.

-- Which of these numbers are taken by clients whom this person may not see: that and no more. A client
-- who went to another branch has his number still.
CREATE FUNCTION taken_elsewhere(in_branch text, keys text[], id_nos text[], accounts text[])
RETURNS TABLE (what text, value text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH unseen AS (
        SELECT c.branch_id, c.client_id, c.id_no FROM client c
        WHERE app_writes() AND c.branch_id = in_branch AND in_branch = ANY (app_branches())
          AND c.manager_id <> ALL (app_managers())
        UNION ALL
        SELECT DISTINCT c.branch_id, c.client_id, c.id_no FROM client_hand_over h JOIN client c
            ON c.branch_id = h.client_branch AND c.client_id = h.client_id
        WHERE app_writes() AND h.from_branch = in_branch AND c.branch_id <> in_branch
          AND in_branch = ANY (app_branches())
    )
    SELECT 'client_no', u.client_id FROM unseen u WHERE u.client_id = ANY (keys)
    UNION
    SELECT 'id_no', u.id_no FROM unseen u WHERE u.id_no <> '' AND u.id_no = ANY (id_nos)
    UNION
    SELECT 'account', a.account FROM account a JOIN unseen u USING (branch_id, client_id)
    WHERE a.account = ANY (accounts)
$$;

-- What stands on the clients that an import added, beside what imports wrote and what a night finds again
-- by itself; one who has gone to another branch since stands on it as well.
CREATE FUNCTION standing_on_import(in_branch text, of_import text)
RETURNS TABLE (client_id text, table_name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    other record;
BEGIN
    IF NOT EXISTS (SELECT FROM import_batch b WHERE b.branch_id = in_branch
        AND b.import_id = of_import AND app_writes() AND is_visible(b.branch_id, b.manager_id))
    THEN
        RETURN;
    END IF;
    FOR other IN SELECT t.* FROM tables_of_client() t WHERE t.stands <> 'false' ORDER BY 1 LOOP
        RETURN QUERY EXECUTE format('SELECT DISTINCT r.client_id, %L::text FROM import_row r '
            'JOIN %I d ON d.%I = r.branch_id AND d.%I = r.client_id WHERE r.branch_id = $1 '
            'AND r.import_id = $2 AND r.outcome = ''new'' AND (%s)', other.name, other.name,
            other.branch_column, other.client_column, other.stands)
        USING in_branch, of_import;
    END LOOP;
    RETURN QUERY SELECT DISTINCT r.client_id, 'client_hand_over' FROM import_row r
    JOIN client_hand_over h ON h.from_branch = r.branch_id AND h.client_id = r.client_id
    WHERE r.branch_id = in_branch AND r.import_id = of_import AND r.outcome = 'new'
      AND h.client_branch <> r.branch_id;
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
    SELECT array_agg(c.client_id) INTO gone -- whom he sees is asked once, not once a row
    FROM import_row r JOIN import_batch b USING (branch_id, import_id)
        JOIN client c USING (branch_id, client_id)
    WHERE r.branch_id = in_branch AND r.import_id = of_import AND r.outcome = 'new'
      AND b.kind = 'clients' AND b.state = 'applied'
      AND in_branch = ANY ((SELECT app_branches())::text[])
      AND b.manager_id = ANY ((SELECT app_managers())::text[])
      AND c.manager_id = ANY ((SELECT app_managers())::text[]);
    FOR part IN SELECT t.name FROM tables_of_client() t WHERE t.stands <> 'true' ORDER BY 1 LOOP
        EXECUTE format('DELETE FROM %I WHERE branch_id = $1 AND client_id = ANY ($2)', part)
        USING in_branch, gone;
    END LOOP;
    DELETE FROM client c WHERE c.branch_id = in_branch AND c.client_id = ANY (gone);
    RETURN coalesce(cardinality(gone), 0);
END $$;

GRANT EXECUTE ON FUNCTION taken_elsewhere, standing_on_import, take_back_clients TO workstation_files;
