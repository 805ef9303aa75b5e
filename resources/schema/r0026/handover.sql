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

-- Where the client is of rows that stay in their own branch; without a word, where they are written.
CREATE FUNCTION name_client_branch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.client_branch := NEW.branch_id;
    RETURN NEW;
END $$;

DO $$
DECLARE
    staying text;
BEGIN
    FOREACH staying IN ARRAY ARRAY['campaign_invitation', 'client_hand_over', 'client_manager',
        'unmask_grant', 'unmasking']
    LOOP
        EXECUTE format('ALTER TABLE %I ADD COLUMN client_branch TEXT DEFAULT '''' NOT NULL', staying);
        EXECUTE format('ALTER TABLE %I DISABLE TRIGGER USER', staying); -- desks fetch the new form anew
        EXECUTE format('UPDATE %I SET client_branch = branch_id', staying);
        EXECUTE format('ALTER TABLE %I ENABLE TRIGGER USER', staying);
        EXECUTE format('ALTER TABLE %1$I DROP CONSTRAINT %2$I, ADD CONSTRAINT %3$I FOREIGN KEY '
            '(client_branch, client_id) REFERENCES client (branch_id, client_id) '
            'ON DELETE RESTRICT DEFERRABLE', staying, format('fk_%s_branch_id_client_id', staying),
            format('fk_%s_client_branch_client_id', staying));
        EXECUTE format('DROP INDEX IF EXISTS %I', 'by_client_id_' || staying);
        EXECUTE format('CREATE TRIGGER name_client_branch BEFORE INSERT ON %I FOR EACH ROW '
            'WHEN (NEW.client_branch = '''') EXECUTE FUNCTION name_client_branch()', staying);
    END LOOP;
END $$;
CREATE INDEX by_client_campaign_invitation ON campaign_invitation (client_branch, client_id);
CREATE INDEX by_client_client_hand_over ON client_hand_over (client_branch, client_id);
CREATE INDEX by_client_unmask_grant ON unmask_grant (client_branch, client_id);
CREATE INDEX by_client_unmasking ON unmasking (client_branch, client_id);

-- One a day, whatever branches he has been in; a number that another client has now is another client's.
ALTER TABLE client_manager DROP CONSTRAINT pk_client_manager,
    ADD CONSTRAINT pk_client_manager PRIMARY KEY (branch_id, client_branch, client_id, from_on);
CREATE UNIQUE INDEX by_client_client_manager ON client_manager (client_branch, client_id, from_on);

ALTER TABLE client_hand_over ADD COLUMN from_branch TEXT DEFAULT '' NOT NULL;
UPDATE client_hand_over SET from_branch = branch_id;
CREATE INDEX by_giver_client_hand_over ON client_hand_over (from_branch, client_id);

ALTER TABLE commission_entry ADD COLUMN credited_branch TEXT DEFAULT '' NOT NULL;
UPDATE commission_entry SET credited_branch = branch_id WHERE credited_to <> '';
ALTER TABLE commission_entry ADD CONSTRAINT ck_commission_entry_credited
    CHECK (credited_to = '' OR credited_branch <> '');
CREATE INDEX by_credited_commission_entry ON commission_entry (credited_branch, trade_date);

-- Who looked after a client on a day, and in which branch; no row = nobody yet.
DROP FUNCTION manager_on(text, text, text);
CREATE FUNCTION keeper_on(of_branch text, of_client text, day text)
RETURNS TABLE (branch_id text, manager_id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT m.branch_id, m.manager_id FROM client_manager m
    WHERE m.client_branch = of_branch AND m.client_id = of_client AND m.from_on <= day
    ORDER BY m.from_on DESC LIMIT 1
$$;

CREATE OR REPLACE FUNCTION give_first_manager() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO client_manager (branch_id, client_branch, client_id, from_on, manager_id)
    SELECT branch_id, branch_id, client_id, opened_on, manager_id FROM new_rows
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

-- Ledgers only grow. A client may be handed over, into another branch too; what was posted stays.
CREATE OR REPLACE FUNCTION keep_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        OLD.branch_id := NEW.branch_id;
        OLD.manager_id := NEW.manager_id;
        OLD.version := NEW.version;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

-- Whether this person, or somebody of a branch that the client has left, has handed him over.
CREATE FUNCTION has_handed_over(person text, of_branch text, of_client text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM client_hand_over h
        WHERE h.client_branch = of_branch AND h.client_id = of_client
          AND (h.from_manager = person OR h.from_branch <> of_branch AND EXISTS (SELECT FROM staff s
              WHERE s.branch_id = h.from_branch AND s.staff_id = person)))
$$;

-- Whether somebody else has approved what this person asked for. What was asked for by somebody who
-- sees the client no more is carried out by whoever looks after him now; neither of the two decided.
CREATE OR REPLACE FUNCTION is_approved(of_branch text, asked text, of_kinds text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM approval a
        WHERE a.branch_id = of_branch AND a.approval_id = asked AND a.kind = ANY (of_kinds)
          AND a.state = 'approved' AND a.decided_by NOT IN (a.maker, app_person())
          AND (a.maker = app_person() OR a.manager_id = app_person()
              AND has_handed_over(a.maker, a.branch_id, a.client_id)))
$$;

CREATE OR REPLACE FUNCTION is_taken_over(of_branch text, of_client text, maker text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT app_writes() AND of_branch = app_branch() AND EXISTS (SELECT FROM client c
            WHERE c.branch_id = of_branch AND c.client_id = of_client
              AND c.manager_id = app_person())
        AND has_handed_over(maker, of_branch, of_client)
$$;

-- Who has the client now, and where, told to somebody who once handed him over, and when he did so last;
-- also to the manager of a branch that he has left.
DROP FUNCTION handed_over(text, text);
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

-- In which branch the client is who has this number in that branch, or had it when he left; NULL = nobody.
CREATE FUNCTION home_of(of_branch text, of_client text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(
        (SELECT c.branch_id FROM client c WHERE c.branch_id = of_branch AND c.client_id = of_client),
        (SELECT max(h.client_branch) FROM client_hand_over h
            WHERE h.from_branch = of_branch AND h.client_id = of_client))
$$;

-- Ends a relation on both sides, for who looks after either: the other client may have gone to another
-- manager or branch since, which is told to nobody here. False where none of this client runs, or it is
-- a referral, which is a fact. The other side is where he is now who was in one branch with him then.
CREATE FUNCTION end_relation(in_branch text, of_relation text, of_client text, by_command text,
    now_at text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    kin text;
    homes text[];
BEGIN
    SELECT r.other_id INTO kin FROM relation r
    JOIN client c ON c.branch_id = r.branch_id AND c.client_id = r.client_id
    WHERE r.branch_id = in_branch AND r.relation_id = of_relation AND r.client_id = of_client
      AND r.kind NOT IN ('referrer', 'referred')
      AND app_writes() AND is_visible(c.branch_id, c.manager_id);
    homes := ARRAY(SELECT home_of(in_branch, kin) UNION SELECT home_of(h.from_branch, kin)
        FROM client_hand_over h WHERE h.client_branch = in_branch AND h.client_id = of_client);
    WITH sides AS MATERIALIZED ( -- in order: two may end it at once, one from each side
        SELECT r.branch_id, r.client_id FROM relation r
        WHERE r.relation_id = of_relation AND r.ended_at = ''
          AND (r.branch_id = in_branch AND r.client_id = of_client AND r.other_id = kin
              OR r.branch_id = ANY (homes) AND r.client_id = kin AND r.other_id = of_client)
        ORDER BY r.branch_id, r.client_id FOR UPDATE
    ), ended AS (
        UPDATE relation r SET ended_at = now_at, version = r.version + 1 FROM sides s
        WHERE r.branch_id = s.branch_id AND r.relation_id = of_relation
          AND r.client_id = s.client_id
        RETURNING r.branch_id, r.client_id, r.manager_id
    )
    INSERT INTO timeline (branch_id, entry_id, manager_id, client_id, kind, title, about, author,
        happened_at)
    SELECT e.branch_id, by_command || '-relation-' || e.client_id, e.manager_id, e.client_id,
           'relation', '客户关系终止', by_command, app_person(), now_at
    FROM ended e;
    RETURN FOUND;
END $$;

-- Which tables are a client's is read from the keys that name him, whoever asks: the hand-over, the
-- undoing of an import, the check after a fault test. What a key cannot say stands here and nowhere else.
-- ``branch_column`` and ``client_column`` name him. ``follows``: on the stream of his manager, whoever
-- that is, while it is in his branch; else ``stays_for`` says why. ``stands``: the rows d that keep an
-- import, whose row r added him, from being taken back; the others go with him.
DROP FUNCTION tables_of_client();
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

-- The hand-over itself. What is done is read from the approval alone: nothing else can be handed over
-- by it, and nothing twice. Every row of these clients goes to the stream of their new manager, with a
-- higher version, so that of two streams' words about it the newer is known. Keys wait until all is done.
DROP FUNCTION move_clients(text, text);
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
    -- A household goes with its members; one that nobody belongs to any more with its last ones. In
    -- another branch whoever once belonged to it has it as well.
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
    -- What the log still held of them for the former manager's desk is a deletion there.
    UPDATE change_log l SET row = NULL FROM client_hand_over g
    WHERE g.branch_id = receiver AND g.approval_id = by_approval
      AND l.branch_id = giver AND l.stream = g.from_manager AND l.row IS NOT NULL
      AND l.table_name IN (SELECT t.name FROM tables_of_client() t WHERE t.follows
          UNION ALL SELECT 'client')
      AND l.row ->> 'client_id' = g.client_id;
END $$;

-- Hands over the clients of an approval; returns what waits for a second person on them, which is to
-- be queued anew. They are credited to their new manager from the day asked for, or from the first
-- one whose night has not begun. Into another branch a branch gives by its manager, or head office does.
CREATE OR REPLACE FUNCTION hand_over(in_branch text, by_approval text, now_at text)
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
        OR NOT EXISTS (SELECT FROM staff s WHERE s.branch_id = receiver AND s.staff_id = taker
            AND s.role IN ('manager', 'branch_manager'))
        OR EXISTS (SELECT FROM trade_order o WHERE o.branch_id = giver
            AND o.client_id = ANY (moved) AND o.state NOT IN ('filled', 'cancelled',
                'partly_cancelled', 'rejected', 'refused'))
        OR EXISTS (SELECT FROM household_member i JOIN household_member m
                ON m.branch_id = i.branch_id AND m.household_id = i.household_id AND m.left_by = ''
            WHERE i.branch_id = giver AND i.client_id = ANY (moved) AND i.left_by = ''
              AND m.client_id <> ALL (moved))
    THEN
        RAISE EXCEPTION 'NOT_HANDED_OVER' USING ERRCODE = 'insufficient_privilege';
    END IF;
    from_day := greatest(told ->> 'from_on', left(now_at, 10), (SELECT
        to_char(max(n.day)::date + 1, 'YYYY-MM-DD') FROM night_run n WHERE n.branch_id = '*'));
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

-- An audit entry a client in the trail of each branch, with the sums that go with him, a timeline entry a
-- client, a task for each manager with what is open.
CREATE OR REPLACE FUNCTION tell_of_hand_over(in_branch text, by_approval text, now_at text) RETURNS void
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

-- Which of these numbers are taken by clients whom this person may not see: that and no more. A client
-- who went to another branch has his number still.
CREATE OR REPLACE FUNCTION taken_elsewhere(in_branch text, keys text[], id_nos text[], accounts text[])
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

-- As before (r0025), with the branch that an entry is credited to.
CREATE OR REPLACE FUNCTION undo_load(of_kind text, of_load text, by_approval text, now_at text)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    done bigint := 0;
    gone bigint;
    part text;
    next_night constant text := greatest(left(now_at, 10), (SELECT
        to_char(max(day)::date + 1, 'YYYY-MM-DD') FROM night_run WHERE branch_id = '*'));
BEGIN
    IF NOT is_approved('*', by_approval, ARRAY['load']) OR NOT EXISTS (SELECT FROM loaded_file f
            WHERE f.branch_id = '*' AND f.kind = of_kind AND f.load_id = of_load
              AND f.approval_id = by_approval AND f.state = 'loaded')
        OR EXISTS (SELECT FROM standing_on_load(of_kind, of_load))
    THEN
        RAISE EXCEPTION 'LOAD_NOT_UNDONE' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO commission_entry (branch_id, entry_id, manager_id, client_id, credited_branch,
        credited_to, kind, about, trade_date, booked_on, amount_cents, evidence, churn, source)
    SELECT o.branch_id, 'undo-' || of_load || '-' || o.entry_id, c.manager_id, o.client_id,
           o.credited_branch, o.credited_to,
           CASE o.source WHEN of_load THEN 'reversal' ELSE 'correction' END, o.entry_id,
           o.trade_date, next_night, -l.cents, o.evidence, o.churn, 'undo-' || of_load
    FROM (SELECT branch_id, coalesce(nullif(about, ''), entry_id) AS original, sum(amount_cents) AS cents
          FROM commission_entry WHERE of_kind = 'settlement' AND source = of_load GROUP BY 1, 2) l
    JOIN commission_entry o ON o.branch_id = l.branch_id AND o.entry_id = l.original
    JOIN client c ON c.branch_id = o.branch_id AND c.client_id = o.client_id
    WHERE l.cents <> 0;
    GET DIAGNOSTICS done = ROW_COUNT;
    UPDATE task t SET state = 'done', note = '结算文件已撤销', version = t.version + 1
    WHERE t.kind = 'reconcile' AND t.about = of_load AND t.state = 'open';
    DELETE FROM security_event e USING loaded_event l
    WHERE l.load_id = of_load AND e.branch_id = l.branch_id AND e.event_id = l.event_id;
    FOREACH part IN ARRAY ARRAY['security_close', 'corporate_action', 'ipo_event', 'ipo_ballot',
        'loaded_event']
    LOOP
        EXECUTE format('DELETE FROM %I WHERE load_id = $1', part) USING of_load;
        GET DIAGNOSTICS gone = ROW_COUNT;
        done := done + gone;
    END LOOP;
    IF of_kind = 'assets' THEN
        DELETE FROM asset_day WHERE load_id = of_load AND load_id <> '';
        GET DIAGNOSTICS gone = ROW_COUNT;
        done := done + gone;
        UPDATE asset_day SET cash_cents = NULL, cash_load_id = ''
        WHERE cash_load_id = of_load AND cash_load_id <> '';
        GET DIAGNOSTICS gone = ROW_COUNT;
        done := done + gone;
    END IF;
    UPDATE loaded_file f SET state = 'undone', undone_on = next_night, approval_id = ''
    WHERE f.branch_id = '*' AND f.kind = of_kind AND f.load_id = of_load;
    INSERT INTO audit_entry (branch_id, chain, number, at, author, action, subject, command_id,
        outcome, detail)
    VALUES ('*', '*', 0, now_at, app_person(), 'load.undo', of_load, by_approval, 'applied',
        jsonb_build_object('kind', of_kind, 'rows', done, 'booked_on', next_night)::text);
    RETURN done;
END $$;

-- Head office asks on its own stream. The manager of the receiving branch reads what is to come to it,
-- wherever it was asked for, and decides.
CREATE POLICY office_adds ON approval FOR INSERT TO workstation_work WITH CHECK (
    kind = 'hand_over' AND maker = (SELECT app_person()) AND state = 'pending' AND decided_by = ''
    AND (SELECT app_role()) = 'compliance'
    AND branch_id = (SELECT app_branch()) AND manager_id = (SELECT app_person()));
CREATE POLICY receiver_reads ON approval FOR SELECT TO workstation_app USING (
    CASE WHEN kind = 'hand_over' AND (SELECT app_role()) = 'branch_manager'
        THEN after::jsonb ->> 'to_branch' = (SELECT app_branch()) ELSE false END);
CREATE POLICY receiver_decides ON approval FOR UPDATE TO workstation_work
    USING (CASE WHEN kind = 'hand_over' AND (SELECT app_role()) = 'branch_manager'
        THEN state = 'pending' AND maker <> (SELECT app_person())
            AND after::jsonb ->> 'to_branch' = (SELECT app_branch()) ELSE false END)
    WITH CHECK (state IN ('approved', 'refused', 'expired') AND maker <> (SELECT app_person())
        AND decided_by = (SELECT app_person()));
CREATE POLICY receiver_reads ON held_command FOR SELECT TO workstation_app USING (
    (SELECT app_role()) = 'branch_manager' AND EXISTS (SELECT FROM approval a
        WHERE a.branch_id = held_command.branch_id AND a.approval_id = held_command.approval_id
          AND a.kind = 'hand_over'));

GRANT EXECUTE ON FUNCTION keeper_on, handed_over, taken_there, end_relation TO workstation_work;
GRANT EXECUTE ON FUNCTION keeper_on TO workstation_night;

-- As before (r0025); one who has gone to another branch since stands on its import as well.
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
    RETURN QUERY SELECT DISTINCT r.client_id, 'client_hand_over' FROM import_row r
    JOIN client_hand_over h ON h.from_branch = r.branch_id AND h.client_id = r.client_id
    WHERE r.branch_id = in_branch AND r.import_id = of_import AND r.outcome = 'new'
      AND h.client_branch <> r.branch_id;
END $$;
