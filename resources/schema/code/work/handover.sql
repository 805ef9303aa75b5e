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

-- An audit entry a client in the trail of each branch, with the sums that go with him, a timeline entry a
-- client, a task for each manager with what is open.
CREATE FUNCTION tell_of_hand_over(in_branch text, by_approval text, now_at text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO audit_entry (branch_id, chain, number, at, author, action, subject, command_id,
        outcome, detail)
    SELECT p.branch_id, p.person, 0, now_at, app_person(), 'client.hand_over', h.client_id,
           by_approval, 'applied', jsonb_build_object('from', h.from_manager, 'to', h.manager_id,
               'from_branch', h.from_branch, 'to_branch', h.branch_id,
               'from_on', h.from_on, 'reason', h.reason,
               'open', open_matters(h.branch_id, h.client_id, left(now_at, 10)),
               'sums', (SELECT jsonb_build_object('points_milli', c.points_milli,
                       'average_assets_cents', c.average_assets_cents,
                       'year_commission_cents', c.year_commission_cents,
                       'fees_cents', (SELECT coalesce(sum(f.amount_cents), 0) FROM product_fee f
                           WHERE f.branch_id = c.branch_id AND f.client_id = c.client_id))
                   FROM client c WHERE c.branch_id = h.branch_id AND c.client_id = h.client_id))::text
    FROM client_hand_over h
    CROSS JOIN LATERAL (SELECT h.branch_id, h.manager_id AS person UNION ALL
        SELECT h.from_branch, h.from_manager WHERE h.from_branch <> h.branch_id) p
    WHERE h.branch_id = in_branch AND h.approval_id = by_approval
    ORDER BY p.branch_id, p.person, h.client_id;
    INSERT INTO timeline (branch_id, entry_id, manager_id, client_id, kind, title, about, author,
        happened_at)
    SELECT h.branch_id, by_approval || '-hand_over-' || h.client_id, h.manager_id, h.client_id,
           'hand_over', '客户移交:' || h.from_manager
               || CASE WHEN h.from_branch <> h.branch_id THEN '(' || h.from_branch || ')' ELSE '' END
               || ' → ' || h.manager_id
               || CASE WHEN h.from_branch <> h.branch_id THEN '(' || h.branch_id || ')' ELSE '' END
               || ',自 ' || h.from_on || ' 起(' || h.reason || ')', by_approval, app_person(), now_at
    FROM client_hand_over h WHERE h.branch_id = in_branch AND h.approval_id = by_approval;
    INSERT INTO task (branch_id, task_id, manager_id, kind, title, body, due_at, state, about)
    SELECT p.branch_id, 'hand-over-' || by_approval || '-' || p.person, p.person, 'hand_over',
           CASE WHEN p.is_taker THEN '接收移交客户 ' || count(*) || ' 位'
               ELSE '已移交客户 ' || count(*) || ' 位给 ' || h.manager_id END,
           string_agg(h.client_id || ':'
               || open_matters(h.branch_id, h.client_id, left(now_at, 10)), E'\n'
               ORDER BY h.client_id), now_at, 'open', by_approval
    FROM client_hand_over h
    CROSS JOIN LATERAL (VALUES (h.branch_id, h.manager_id, true),
        (h.from_branch, h.from_manager, false)) AS p (branch_id, person, is_taker)
    WHERE h.branch_id = in_branch AND h.approval_id = by_approval
    GROUP BY p.branch_id, h.manager_id, p.person, p.is_taker;
END $$;

-- Hands over the clients of an approval; returns what waits for a second person on them, which is to
-- be queued anew. They are credited to their new manager from the day asked for, or from the first
-- one whose night has not begun. Into another branch a branch gives by its manager, or head office does.
CREATE FUNCTION hand_over(in_branch text, by_approval text, now_at text)
RETURNS TABLE (approval_id text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    told jsonb;
    moved text[];
    taker text;
    giver text;
    receiver text;
    from_day text;
BEGIN
    PERFORM pg_advisory_xact_lock(20230217);
    IF is_approved(in_branch, by_approval, ARRAY['hand_over']) THEN
        SELECT a.after::jsonb INTO told FROM approval a
        WHERE a.branch_id = in_branch AND a.approval_id = by_approval;
    END IF;
    moved := ARRAY(SELECT jsonb_array_elements_text(told -> 'clients') ORDER BY 1);
    taker := told ->> 'to_manager';
    giver := coalesce(told ->> 'from_branch', in_branch);
    receiver := coalesce(told ->> 'to_branch', giver);
    PERFORM FROM client c WHERE c.branch_id = giver AND c.client_id = ANY (moved)
    ORDER BY c.client_id FOR UPDATE;
    IF told IS NULL
        OR giver <> in_branch AND app_role() <> 'compliance'
        OR giver <> receiver AND app_role() NOT IN ('branch_manager', 'compliance')
        OR EXISTS (SELECT FROM client_hand_over h
            WHERE h.branch_id = receiver AND h.approval_id = by_approval)
        OR NOT is_free_to_go(giver, receiver, moved, taker)
    THEN
        RAISE EXCEPTION 'NOT_HANDED_OVER' USING ERRCODE = 'insufficient_privilege';
    END IF;
    from_day := greatest(told ->> 'from_on', next_night(now_at));
    SET CONSTRAINTS ALL DEFERRED;
    IF giver <> receiver THEN
        PERFORM leave_branch(giver, moved, by_approval, now_at);
    END IF;
    INSERT INTO client_hand_over (branch_id, approval_id, client_branch, client_id, manager_id,
        from_branch, from_manager, from_on, reason, handed_at)
    SELECT receiver, by_approval, receiver, c.client_id, taker, c.branch_id, c.manager_id, from_day,
           told ->> 'reason', now_at
    FROM client c WHERE c.branch_id = giver AND c.client_id = ANY (moved);
    DELETE FROM client_manager m
    WHERE m.client_branch = giver AND m.client_id = ANY (moved) AND m.from_on = from_day;
    INSERT INTO client_manager (branch_id, client_branch, client_id, from_on, manager_id)
    SELECT receiver, receiver, m.client_id, from_day, taker FROM unnest(moved) AS m (client_id);
    UPDATE commission_entry e SET credited_branch = receiver, credited_to = taker
    WHERE e.branch_id = giver AND e.client_id = ANY (moved) AND e.trade_date >= from_day;
    PERFORM move_clients(giver, receiver, by_approval);
    PERFORM tell_of_hand_over(receiver, by_approval, now_at);
    SET CONSTRAINTS ALL IMMEDIATE;
    RETURN QUERY SELECT a.approval_id FROM approval a
    WHERE a.branch_id = receiver AND a.client_id = ANY (moved) AND a.state = 'pending';
END $$;

GRANT EXECUTE ON FUNCTION handed_over, taken_there, hand_over TO workstation_work;
