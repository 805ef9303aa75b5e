-- Calls at the firm's service line (S8-S10, S17): on the stream of the call centre, which sees them and
-- of their clients the masked card.

CREATE TABLE service_call (
    branch_id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    line TEXT DEFAULT '' NOT NULL,
    channel TEXT DEFAULT '' NOT NULL,
    caller TEXT DEFAULT '' NOT NULL,
    match TEXT DEFAULT '' NOT NULL,
    client_branch TEXT DEFAULT '' NOT NULL,
    client_id TEXT,
    tier TEXT DEFAULT '' NOT NULL,
    rank BIGINT DEFAULT '0' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    offered_at TEXT DEFAULT '' NOT NULL,
    taken_by TEXT DEFAULT '' NOT NULL,
    taken_at TEXT DEFAULT '' NOT NULL,
    answered_at TEXT DEFAULT '' NOT NULL,
    ended_at TEXT DEFAULT '' NOT NULL,
    waited_ms BIGINT DEFAULT '0' NOT NULL,
    outcome TEXT DEFAULT '' NOT NULL,
    summary TEXT DEFAULT '' NOT NULL,
    allowed TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_service_call PRIMARY KEY (branch_id, call_id),
    CONSTRAINT ck_service_call_taken CHECK (state NOT IN ('taken', 'ended', 'done') OR taken_by <> ''),
    -- An agent has one call in hand, whoever writes.
    CONSTRAINT ex_service_call_in_hand EXCLUDE USING btree (branch_id WITH =, taken_by WITH =)
        WHERE (state = 'taken')
);
CREATE INDEX by_stream_service_call ON service_call (branch_id, manager_id);
CREATE INDEX by_rank_service_call ON service_call (rank DESC, offered_at, call_id)
    WHERE state = 'waiting';
CREATE INDEX by_mobile_client ON client (mobile);
CREATE INDEX by_account_account ON account (account);

CALL log_changes_of('service_call');
REVOKE EXECUTE ON FUNCTION log_service_call FROM PUBLIC;

INSERT INTO life_step (branch_id, life, before, after) VALUES
    ('*', 'service_call', '', 'waiting'),
    ('*', 'service_call', '', 'redirected'),
    ('*', 'service_call', 'waiting', 'taken'),
    ('*', 'service_call', 'waiting', 'abandoned'),
    ('*', 'service_call', 'taken', 'ended'),
    ('*', 'service_call', 'taken', 'done'),
    ('*', 'service_call', 'taken', 'abandoned'),
    ('*', 'service_call', 'ended', 'done');
CREATE TRIGGER keep_steps BEFORE INSERT OR UPDATE OF state ON service_call
FOR EACH ROW EXECUTE FUNCTION keep_steps();

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
REVOKE EXECUTE ON FUNCTION match_caller, screen_pop FROM PUBLIC;
GRANT EXECUTE ON FUNCTION match_caller TO workstation_work;
GRANT EXECUTE ON FUNCTION screen_pop TO workstation_app;

-- The streams a person's desk may follow, beside the firm's ('*'): agents share that of their centre.
CREATE OR REPLACE FUNCTION app_streams() RETURNS text[] LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE
        WHEN app_role() IN ('manager', 'branch_manager')
            THEN app_managers() || app_queue() || app_board()
        WHEN app_role() = 'call_centre' AND app_is_person()
            THEN ARRAY[app_person(), app_queue(), app_board()]
        WHEN app_is_person() THEN ARRAY[app_person(), app_queue()]
        ELSE '{}'::text[] END
$$;

ALTER TABLE service_call ENABLE ROW LEVEL SECURITY;
CREATE POLICY centre_reads ON service_call FOR SELECT TO workstation_app USING (
    (SELECT app_is_person()) AND ((SELECT app_role()) = 'compliance'
        OR ((SELECT app_role()) = 'call_centre' AND branch_id = (SELECT app_branch()))));
CREATE POLICY agent_works ON service_call FOR UPDATE TO workstation_work
    USING ((SELECT app_is_person()) AND (SELECT app_role()) = 'call_centre'
        AND branch_id = (SELECT app_branch()) AND taken_by IN ('', (SELECT app_person())))
    WITH CHECK (taken_by = (SELECT app_person()));
CREATE POLICY worker_keeps ON service_call TO workstation_work
    USING ((SELECT app_role()) = 'worker') WITH CHECK ((SELECT app_role()) = 'worker');
GRANT SELECT ON service_call TO workstation_app;
GRANT INSERT ON service_call TO workstation_work;
GRANT UPDATE (match, client_branch, client_id, tier, state, taken_by, taken_at, answered_at, ended_at,
    waited_ms, outcome, summary, version) ON service_call TO workstation_work;
