-- Clients between managers: handed over, and brought by clients of others.

-- What a household is worth: the sum of its present members, for those who may see them.
CREATE VIEW household_total WITH (security_invoker = true) AS
SELECT m.branch_id, m.household_id, m.manager_id, count(*) AS members,
       sum(c.average_assets_cents) AS average_assets_cents,
       sum(c.year_commission_cents) AS year_commission_cents, sum(c.points_milli) AS points_milli
FROM household_member m JOIN client c USING (branch_id, client_id)
WHERE m.left_by = ''
GROUP BY m.branch_id, m.household_id, m.manager_id;
GRANT SELECT ON household_total TO workstation_app;

-- Whom a trade of that day is credited to; NULL = nobody looked after the client yet.
CREATE FUNCTION manager_on(of_branch text, of_client text, day text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT m.manager_id FROM client_manager m
    WHERE m.branch_id = of_branch AND m.client_id = of_client AND m.from_on <= day
    ORDER BY m.from_on DESC LIMIT 1
$$;

-- Who has the client now, told to somebody who once handed him over, and when he did so last.
CREATE FUNCTION handed_over(of_branch text, of_client text)
RETURNS TABLE (manager_id text, handed_at text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.manager_id, max(h.handed_at)
    FROM client c JOIN client_hand_over h
        ON h.branch_id = c.branch_id AND h.client_id = c.client_id
    WHERE c.branch_id = of_branch AND c.client_id = of_client AND of_branch = app_branch()
      AND app_writes() AND h.from_manager = app_person()
    GROUP BY 1
$$;

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
        ('question_queue', false, 'true'),
        ('service_call', false, 'true'),
        ('tier_rating', true, 'false'),
        ('tier_review', true, 'false'),
        ('timeline', true, 'd.kind <> ''import'''),
        ('unmask_grant', false, 'true'),
        ('unmasking', false, 'true')
    ) s (name, follows, stands) ON s.name = n.id::regclass::text
$$;

-- What is open on a client, in words, for the two managers.
CREATE FUNCTION open_matters(of_branch text, of_client text, today text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(string_agg(what || ' ' || n, '、' ORDER BY place) FILTER (WHERE n > 0),
                    '无未结事项')
    FROM (
        SELECT 1 AS place, '待复核' AS what, count(*) AS n FROM approval a
        WHERE a.branch_id = of_branch AND a.client_id = of_client AND a.state = 'pending'
        UNION ALL
        SELECT 2, '任务', count(*) FROM task t WHERE t.branch_id = of_branch
            AND t.client_id = of_client AND t.state = 'open' AND t.kind <> 'reminder'
        UNION ALL
        SELECT 3, '提醒', count(*) FROM task t WHERE t.branch_id = of_branch
            AND t.client_id = of_client AND t.state = 'open' AND t.kind = 'reminder'
        UNION ALL
        SELECT 4, '在办产品申请', count(*) FROM application p WHERE p.branch_id = of_branch
            AND p.client_id = of_client AND p.state IN ('applied', 'signed', 'submitted')
        UNION ALL
        SELECT 5, '积分冻结', count(*) FROM points_hold h
        WHERE h.branch_id = of_branch AND h.client_id = of_client AND h.state = 'held'
        UNION ALL
        SELECT 6, '活动邀请', count(*) FROM campaign_invitation i WHERE i.branch_id = of_branch
            AND i.client_id = of_client AND i.state IN ('invited', 'accepted')
        UNION ALL
        SELECT 7, '有效指令', count(*) FROM instruction i WHERE i.branch_id = of_branch
            AND i.client_id = of_client AND i.day >= today AND i.withdrawn_at = ''
        UNION ALL
        SELECT 8, '程序化授权', count(*) FROM mandate m WHERE m.branch_id = of_branch
            AND m.client_id = of_client AND m.state = 'active'
        UNION ALL
        SELECT 9, '咨询', count(*) FROM advisory_question q WHERE q.branch_id = of_branch
            AND q.client_id = of_client AND q.state IN ('open', 'taken', 'answered')
    ) counted
$$;

-- The hand-over itself. What is done is read from the approval alone: nothing else can be handed over
-- by it, and nothing twice. Every row of these clients goes to the stream of their new manager, with a
-- higher version, so that of two streams' words about it the newer is known.
CREATE FUNCTION move_clients(in_branch text, by_approval text) RETURNS void
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

-- Hands over the clients of an approval; returns what waits for a second person on them, which is to
-- be queued anew. They are credited to their new manager from the day asked for, or from the first
-- one whose night has not begun.
CREATE FUNCTION hand_over(in_branch text, by_approval text, now_at text)
RETURNS TABLE (approval_id text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    told jsonb;
    moved text[];
    taker text;
    from_day text;
BEGIN
    PERFORM pg_advisory_xact_lock(20230217);
    IF is_approved(in_branch, by_approval, ARRAY['hand_over']) THEN
        SELECT a.after::jsonb INTO told FROM approval a
        WHERE a.branch_id = in_branch AND a.approval_id = by_approval;
    END IF;
    moved := ARRAY(SELECT jsonb_array_elements_text(told -> 'clients') ORDER BY 1);
    taker := told ->> 'to_manager';
    PERFORM FROM client c WHERE c.branch_id = in_branch AND c.client_id = ANY (moved)
    ORDER BY c.client_id FOR UPDATE;
    IF told IS NULL
        OR EXISTS (SELECT FROM client_hand_over h
            WHERE h.branch_id = in_branch AND h.approval_id = by_approval)
        OR NOT EXISTS (SELECT FROM staff s WHERE s.branch_id = in_branch AND s.staff_id = taker
            AND s.role IN ('manager', 'branch_manager'))
        OR EXISTS (SELECT FROM trade_order o WHERE o.branch_id = in_branch
            AND o.client_id = ANY (moved) AND o.state NOT IN ('filled', 'cancelled',
                'partly_cancelled', 'rejected', 'refused'))
        OR EXISTS (SELECT FROM household_member i JOIN household_member m
                ON m.branch_id = i.branch_id AND m.household_id = i.household_id AND m.left_by = ''
            WHERE i.branch_id = in_branch AND i.client_id = ANY (moved) AND i.left_by = ''
              AND m.client_id <> ALL (moved))
    THEN
        RAISE EXCEPTION 'NOT_HANDED_OVER' USING ERRCODE = 'insufficient_privilege';
    END IF;
    from_day := greatest(told ->> 'from_on', left(now_at, 10), (SELECT
        to_char(max(n.day)::date + 1, 'YYYY-MM-DD') FROM night_run n WHERE n.branch_id = '*'));
    INSERT INTO client_hand_over (branch_id, approval_id, client_id, manager_id, from_manager,
        from_on, reason, handed_at)
    SELECT c.branch_id, by_approval, c.client_id, taker, c.manager_id, from_day,
           told ->> 'reason', now_at
    FROM client c WHERE c.branch_id = in_branch AND c.client_id = ANY (moved);
    INSERT INTO client_manager (branch_id, client_id, from_on, manager_id)
    SELECT in_branch, m.client_id, from_day, taker FROM unnest(moved) AS m (client_id)
    ON CONFLICT ON CONSTRAINT pk_client_manager DO UPDATE SET manager_id = excluded.manager_id;
    UPDATE commission_entry e SET credited_to = taker
    WHERE e.branch_id = in_branch AND e.client_id = ANY (moved) AND e.trade_date >= from_day;
    PERFORM move_clients(in_branch, by_approval);
    PERFORM tell_of_hand_over(in_branch, by_approval, now_at);
    RETURN QUERY SELECT a.approval_id FROM approval a
    WHERE a.branch_id = in_branch AND a.client_id = ANY (moved) AND a.state = 'pending';
END $$;

-- An audit entry and a timeline entry a client, a task for each manager with what is open.
CREATE FUNCTION tell_of_hand_over(in_branch text, by_approval text, now_at text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO audit_entry (branch_id, chain, number, at, author, action, subject, command_id,
        outcome, detail)
    SELECT h.branch_id, h.manager_id, 0, now_at, app_person(), 'client.hand_over', h.client_id,
           by_approval, 'applied', jsonb_build_object('from', h.from_manager, 'to', h.manager_id,
               'from_on', h.from_on, 'reason', h.reason,
               'open', open_matters(h.branch_id, h.client_id, left(now_at, 10)))::text
    FROM client_hand_over h WHERE h.branch_id = in_branch AND h.approval_id = by_approval
    ORDER BY h.client_id;
    INSERT INTO timeline (branch_id, entry_id, manager_id, client_id, kind, title, about, author,
        happened_at)
    SELECT h.branch_id, by_approval || '-hand_over-' || h.client_id, h.manager_id, h.client_id,
           'hand_over', '客户移交:' || h.from_manager || ' → ' || h.manager_id || ',自 '
               || h.from_on || ' 起(' || h.reason || ')', by_approval, app_person(), now_at
    FROM client_hand_over h WHERE h.branch_id = in_branch AND h.approval_id = by_approval;
    INSERT INTO task (branch_id, task_id, manager_id, kind, title, body, due_at, state, about)
    SELECT h.branch_id, 'hand-over-' || by_approval || '-' || p.person, p.person, 'hand_over',
           CASE p.person WHEN h.manager_id THEN '接收移交客户 ' || count(*) || ' 位'
               ELSE '已移交客户 ' || count(*) || ' 位给 ' || h.manager_id END,
           string_agg(h.client_id || ':'
               || open_matters(h.branch_id, h.client_id, left(now_at, 10)), E'\n'
               ORDER BY h.client_id), now_at, 'open', by_approval
    FROM client_hand_over h
    CROSS JOIN LATERAL (VALUES (h.manager_id), (h.from_manager)) AS p (person)
    WHERE h.branch_id = in_branch AND h.approval_id = by_approval
    GROUP BY h.branch_id, h.manager_id, p.person;
END $$;

-- Whether the branch has such a client, or had him until he was handed over: that and no more, for who may
-- write.
CREATE FUNCTION is_client(in_branch text, of_client text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN app_writes() AND in_branch = app_branch() AND home_of(in_branch, of_client) IS NOT NULL;
END $$;

-- Posts the referrer's points on his own manager's stream, and the relation on each client's own, in
-- whichever branches they are now; '' the first time for a new client, else why not. What is posted is
-- what was approved: the referrer is the client of that number of the branch in which it was asked for.
CREATE FUNCTION post_referral(in_branch text, by_approval text, milli bigint, now_at text)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    told jsonb;
    bringer text;
    brought text;
    home text;
BEGIN
    IF is_approved(in_branch, by_approval, ARRAY['points']) THEN
        SELECT a.after::jsonb INTO told FROM approval a
        WHERE a.branch_id = in_branch AND a.approval_id = by_approval;
    END IF;
    bringer := told ->> 'referrer';
    brought := told ->> 'referred';
    IF bringer IS NULL OR brought IS NULL OR brought = bringer OR NOT is_visible(in_branch, (
            SELECT c.manager_id FROM client c
            WHERE c.branch_id = in_branch AND c.client_id = brought))
    THEN
        RAISE EXCEPTION 'NO_REFERRAL' USING ERRCODE = 'insufficient_privilege';
    END IF;
    home := home_of(coalesce(told ->> 'referrer_branch', in_branch), bringer);
    IF home IS NULL THEN
        RETURN 'REFERRER_NOT_FOUND';
    END IF;
    INSERT INTO points_entry (branch_id, entry_id, manager_id, client_id, kind, points_milli, note,
        posted_at)
    SELECT c.branch_id, 'referral-' || brought, c.manager_id, c.client_id, 'referral', milli,
           '推荐新客户 ' || brought, now_at
    FROM client c WHERE c.branch_id = home AND c.client_id = bringer
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'DUPLICATE';
    END IF;
    INSERT INTO relation (branch_id, relation_id, client_id, manager_id, other_id, kind, since)
    SELECT c.branch_id, 'referral-' || brought, c.client_id, c.manager_id,
           CASE c.client_id WHEN brought THEN bringer ELSE brought END,
           CASE c.client_id WHEN brought THEN 'referred' ELSE 'referrer' END,
           told ->> 'recommended_on'
    FROM client c WHERE (c.branch_id, c.client_id) IN ((in_branch, brought), (home, bringer));
    INSERT INTO timeline (branch_id, entry_id, manager_id, client_id, kind, title, about, author,
        happened_at)
    SELECT c.branch_id, by_approval || '-relation-' || c.client_id, c.manager_id, c.client_id,
           'relation', '登记推荐关系', by_approval, app_person(), now_at
    FROM client c WHERE (c.branch_id, c.client_id) IN ((in_branch, brought), (home, bringer))
    UNION ALL
    SELECT c.branch_id, by_approval || '-points', c.manager_id, c.client_id, 'points',
           '推荐新客户 ' || brought || ',积分 ' || trim(to_char(milli / 1000, '999,999,990')),
           by_approval, app_person(), now_at
    FROM client c WHERE c.branch_id = home AND c.client_id = bringer;
    RETURN '';
END $$;

-- The client whom a key of a command names, if it names one: that and no more, for a worker's tasks.
CREATE FUNCTION known_client(in_branch text, key text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.client_id FROM client c
    WHERE app_role() = 'worker' AND c.branch_id = in_branch AND c.client_id = key
$$;

GRANT EXECUTE ON FUNCTION manager_on, handed_over, hand_over, is_client, post_referral,
    known_client TO workstation_work;
GRANT EXECUTE ON FUNCTION manager_on TO workstation_night;
