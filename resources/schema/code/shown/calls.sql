-- What an agent is told of who calls, and of nobody else.

-- Who calls: whoever has this number or this account. Not more than whether it is one client is told,
-- and of him no personal data; for the telephone's intake and an agent with a command in hand.
CREATE FUNCTION match_caller(of_number text, of_account text)
RETURNS TABLE (found bigint, branch_id text, client_id text, tier text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH candidate AS (
        SELECT c.branch_id, c.client_id FROM client c
        WHERE of_number <> '' AND c.mobile = of_number
        UNION
        SELECT a.branch_id, a.client_id FROM account a
        WHERE of_account <> '' AND a.account = of_account
    )
    SELECT n.found, c.branch_id, c.client_id, c.tier
    FROM (SELECT count(*) AS found FROM candidate) n
    LEFT JOIN candidate k ON n.found = 1
    LEFT JOIN client c ON c.branch_id = k.branch_id AND c.client_id = k.client_id
    WHERE app_role() IN ('worker', 'call_centre')
$$;

-- What comes up on the screen of the agent who has the call, in one read: the masked card, what is
-- open, what was said last. Of questions to advisers he learns the title and how far they are.
CREATE FUNCTION screen_pop(of_call text) RETURNS json
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT json_build_object(
        'call', json_build_object('call_id', s.call_id, 'caller', s.caller, 'match', s.match,
            'line', s.line, 'channel', s.channel, 'tier', s.tier, 'state', s.state,
            'offered_at', s.offered_at, 'waited_ms', s.waited_ms),
        'card', (SELECT json_build_object('branch_id', m.branch_id, 'client_id', m.client_id,
                'manager_id', m.manager_id, 'name', m.name, 'mobile', m.mobile, 'tier', m.tier,
                'opened_on', m.opened_on, 'risk_class', m.risk_class,
                'last_contact_at', m.last_contact_at, 'points_milli', m.points_milli)
            FROM client_masked m
            WHERE m.branch_id = s.client_branch AND m.client_id = s.client_id),
        'products', (SELECT coalesce(json_agg(DISTINCT p.product), '[]') FROM subscription p
            WHERE p.branch_id = s.client_branch AND p.client_id = s.client_id
              AND p.state IN ('active', 'bundled')),
        'alerts', (SELECT coalesce(json_agg(t), '[]') FROM (
            SELECT a.kind, a.symbol, a.title, a.raised_at FROM client_alert a
            WHERE a.branch_id = s.client_branch AND a.client_id = s.client_id
            ORDER BY a.raised_at DESC, a.alert_id LIMIT 5) t),
        'questions', (SELECT coalesce(json_agg(t), '[]') FROM (
            SELECT q.title, q.state, q.desk, q.due_at FROM advisory_question q
            WHERE q.branch_id = s.client_branch AND q.client_id = s.client_id
              AND q.state IN ('open', 'taken', 'answered')
            ORDER BY q.asked_at DESC, q.question_id LIMIT 5) t),
        'contacts', (SELECT coalesce(json_agg(t), '[]') FROM (
            SELECT k.channel, k.direction, k.summary, k.happened_at FROM contact k
            WHERE k.branch_id = s.client_branch AND k.client_id = s.client_id
            ORDER BY k.happened_at DESC, k.contact_id LIMIT 5) t))
    FROM service_call s
    WHERE s.call_id = of_call AND s.branch_id = app_branch() AND app_role() = 'call_centre'
      AND app_person() <> '' AND s.taken_by = app_person()
      AND s.state IN ('taken', 'ended', 'calling_back')
$$;

GRANT EXECUTE ON FUNCTION match_caller TO workstation_work;
GRANT EXECUTE ON FUNCTION screen_pop TO workstation_app;
