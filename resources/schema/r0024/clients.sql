-- Which tables are a client's is read from the keys that name him, whoever asks: the hand-over, the
-- undoing of an import, the check after a fault test. What a key cannot say stands here and nowhere else.

-- ``branch_column`` and ``client_column`` name him. ``follows``: on the stream of his manager, whoever
-- that is; the others tell of a person's work then, or go to somebody who is told. ``stands``: the rows
-- d that keep an import, whose row r added him, from being taken back; the others go with him.
CREATE FUNCTION tables_of_client() RETURNS TABLE (name text, branch_column text, client_column text,
    follows boolean, is_versioned boolean, stands text)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH named AS (
        SELECT f.conrelid AS id, b.attname AS branch_column, c.attname AS client_column
        FROM pg_constraint f
        JOIN pg_attribute b ON b.attrelid = f.conrelid AND b.attnum = f.conkey[1]
        JOIN pg_attribute c ON c.attrelid = f.conrelid AND c.attnum = f.conkey[2]
        WHERE f.contype = 'f' AND f.confrelid = 'client'::regclass
        UNION ALL -- has no key: '' = about nobody
        SELECT 'assessment_row'::regclass, 'branch_id', 'client_id'
    )
    SELECT n.id::regclass::text, n.branch_column::text, n.client_column::text,
           coalesce(s.follows, true), EXISTS (SELECT FROM pg_attribute a
               WHERE a.attrelid = n.id AND a.attname = 'version' AND NOT a.attisdropped),
           coalesce(s.stands, 'true')
    FROM named n LEFT JOIN (VALUES
        ('account', true, 'd.account <> r.account OR d.cash_cents <> 0'),
        ('approval_queue', false, 'true'),
        ('assessment_row', false, 'true'),
        ('asset_day', true, 'false'), -- and what else a night finds again by itself
        ('client_hand_over', false, 'true'),
        ('client_manager', false, 'false'),
        ('client_tier', true, 'false'),
        ('commission_baseline', true, 'd.amount_cents <> 0'),
        ('commission_increment', true, 'false'),
        ('night_figure', true, 'false'),
        ('tier_rating', true, 'false'),
        ('tier_review', true, 'false'),
        ('timeline', true, 'd.kind <> ''import'''),
        ('unmask_grant', false, 'true'),
        ('unmasking', false, 'true')
    ) s (name, follows, stands) ON s.name = n.id::regclass::text
$$;

-- A frozen baseline of nothing goes with a client whose import is taken back; no other one ever.
DROP TRIGGER written_once ON commission_baseline;
CREATE TRIGGER written_once BEFORE UPDATE OF amount_cents, year, client_id, frozen_on
ON commission_baseline FOR EACH STATEMENT EXECUTE FUNCTION keep_as_written();
CREATE TRIGGER not_deleted BEFORE DELETE ON commission_baseline
FOR EACH ROW WHEN (OLD.amount_cents <> 0) EXECUTE FUNCTION keep_as_written();

DROP TRIGGER forget_managers ON client; -- no client goes before what names him
DROP FUNCTION forget_managers;

CREATE OR REPLACE FUNCTION standing_on_import(in_branch text, of_import text)
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
END $$;

CREATE OR REPLACE FUNCTION take_back_clients(in_branch text, of_import text) RETURNS bigint
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

-- Every row of these clients goes to the stream of their new manager, with a higher version, so that
-- of two streams' words about it the newer is known.
CREATE OR REPLACE FUNCTION move_clients(in_branch text, by_approval text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    part record;
    moved constant text[] := ARRAY(SELECT h.client_id FROM client_hand_over h
        WHERE h.branch_id = in_branch AND h.approval_id = by_approval);
    taker constant text := (SELECT max(h.manager_id) FROM client_hand_over h
        WHERE h.branch_id = in_branch AND h.approval_id = by_approval);
BEGIN
    -- A household goes with its members; one that nobody belongs to any more with its last ones.
    UPDATE household h SET manager_id = taker, version = h.version + 1
    FROM client_hand_over g
    WHERE g.branch_id = in_branch AND g.approval_id = by_approval
      AND h.branch_id = in_branch AND h.manager_id = g.from_manager
      AND EXISTS (SELECT FROM household_member m WHERE m.branch_id = h.branch_id
          AND m.household_id = h.household_id AND m.client_id = g.client_id)
      AND NOT EXISTS (SELECT FROM household_member m WHERE m.branch_id = h.branch_id
          AND m.household_id = h.household_id AND m.client_id <> ALL (moved)
          AND (m.left_by = '' OR NOT EXISTS (SELECT FROM household_member n
              WHERE n.branch_id = h.branch_id AND n.household_id = h.household_id
                AND n.left_by = '')));
    UPDATE held_command k SET manager_id = taker FROM approval a
    WHERE a.branch_id = in_branch AND a.client_id = ANY (moved)
      AND k.branch_id = a.branch_id AND k.approval_id = a.approval_id;
    UPDATE order_step s SET manager_id = taker FROM trade_order o
    WHERE o.branch_id = in_branch AND o.client_id = ANY (moved)
      AND s.branch_id = o.branch_id AND s.client_order_id = o.client_order_id;
    -- What somebody else was told about one of them stays with him.
    UPDATE task t SET manager_id = taker, version = t.version + 1 FROM client_hand_over g
    WHERE g.branch_id = in_branch AND g.approval_id = by_approval
      AND t.branch_id = in_branch AND t.client_id = g.client_id AND t.manager_id = g.from_manager;
    FOR part IN
        SELECT t.name, concat_ws(', ', 'manager_id = $3', CASE WHEN t.is_versioned
            THEN 'version = version + 1' END, CASE t.name WHEN 'agenda_mark' THEN 'keeper = $3' END)
            AS told
        FROM tables_of_client() t WHERE t.follows AND t.name <> 'task'
        UNION ALL SELECT 'client', 'manager_id = $3, version = version + 1'
        ORDER BY 1
    LOOP
        EXECUTE format('UPDATE %I SET %s WHERE branch_id = $1 AND client_id = ANY ($2)',
            part.name, part.told) USING in_branch, moved, taker;
    END LOOP;
    -- What the log still held of them for the former manager's desk is a deletion there.
    UPDATE change_log l SET row = NULL FROM client_hand_over g
    WHERE g.branch_id = in_branch AND g.approval_id = by_approval
      AND l.branch_id = in_branch AND l.stream = g.from_manager AND l.row IS NOT NULL
      AND l.table_name IN (SELECT t.name FROM tables_of_client() t WHERE t.follows
          UNION ALL SELECT 'client')
      AND l.row ->> 'client_id' = g.client_id;
END $$;
