-- Clients go to managers of other branches too, and head office may ask for it.
--
-- What counts for whom is decided here. His branch leads the keys of all that is a client's, so that all
-- of it goes where he goes, its history too: what he is and has (assets, points, tier, products and
-- their fees, orders, questions, timeline, baseline and increments) counts for his present manager and
-- branch. What was earned or done with him counts for who looked after him on its day, in the branch of
-- that day (keeper_on): a trade is credited to credited_branch and credited_to, and stays so; figures
-- that were told (assessment, a period's credit) and audit entries stay where they are. What tells of a
-- person's work then, or belongs to a campaign, stays in its branch and names that of the client
-- (client_branch), as the copies for other branches always did; tables_of_client says of each table why.

-- Which tables are a client's is read from the keys that name him, whoever asks: the hand-over, the
-- undoing of an import, the check after a fault test. What a key cannot say stands here and nowhere else.
-- ``branch_column`` and ``client_column`` name him. ``follows``: on the stream of his manager, whoever
-- that is, while it is in his branch; else ``stays_for`` says why. ``stands``: the rows d that keep an
-- import, whose row r added him, from being taken back; the others go with him.
CREATE FUNCTION tables_of_client() RETURNS TABLE (name text, branch_column text, client_column text,
    follows boolean, is_versioned boolean, stands text, stays_for text)
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
           coalesce(s.stays_for, '') = '', EXISTS (SELECT FROM pg_attribute a
               WHERE a.attrelid = n.id AND a.attname = 'version' AND NOT a.attisdropped),
           coalesce(s.stands, 'true'), coalesce(s.stays_for, '')
    FROM named n LEFT JOIN (VALUES
        ('account', 'd.account <> r.account OR d.cash_cents <> 0', ''),
        ('approval_queue', 'true', 'on the stream of who decides: queued anew'),
        ('assessment_row', 'true', 'what the told figures of a manager were made of'),
        ('asset_day', 'false', ''), -- and what else a night finds again by itself
        ('client_hand_over', 'true', 'who took him then'),
        ('client_manager', 'false', 'who looked after him, by day: gets a row of its own'),
        ('client_tier', 'false', ''),
        ('commission_baseline', 'd.amount_cents <> 0', ''),
        ('commission_increment', 'false', ''),
        ('night_figure', 'false', ''),
        ('question_queue', 'true', 'an adviser''s copy, laid anew by the question'),
        ('service_call', 'true', 'on the stream of the call centre'),
        ('tier_rating', 'false', ''),
        ('tier_review', 'false', ''),
        ('timeline', 'd.kind <> ''import''', ''),
        ('unmask_grant', 'true', 'a person''s leave, which ends where he sees the client no more'),
        ('unmasking', 'true', 'who looked at what then')
    ) s (name, stands, stays_for) ON s.name = n.id::regclass::text
$$;

-- Who has the client now, and where, told to somebody who once handed him over, and when he did so last;
-- also to the manager of a branch that he has left.
CREATE FUNCTION handed_over(of_branch text, of_client text)
RETURNS TABLE (branch_id text, manager_id text, handed_at text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.branch_id, c.manager_id, h.handed_at
    FROM client_hand_over h JOIN client c
        ON c.branch_id = h.client_branch AND c.client_id = h.client_id
    WHERE h.from_branch = of_branch AND h.client_id = of_client AND of_branch = app_branch()
      AND app_writes() AND (h.from_manager = app_person()
          OR app_role() = 'branch_manager' AND c.branch_id <> of_branch)
    ORDER BY h.handed_at DESC LIMIT 1
$$;

-- Which of the tables of these clients have a row in the other branch already where theirs would come:
-- above all a client of the same number. That and no more, for who may see them.
CREATE FUNCTION taken_there(giver text, receiver text, moved text[]) RETURNS SETOF text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    part record;
    is_taken boolean;
BEGIN
    IF giver = receiver OR EXISTS (SELECT FROM client c WHERE c.branch_id = giver
        AND c.client_id = ANY (moved) AND NOT is_visible(c.branch_id, c.manager_id))
    THEN
        RETURN;
    END IF;
    FOR part IN
        SELECT k.name, string_agg(format('t.%1$I = o.%1$I', a.attname), ' AND ') AS same
        FROM (SELECT t.name FROM tables_of_client() t WHERE t.branch_column = 'branch_id'
            AND t.follows UNION ALL SELECT 'client') k
        JOIN pg_index i ON i.indrelid = k.name::regclass AND i.indisprimary
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
        WHERE a.attname <> 'branch_id' GROUP BY k.name ORDER BY k.name
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %1$I o JOIN %1$I t ON t.branch_id = $2 AND %2$s '
            'WHERE o.branch_id = $1 AND o.client_id = ANY ($3))', part.name, part.same)
        INTO is_taken USING giver, receiver, moved;
        IF is_taken THEN
            RETURN NEXT part.name;
        END IF;
    END LOOP;
END $$;

-- What is open on a client, in words, for the two managers.
CREATE FUNCTION open_matters(of_branch text, of_client text, today text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(string_agg(what || ' ' || n, '、' ORDER BY place) FILTER (WHERE n > 0),
                    '无未结事项')
    FROM (VALUES
        (1, '待复核', (SELECT count(*) FROM approval a WHERE a.branch_id = of_branch
            AND a.client_id = of_client AND a.state = 'pending')),
        (2, '任务', (SELECT count(*) FROM task t WHERE t.branch_id = of_branch
            AND t.client_id = of_client AND t.state = 'open' AND t.kind <> 'reminder')),
        (3, '提醒', (SELECT count(*) FROM task t WHERE t.branch_id = of_branch
            AND t.client_id = of_client AND t.state = 'open' AND t.kind = 'reminder')),
        (4, '在办产品申请', (SELECT count(*) FROM application p WHERE p.branch_id = of_branch
            AND p.client_id = of_client AND p.state IN ('applied', 'signed', 'submitted'))),
        (5, '积分冻结', (SELECT count(*) FROM points_hold h WHERE h.branch_id = of_branch
            AND h.client_id = of_client AND h.state = 'held')),
        (6, '活动邀请', (SELECT count(*) FROM campaign_invitation i WHERE i.branch_id = of_branch
            AND i.client_id = of_client AND i.state IN ('invited', 'accepted'))),
        (7, '有效指令', (SELECT count(*) FROM instruction i WHERE i.branch_id = of_branch
            AND i.client_id = of_client AND i.day >= today AND i.withdrawn_at = '')),
        (8, '程序化授权', (SELECT count(*) FROM mandate m WHERE m.branch_id = of_branch
            AND m.client_id = of_client AND m.state = 'active')),
        (9, '咨询', (SELECT count(*) FROM advisory_question q WHERE q.branch_id = of_branch
            AND q.client_id = of_client AND q.state IN ('open', 'taken', 'answered')))
    ) AS counted (place, what, n)
$$;

-- Whether they can go to him: a manager there, no order of theirs still open, nobody of a household left.
CREATE FUNCTION is_free_to_go(giver text, receiver text, moved text[], taker text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM staff s WHERE s.branch_id = receiver AND s.staff_id = taker
            AND s.role IN ('manager', 'branch_manager'))
        AND NOT EXISTS (SELECT FROM trade_order o WHERE o.branch_id = giver
            AND o.client_id = ANY (moved) AND o.state NOT IN ('filled', 'cancelled',
                'partly_cancelled', 'rejected', 'refused'))
        AND NOT EXISTS (SELECT FROM household_member i JOIN household_member m
                ON m.branch_id = i.branch_id AND m.household_id = i.household_id AND m.left_by = ''
            WHERE i.branch_id = giver AND i.client_id = ANY (moved) AND i.left_by = ''
              AND m.client_id <> ALL (moved))
$$;

-- What cannot go into another branch. A campaign is its branch's: who has not been there gives his seat
-- back. A question that somebody of the branch has in hand is open again. What somebody else was told of
-- one of them stays with him and names nobody any more.
CREATE FUNCTION leave_branch(giver text, moved text[], by_approval text, now_at text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    WITH gone AS (
        UPDATE campaign_invitation i SET state = 'withdrawn'
        WHERE i.branch_id = giver AND i.client_branch = giver AND i.client_id = ANY (moved)
          AND i.state IN ('invited', 'accepted')
        RETURNING i.branch_id, i.campaign_id, i.client_id, i.manager_id
    )
    INSERT INTO timeline (branch_id, entry_id, manager_id, client_id, kind, title, about, author,
        happened_at)
    SELECT g.branch_id, by_approval || '-campaign-' || g.campaign_id || '-' || g.client_id,
           g.manager_id, g.client_id, 'campaign', '移交至其他营业部,退出活动:' || c.title,
           g.campaign_id, app_person(), now_at
    FROM gone g JOIN campaign c USING (branch_id, campaign_id);
    UPDATE advisory_question q SET state = 'open', taken_by = '', taken_at = ''
    WHERE q.branch_id = giver AND q.client_id = ANY (moved) AND q.desk = 'branch'
      AND q.state = 'taken';
    UPDATE task t SET client_id = NULL
    WHERE t.branch_id = giver AND t.client_id = ANY (moved) AND t.manager_id <> (
        SELECT c.manager_id FROM client c WHERE c.branch_id = giver AND c.client_id = t.client_id);
END $$;

-- A household goes with its members; one that nobody belongs to any more with its last ones. In
-- another branch whoever once belonged to it has it as well.
CREATE FUNCTION move_households(giver text, receiver text, moved text[], taker text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO household AS k (branch_id, household_id, manager_id, name, formed_at, version)
    SELECT receiver, h.household_id, taker, h.name, h.formed_at, h.version + 1 FROM household h
    WHERE h.branch_id = giver AND EXISTS (SELECT FROM household_member m
        WHERE m.branch_id = receiver AND m.household_id = h.household_id
          AND m.client_id = ANY (moved))
    ON CONFLICT ON CONSTRAINT pk_household DO UPDATE SET manager_id = excluded.manager_id,
        version = greatest(k.version + 1, excluded.version)
    WHERE NOT EXISTS (SELECT FROM household_member m WHERE m.branch_id = k.branch_id
          AND m.household_id = k.household_id AND m.client_id <> ALL (moved)
          AND (m.left_by = '' OR NOT EXISTS (SELECT FROM household_member n
              WHERE n.branch_id = k.branch_id AND n.household_id = k.household_id
                AND n.left_by = '')));
    DELETE FROM household h WHERE giver <> receiver AND h.branch_id = giver
      AND EXISTS (SELECT FROM household_member m WHERE m.branch_id = receiver
          AND m.household_id = h.household_id AND m.client_id = ANY (moved))
      AND NOT EXISTS (SELECT FROM household_member m
          WHERE m.branch_id = giver AND m.household_id = h.household_id);
END $$;

-- What the log still held of them for the former manager's desk is a deletion there.
CREATE FUNCTION forget_in_log(giver text, receiver text, by_approval text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE change_log l SET row = NULL FROM client_hand_over g
    WHERE g.branch_id = receiver AND g.approval_id = by_approval
      AND l.branch_id = giver AND l.stream = g.from_manager AND l.row IS NOT NULL
      AND l.table_name IN (SELECT t.name FROM tables_of_client() t WHERE t.follows
          UNION ALL SELECT 'client')
      AND l.row ->> 'client_id' = g.client_id;
END $$;

-- The hand-over itself. What is done is read from the approval alone: nothing else can be handed over
-- by it, and nothing twice. Every row of these clients goes to the stream of their new manager, with a
-- higher version, so that of two streams' words about it the newer is known. Keys wait until all is done.
CREATE FUNCTION move_clients(giver text, receiver text, by_approval text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    part record;
    moved constant text[] := ARRAY(SELECT h.client_id FROM client_hand_over h
        WHERE h.branch_id = receiver AND h.approval_id = by_approval);
    taker constant text := (SELECT max(h.manager_id) FROM client_hand_over h
        WHERE h.branch_id = receiver AND h.approval_id = by_approval);
BEGIN
    UPDATE held_command k SET branch_id = receiver, manager_id = taker FROM approval a
    WHERE a.branch_id = giver AND a.client_id = ANY (moved)
      AND k.branch_id = a.branch_id AND k.approval_id = a.approval_id;
    UPDATE order_step s SET branch_id = receiver, manager_id = taker FROM trade_order o
    WHERE o.branch_id = giver AND o.client_id = ANY (moved)
      AND s.branch_id = o.branch_id AND s.client_order_id = o.client_order_id;
    -- What somebody else was told about one of them stays with him.
    UPDATE task t SET branch_id = receiver, manager_id = taker, version = t.version + 1
    FROM client_hand_over g
    WHERE g.branch_id = receiver AND g.approval_id = by_approval
      AND t.branch_id = giver AND t.client_id = g.client_id AND t.manager_id = g.from_manager;
    FOR part IN -- copies first: the question lays its own anew
        SELECT t.name, t.branch_column, t.client_column, CASE WHEN t.follows THEN concat_ws(', ',
            CASE t.branch_column WHEN 'branch_id' THEN 'manager_id = $4'
                ELSE 'manager_id = CASE branch_id WHEN $2 THEN $4 ELSE '''' END' END,
            CASE WHEN t.is_versioned THEN 'version = version + 1' END,
            CASE t.name WHEN 'agenda_mark' THEN 'keeper = $4' END) END AS told
        FROM tables_of_client() t
        WHERE t.name <> 'task'
          AND (t.follows OR giver <> receiver AND t.branch_column <> 'branch_id')
        UNION ALL SELECT 'client', 'branch_id', 'client_id', 'manager_id = $4, version = version + 1'
        ORDER BY 4 NULLS FIRST, 1
    LOOP
        EXECUTE format('UPDATE %1$I SET %4$s WHERE %2$I = $1 AND %3$I = ANY ($3)', part.name,
            part.branch_column, part.client_column,
            concat_ws(', ', format('%I = $2', part.branch_column), part.told))
        USING giver, receiver, moved, taker;
    END LOOP;
    PERFORM move_households(giver, receiver, moved, taker);
    PERFORM forget_in_log(giver, receiver, by_approval);
END $$;

-- An audit entry a client in the trail of each branch, with the sums that go with him.
CREATE FUNCTION audit_hand_over(in_branch text, by_approval text, now_at text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO audit_entry (branch_id, chain, number, at, author, action, subject, command_id,
        outcome, detail)
    SELECT p.branch_id, p.person, 0, now_at, app_person(), 'client.hand_over', h.client_id,
           by_approval, 'applied', jsonb_build_object('from', h.from_manager, 'to', h.manager_id,
               'from_branch', h.from_branch, 'to_branch', h.branch_id,
               'from_on', h.from_on, 'reason', h.reason,
               'open', open_matters(h.branch_id, h.client_id, left(now_at, 10)),
               'sums', jsonb_build_object('points_milli', c.points_milli,
                   'average_assets_cents', c.average_assets_cents,
                   'year_commission_cents', c.year_commission_cents,
                   'fees_cents', (SELECT coalesce(sum(f.amount_cents), 0) FROM product_fee f
                       WHERE f.branch_id = c.branch_id AND f.client_id = c.client_id)))::text
    FROM client_hand_over h JOIN client c USING (branch_id, client_id)
    CROSS JOIN LATERAL (SELECT h.branch_id, h.manager_id AS person UNION ALL
        SELECT h.from_branch, h.from_manager WHERE h.from_branch <> h.branch_id) p
    WHERE h.branch_id = in_branch AND h.approval_id = by_approval
    ORDER BY p.branch_id, p.person, h.client_id
$$;

-- A timeline entry a client, and a task for each of the two managers with what is open.
CREATE FUNCTION tell_of_hand_over(in_branch text, by_approval text, now_at text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO timeline (branch_id, entry_id, manager_id, client_id, kind, title, about, author,
        happened_at)
    SELECT h.branch_id, by_approval || '-hand_over-' || h.client_id, h.manager_id, h.client_id,
           'hand_over', format(CASE h.from_branch WHEN h.branch_id
                   THEN '客户移交:%1$s → %3$s,自 %5$s 起(%6$s)'
                   ELSE '客户移交:%1$s(%2$s) → %3$s(%4$s),自 %5$s 起(%6$s)' END,
               h.from_manager, h.from_branch, h.manager_id, h.branch_id, h.from_on, h.reason),
           by_approval, app_person(), now_at
    FROM client_hand_over h WHERE h.branch_id = in_branch AND h.approval_id = by_approval;
    INSERT INTO task (branch_id, task_id, manager_id, kind, title, body, due_at, state, about)
    SELECT p.branch_id, 'hand-over-' || by_approval || '-' || p.person, p.person, 'hand_over',
           format(p.told, count(*), h.manager_id), string_agg(h.client_id || ':'
               || open_matters(h.branch_id, h.client_id, left(now_at, 10)), E'\n'
               ORDER BY h.client_id), now_at, 'open', by_approval
    FROM client_hand_over h
    CROSS JOIN LATERAL (VALUES (h.branch_id, h.manager_id, '接收移交客户 %s 位'),
        (h.from_branch, h.from_manager, '已移交客户 %s 位给 %s')) AS p (branch_id, person, told)
    WHERE h.branch_id = in_branch AND h.approval_id = by_approval
    GROUP BY p.branch_id, h.manager_id, p.person, p.told
$$;

-- What was approved, for who may carry it out, once. Into another branch a branch gives by its manager,
-- or head office does.
CREATE FUNCTION wanted_hand_over(in_branch text, by_approval text)
RETURNS TABLE (giver text, receiver text, moved text[], taker text, from_on text, reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT w.* FROM (
        SELECT coalesce(a.told ->> 'from_branch', in_branch) AS giver,
               coalesce(a.told ->> 'to_branch', a.told ->> 'from_branch', in_branch) AS receiver,
               ARRAY(SELECT jsonb_array_elements_text(a.told -> 'clients') ORDER BY 1),
               a.told ->> 'to_manager', a.told ->> 'from_on', a.told ->> 'reason'
        FROM what_was_approved(in_branch, by_approval, 'hand_over') AS a (told)
        WHERE a.told IS NOT NULL) w
    WHERE (w.giver = in_branch OR app_role() = 'compliance')
      AND (w.giver = w.receiver OR app_role() IN ('branch_manager', 'compliance'))
      AND NOT EXISTS (SELECT FROM client_hand_over h
          WHERE h.branch_id = w.receiver AND h.approval_id = by_approval)
$$;

-- From that day on he looks after them, and is credited with what they trade.
CREATE FUNCTION give_to(receiver text, taker text, giver text, moved text[], from_day text)
RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DELETE FROM client_manager m
    WHERE m.client_branch = giver AND m.client_id = ANY (moved) AND m.from_on = from_day;
    INSERT INTO client_manager (branch_id, client_branch, client_id, from_on, manager_id)
    SELECT receiver, receiver, m.client_id, from_day, taker FROM unnest(moved) AS m (client_id);
    UPDATE commission_entry e SET credited_branch = receiver, credited_to = taker
    WHERE e.branch_id = giver AND e.client_id = ANY (moved) AND e.trade_date >= from_day;
$$;

-- Hands over the clients of an approval; returns what waits for a second person on them, which is to
-- be queued anew. They are credited to their new manager from the day asked for, or from the first
-- one whose night has not begun.
CREATE FUNCTION hand_over(in_branch text, by_approval text, now_at text)
RETURNS TABLE (approval_id text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    w record;
    from_day text;
BEGIN
    PERFORM pg_advisory_xact_lock(20230217);
    SELECT o.* INTO w FROM wanted_hand_over(in_branch, by_approval) o;
    PERFORM FROM client c WHERE c.branch_id = w.giver AND c.client_id = ANY (w.moved)
    ORDER BY c.client_id FOR UPDATE;
    IF w.moved IS NULL OR NOT is_free_to_go(w.giver, w.receiver, w.moved, w.taker) THEN
        RAISE EXCEPTION 'NOT_HANDED_OVER' USING ERRCODE = 'insufficient_privilege';
    END IF;
    from_day := greatest(w.from_on, next_night(now_at));
    SET CONSTRAINTS ALL DEFERRED;
    IF w.giver <> w.receiver THEN
        PERFORM leave_branch(w.giver, w.moved, by_approval, now_at);
    END IF;
    INSERT INTO client_hand_over (branch_id, approval_id, client_branch, client_id, manager_id,
        from_branch, from_manager, from_on, reason, handed_at)
    SELECT w.receiver, by_approval, w.receiver, c.client_id, w.taker, c.branch_id, c.manager_id,
           from_day, w.reason, now_at
    FROM client c WHERE c.branch_id = w.giver AND c.client_id = ANY (w.moved);
    PERFORM give_to(w.receiver, w.taker, w.giver, w.moved, from_day);
    PERFORM move_clients(w.giver, w.receiver, by_approval);
    PERFORM audit_hand_over(w.receiver, by_approval, now_at);
    PERFORM tell_of_hand_over(w.receiver, by_approval, now_at);
    SET CONSTRAINTS ALL IMMEDIATE;
    RETURN QUERY SELECT a.approval_id FROM approval a
    WHERE a.branch_id = w.receiver AND a.client_id = ANY (w.moved) AND a.state = 'pending';
END $$;

GRANT EXECUTE ON FUNCTION handed_over, taken_there, hand_over TO workstation_work;
