-- Calls: who was not known is called back, and what is kept long enough goes.

-- When the caller hung up before anybody spoke to him, whatever became of the call since.
ALTER TABLE service_call ADD COLUMN abandoned_at TEXT DEFAULT '' NOT NULL;
UPDATE service_call SET abandoned_at = ended_at, version = version + 1 WHERE state = 'abandoned';

INSERT INTO life_step (branch_id, life, before, after) VALUES
    ('*', 'service_call', 'abandoned', 'calling_back'),
    ('*', 'service_call', 'done', 'calling_back'),
    ('*', 'service_call', 'calling_back', 'called_back'),
    ('*', 'service_call', 'called_back', 'calling_back');

ALTER TABLE service_call DROP CONSTRAINT ck_service_call_taken;
ALTER TABLE service_call ADD CONSTRAINT ck_service_call_taken CHECK (
    state NOT IN ('taken', 'ended', 'done', 'calling_back', 'called_back') OR taken_by <> '');
ALTER TABLE service_call DROP CONSTRAINT ex_service_call_in_hand;
ALTER TABLE service_call ADD CONSTRAINT ex_service_call_in_hand
    EXCLUDE USING btree (branch_id WITH =, taken_by WITH =)
    WHERE (state IN ('taken', 'calling_back'));

-- An agent works on what nobody has, on what he has, and on whom nobody knows to be called back.
GRANT UPDATE (abandoned_at) ON service_call TO workstation_work;
ALTER POLICY agent_works ON service_call USING (
    (SELECT app_is_person()) AND (SELECT app_role()) = 'call_centre'
    AND branch_id = (SELECT app_branch()) AND (taken_by IN ('', (SELECT app_person()))
        OR client_id IS NULL AND state IN ('abandoned', 'done', 'called_back')));

-- The night lets go what was kept long enough; what concerns a client stands in his contacts.
GRANT SELECT, DELETE ON service_call TO workstation_night;
CREATE POLICY night_works ON service_call TO workstation_night USING (true) WITH CHECK (true);

CREATE OR REPLACE FUNCTION screen_pop(of_call text) RETURNS json
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
