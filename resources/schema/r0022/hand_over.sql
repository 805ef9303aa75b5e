-- As in r0021, with the fees and capped rates of the clients.

-- The hand-over itself. What is done is read from the approval alone: nothing else can be handed over
-- by it, and nothing twice. Every row of these clients goes to the stream of their new manager, with a
-- higher version, so that of two streams' words about it the newer is known.
CREATE OR REPLACE FUNCTION move_clients(in_branch text, by_approval text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    part text;
    moved constant text[] := ARRAY(SELECT h.client_id FROM client_hand_over h
        WHERE h.branch_id = in_branch AND h.approval_id = by_approval);
    taker constant text := (SELECT max(h.manager_id) FROM client_hand_over h
        WHERE h.branch_id = in_branch AND h.approval_id = by_approval);
    versioned constant text[] := ARRAY['client', 'account', 'holding', 'points_entry',
        'points_hold', 'subscription', 'client_rate', 'application', 'approval', 'tier_grant',
        'contact', 'contact_revision', 'timeline', 'risk_test', 'consent', 'household_member',
        'relation', 'instruction', 'mandate', 'trade_order', 'trade_fill', 'client_alert',
        'campaign_invitation', 'product_fee', 'product_fee_row', 'rate_exception'];
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
    UPDATE agenda_mark m SET manager_id = taker, keeper = taker, version = m.version + 1
    WHERE m.branch_id = in_branch AND m.client_id = ANY (moved);
    -- What somebody else was told about one of them stays with him.
    UPDATE task t SET manager_id = taker, version = t.version + 1 FROM client_hand_over g
    WHERE g.branch_id = in_branch AND g.approval_id = by_approval
      AND t.branch_id = in_branch AND t.client_id = g.client_id AND t.manager_id = g.from_manager;
    FOREACH part IN ARRAY versioned LOOP
        EXECUTE format('UPDATE %I SET manager_id = $3, version = version + 1 '
            'WHERE branch_id = $1 AND client_id = ANY ($2)', part) USING in_branch, moved, taker;
    END LOOP;
    FOREACH part IN ARRAY ARRAY['client_tier', 'asset_day', 'tier_rating', 'tier_review',
        'commission_entry', 'commission_baseline', 'commission_increment', 'ipo_ballot',
        'night_figure']
    LOOP
        EXECUTE format('UPDATE %I SET manager_id = $3 '
            'WHERE branch_id = $1 AND client_id = ANY ($2)', part) USING in_branch, moved, taker;
    END LOOP;
    -- What the log still held of them for the former manager's desk is a deletion there.
    UPDATE change_log l SET row = NULL FROM client_hand_over g
    WHERE g.branch_id = in_branch AND g.approval_id = by_approval
      AND l.branch_id = in_branch AND l.stream = g.from_manager AND l.row IS NOT NULL
      AND l.table_name = ANY (versioned || ARRAY['task', 'agenda_mark'])
      AND l.row ->> 'client_id' = g.client_id;
END $$;
