-- Questions to the advisory network and calls at the service line: what advisers and agents are shown
-- of clients who are not theirs.

-- What each adviser may answer now; as models.lives.teams.question.works_at.
CREATE FUNCTION question_seats() RETURNS SETOF question_queue
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.branch_id, q.branch_id, q.question_id, s.staff_id, 'queue:' || s.staff_id, q.client_id,
           coalesce(c.tier, ''),
           coalesce((SELECT string_agg(p.product, ',' ORDER BY p.product) FROM subscription p
               WHERE p.branch_id = q.branch_id AND p.client_id = q.client_id
                 AND p.product IN ('A', 'B', 'C', 'D', 'E') AND p.state = 'active'), ''),
           q.title, q.body, q.desk, q.state, q.asked_by, q.asked_at, q.due_at, q.overdue_at,
           q.taken_by, q.note, 1
    FROM advisory_question q
    JOIN staff s ON s.role = 'adviser' AND (s.branch_id = q.branch_id) = (q.desk = 'branch')
    LEFT JOIN client c ON c.branch_id = q.branch_id AND c.client_id = q.client_id
    WHERE q.state IN ('open', 'taken')
$$;

-- Brings the advisers' copies of one question, or ('') of all, up to date; returns how many changed.
CREATE FUNCTION lay_questions(of_branch text, of_question text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone bigint;
    laid bigint;
BEGIN
    WITH due AS MATERIALIZED (
        SELECT s.* FROM question_seats() s
        WHERE of_question = '' OR (s.question_branch = of_branch AND s.question_id = of_question)
    ), over AS (
        DELETE FROM question_queue k
        WHERE (of_question = '' OR (k.question_branch = of_branch AND k.question_id = of_question))
          AND NOT EXISTS (SELECT FROM due d WHERE d.branch_id = k.branch_id
              AND d.question_branch = k.question_branch AND d.question_id = k.question_id
              AND d.adviser = k.adviser)
        RETURNING 1
    ), fresh AS (
        INSERT INTO question_queue AS k SELECT d.* FROM due d ORDER BY d.branch_id, d.adviser
        ON CONFLICT ON CONSTRAINT pk_question_queue DO UPDATE SET client_id = excluded.client_id,
            tier = excluded.tier, products = excluded.products, title = excluded.title,
            body = excluded.body, desk = excluded.desk, state = excluded.state,
            asked_by = excluded.asked_by, asked_at = excluded.asked_at, due_at = excluded.due_at,
            overdue_at = excluded.overdue_at, taken_by = excluded.taken_by, note = excluded.note,
            version = k.version + 1
        WHERE (k.client_id, k.tier, k.products, k.title, k.body, k.desk, k.state, k.asked_by,
               k.asked_at, k.due_at, k.overdue_at, k.taken_by, k.note) IS DISTINCT FROM
              (excluded.client_id, excluded.tier, excluded.products, excluded.title,
               excluded.body, excluded.desk, excluded.state, excluded.asked_by, excluded.asked_at,
               excluded.due_at, excluded.overdue_at, excluded.taken_by, excluded.note)
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM over), (SELECT count(*) FROM fresh) INTO gone, laid;
    RETURN gone + laid;
END $$;

CREATE FUNCTION lay_question() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM lay_questions(NEW.branch_id, NEW.question_id);
    RETURN NULL;
END $$;

CREATE TRIGGER lay_question AFTER INSERT OR UPDATE ON advisory_question
FOR EACH ROW EXECUTE FUNCTION lay_question();

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
      AND app_person() <> '' AND s.taken_by = app_person() AND s.state IN ('taken', 'ended')
$$;

GRANT EXECUTE ON FUNCTION lay_questions, match_caller TO workstation_work;
GRANT EXECUTE ON FUNCTION screen_pop TO workstation_app;
