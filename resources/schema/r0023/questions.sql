-- The question desk (S39, F15): a manager asks his branch's advisory desk, which answers or passes the
-- question on to head office. It is on the stream of its manager; an adviser's copy is on his own.

CREATE TABLE advisory_question (
    branch_id TEXT NOT NULL,
    question_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT,
    title TEXT DEFAULT '' NOT NULL,
    body TEXT DEFAULT '' NOT NULL,
    desk TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    asked_by TEXT DEFAULT '' NOT NULL,
    asked_at TEXT DEFAULT '' NOT NULL,
    due_at TEXT DEFAULT '' NOT NULL,
    overdue_at TEXT DEFAULT '' NOT NULL,
    escalated_at TEXT DEFAULT '' NOT NULL,
    escalated_by TEXT DEFAULT '' NOT NULL,
    taken_by TEXT DEFAULT '' NOT NULL,
    taken_at TEXT DEFAULT '' NOT NULL,
    answer TEXT DEFAULT '' NOT NULL,
    citations TEXT DEFAULT '' NOT NULL,
    advice TEXT DEFAULT '' NOT NULL,
    answered_by TEXT DEFAULT '' NOT NULL,
    answered_at TEXT DEFAULT '' NOT NULL,
    contact_id TEXT DEFAULT '' NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_advisory_question PRIMARY KEY (branch_id, question_id),
    CONSTRAINT fk_advisory_question_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id),
    -- Whoever took it answers, and nobody answers himself.
    CONSTRAINT ck_advisory_question_answered CHECK (state NOT IN ('answered', 'relayed')
        OR (answered_by <> '' AND answered_by = taken_by AND answer <> ''))
);

CREATE TABLE question_queue (
    branch_id TEXT NOT NULL,
    question_branch TEXT NOT NULL,
    question_id TEXT NOT NULL,
    adviser TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT,
    tier TEXT DEFAULT '' NOT NULL,
    products TEXT DEFAULT '' NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    body TEXT DEFAULT '' NOT NULL,
    desk TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    asked_by TEXT DEFAULT '' NOT NULL,
    asked_at TEXT DEFAULT '' NOT NULL,
    due_at TEXT DEFAULT '' NOT NULL,
    overdue_at TEXT DEFAULT '' NOT NULL,
    taken_by TEXT DEFAULT '' NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_question_queue PRIMARY KEY (branch_id, question_branch, question_id, adviser)
);

CREATE INDEX by_stream_advisory_question ON advisory_question (branch_id, manager_id);
CREATE INDEX by_client_advisory_question ON advisory_question (branch_id, client_id);
CREATE INDEX by_due_advisory_question ON advisory_question (due_at)
    WHERE state IN ('open', 'taken') AND overdue_at = '';
CREATE INDEX by_stream_question_queue ON question_queue (branch_id, manager_id);
CREATE INDEX by_question_question_queue ON question_queue (question_branch, question_id);

CALL log_changes_of('advisory_question');
CALL log_changes_of('question_queue');
REVOKE EXECUTE ON FUNCTION log_advisory_question, log_question_queue FROM PUBLIC;

INSERT INTO life_step (branch_id, life, before, after) VALUES
    ('*', 'advisory_question', '', 'open'),
    ('*', 'advisory_question', 'open', 'taken'),
    ('*', 'advisory_question', 'open', 'withdrawn'),
    ('*', 'advisory_question', 'taken', 'open'),
    ('*', 'advisory_question', 'taken', 'answered'),
    ('*', 'advisory_question', 'taken', 'withdrawn'),
    ('*', 'advisory_question', 'answered', 'open'),
    ('*', 'advisory_question', 'answered', 'relayed'),
    ('*', 'advisory_question', 'relayed', 'open');
CREATE TRIGGER keep_steps BEFORE INSERT OR UPDATE OF state ON advisory_question
FOR EACH ROW EXECUTE FUNCTION keep_steps();

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

REVOKE EXECUTE ON FUNCTION question_seats, lay_questions, lay_question FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lay_questions TO workstation_work;

-- Head office sees what was passed on to it, an adviser of a branch what his branch asks; the call
-- centre sees none.
ALTER TABLE advisory_question ENABLE ROW LEVEL SECURITY;
CREATE POLICY person_reads ON advisory_question FOR SELECT TO workstation_app USING (
    branch_id = ANY ((SELECT app_branches())::text[])
    AND manager_id = ANY ((SELECT app_managers())::text[]));
CREATE POLICY desk_scope ON advisory_question AS RESTRICTIVE TO workstation_app USING (
    (SELECT app_role()) NOT IN ('adviser', 'call_centre')
    OR ((SELECT app_role()) = 'adviser'
        AND (desk = 'head_office') = (branch_id <> (SELECT app_branch()))));
CREATE POLICY asker_adds ON advisory_question FOR INSERT TO workstation_work WITH CHECK (
    (SELECT app_writes()) AND is_visible(branch_id, manager_id)
    AND asked_by = (SELECT app_person()) AND state = 'open' AND desk = 'branch');
CREATE POLICY branch_changes ON advisory_question FOR UPDATE TO workstation_work USING (
    (SELECT app_writes()) AND is_visible(branch_id, manager_id));
CREATE POLICY adviser_changes ON advisory_question FOR UPDATE TO workstation_work
    USING ((SELECT app_is_person()) AND (SELECT app_role()) = 'adviser')
    WITH CHECK ((SELECT app_is_person()) AND (SELECT app_role()) = 'adviser'
        AND taken_by IN ('', (SELECT app_person())));
-- An answer is signed by who gives it, and nobody answers what he asked.
CREATE POLICY signed_only ON advisory_question AS RESTRICTIVE FOR UPDATE TO workstation_work
    USING (true) WITH CHECK (state <> 'answered'
        OR (answered_by = (SELECT app_person()) AND asked_by <> (SELECT app_person())
            AND (SELECT app_role()) IN ('branch_manager', 'adviser')));
CREATE POLICY worker_clocks ON advisory_question TO workstation_work
    USING ((SELECT app_role()) = 'worker') WITH CHECK ((SELECT app_role()) = 'worker');
GRANT SELECT ON advisory_question TO workstation_app;
GRANT INSERT ON advisory_question TO workstation_work;
GRANT UPDATE (desk, state, due_at, overdue_at, escalated_at, escalated_by, taken_by, taken_at, answer,
    citations, advice, answered_by, answered_at, contact_id, note, version)
    ON advisory_question TO workstation_work;

ALTER TABLE question_queue ENABLE ROW LEVEL SECURITY;
CREATE POLICY adviser_reads ON question_queue FOR SELECT TO workstation_app USING (
    (SELECT app_is_person()) AND branch_id = (SELECT app_branch())
    AND manager_id = (SELECT app_queue()));
GRANT SELECT ON question_queue TO workstation_app;

-- As in r0021, with the questions of a client: told of, and moved with him.
CREATE OR REPLACE FUNCTION open_matters(of_branch text, of_client text, today text) RETURNS text
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
        'campaign_invitation', 'advisory_question'];
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
