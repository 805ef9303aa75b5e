-- Loads can be taken back as a whole. A load has a number; what it wrote names it. Commission is taken
-- back by entries on the trade date of what they correct; facts and news of securities, which no night
-- has read yet, go. A source event whose entry was taken back may come again: the new entry has a
-- number of its own and names the event.

-- Why a load cannot be taken back, and on account of which of its entries; no row = it can.
CREATE FUNCTION standing_on_load(of_kind text, of_load text)
RETURNS TABLE (code text, whom text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked loaded_file;
BEGIN
    SELECT f.* INTO asked FROM loaded_file f
    WHERE f.branch_id = '*' AND f.kind = of_kind AND f.load_id = of_load;
    IF asked.load_id IS NULL OR app_role() NOT IN ('branch_manager', 'compliance') THEN
        RETURN;
    END IF;
    IF of_kind <> 'settlement' THEN
        RETURN QUERY SELECT 'LOAD_NIGHT_BEGUN', of_load WHERE asked.nights_begun <> nights_begun()
        UNION ALL -- a later load that told the cash of assets which this one brought
        SELECT DISTINCT 'LOAD_CHANGED_SINCE', a.cash_load_id
        FROM asset_day a WHERE a.load_id = of_load AND a.load_id <> '' AND a.cash_load_id <> ''
        ORDER BY 1, 2;
        RETURN;
    END IF;
    RETURN QUERY -- a later change of a trade that this load booked or changed; what was taken back is none
    SELECT DISTINCT 'LOAD_CHANGED_SINCE', later.about
    FROM commission_entry e JOIN commission_entry later ON later.branch_id = e.branch_id
        AND later.about = coalesce(nullif(e.about, ''), e.entry_id)
    LEFT JOIN loaded_file f ON f.branch_id = '*' AND f.kind = of_kind AND f.load_id = later.source
    WHERE e.source = of_load AND later.source <> of_load AND later.source NOT LIKE 'undo-%'
      AND f.state IS DISTINCT FROM 'undone'
      AND (e.about = '' OR coalesce(f.number > asked.number, later.booked_on >= e.booked_on))
    UNION ALL -- a baseline that was frozen over it and is never made again
    SELECT DISTINCT 'LOAD_YEAR_CLOSED', e.entry_id
    FROM commission_entry e
    WHERE e.source = of_load AND e.amount_cents <> 0 AND e.evidence AND NOT e.churn
      AND EXISTS (SELECT FROM commission_baseline b
            WHERE b.branch_id = e.branch_id AND b.client_id = e.client_id
              AND b.year = ((left(e.trade_date, 4))::int + 1)::text AND e.booked_on <= b.frozen_on)
    ORDER BY 1, 2;
END $$;

-- The load waits for this approval, unless another one is still to be decided.
CREATE FUNCTION await_load_undo(of_kind text, of_load text, by_approval text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF app_role() NOT IN ('branch_manager', 'compliance') OR NOT app_is_person()
        OR EXISTS (SELECT FROM approval a JOIN loaded_file f ON f.approval_id = a.approval_id
            WHERE f.branch_id = '*' AND f.kind = of_kind AND f.load_id = of_load
              AND a.branch_id = '*' AND a.state = 'pending')
    THEN
        RAISE EXCEPTION 'LOAD_NOT_UNDONE' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE loaded_file f SET approval_id = by_approval
    WHERE f.branch_id = '*' AND f.kind = of_kind AND f.load_id = of_load AND f.state = 'loaded';
END $$;

-- Books against what a load booked, on the trade date of each entry; returns how many entries.
CREATE FUNCTION reverse_entries(of_kind text, of_load text, on_day text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    booked bigint;
BEGIN
    INSERT INTO commission_entry (branch_id, entry_id, manager_id, client_id, credited_branch,
        credited_to, kind, about, trade_date, booked_on, amount_cents, evidence, churn, source)
    SELECT o.branch_id, 'undo-' || of_load || '-' || o.entry_id, c.manager_id, o.client_id,
           o.credited_branch, o.credited_to,
           CASE o.source WHEN of_load THEN 'reversal' ELSE 'correction' END, o.entry_id,
           o.trade_date, on_day, -l.cents, o.evidence, o.churn, 'undo-' || of_load
    FROM (SELECT branch_id, coalesce(nullif(about, ''), entry_id) AS original, sum(amount_cents) AS cents
          FROM commission_entry WHERE of_kind = 'settlement' AND source = of_load GROUP BY 1, 2) l
    JOIN commission_entry o ON o.branch_id = l.branch_id AND o.entry_id = l.original
    JOIN client c ON c.branch_id = o.branch_id AND c.client_id = o.client_id
    WHERE l.cents <> 0;
    GET DIAGNOSTICS booked = ROW_COUNT;
    RETURN booked;
END $$;

-- Takes out the facts and news that a load brought; returns how many rows of them it had.
CREATE FUNCTION drop_loaded(of_load text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    done bigint := 0;
    gone bigint;
    part text;
BEGIN
    DELETE FROM security_event e USING loaded_event l
    WHERE l.load_id = of_load AND e.branch_id = l.branch_id AND e.event_id = l.event_id;
    FOREACH part IN ARRAY ARRAY['security_close', 'corporate_action', 'ipo_event', 'ipo_ballot',
        'loaded_event']
    LOOP
        EXECUTE format('DELETE FROM %I WHERE load_id = $1', part) USING of_load;
        GET DIAGNOSTICS gone = ROW_COUNT;
        done := done + gone;
    END LOOP;
    DELETE FROM asset_day WHERE load_id = of_load AND load_id <> '';
    GET DIAGNOSTICS gone = ROW_COUNT;
    done := done + gone;
    UPDATE asset_day SET cash_cents = NULL, cash_load_id = ''
    WHERE cash_load_id = of_load AND cash_load_id <> '';
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN done + gone;
END $$;

-- Takes a load back for whoever asked, by the one approval that it waits for; returns how many entries
-- were booked or rows went. The caller holds the lock of loads and the nights' shared one.
CREATE FUNCTION undo_load(of_kind text, of_load text, by_approval text, now_at text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    done bigint;
    booked_on constant text := next_night(now_at);
BEGIN
    IF NOT is_approved('*', by_approval, ARRAY['load']) OR NOT EXISTS (SELECT FROM loaded_file f
            WHERE f.branch_id = '*' AND f.kind = of_kind AND f.load_id = of_load
              AND f.approval_id = by_approval AND f.state = 'loaded')
        OR EXISTS (SELECT FROM standing_on_load(of_kind, of_load))
    THEN
        RAISE EXCEPTION 'LOAD_NOT_UNDONE' USING ERRCODE = 'insufficient_privilege';
    END IF;
    done := reverse_entries(of_kind, of_load, booked_on);
    UPDATE task t SET state = 'done', note = '结算文件已撤销', version = t.version + 1
    WHERE t.kind = 'reconcile' AND t.about = of_load AND t.state = 'open';
    done := done + drop_loaded(of_load);
    UPDATE loaded_file f SET state = 'undone', undone_on = booked_on, approval_id = ''
    WHERE f.branch_id = '*' AND f.kind = of_kind AND f.load_id = of_load;
    INSERT INTO audit_entry (branch_id, chain, number, at, author, action, subject, command_id,
        outcome, detail)
    VALUES ('*', '*', 0, now_at, app_person(), 'load.undo', of_load, by_approval, 'applied',
        jsonb_build_object('kind', of_kind, 'rows', done, 'booked_on', booked_on)::text);
    RETURN done;
END $$;

GRANT EXECUTE ON FUNCTION standing_on_load, await_load_undo, undo_load TO workstation_work;
