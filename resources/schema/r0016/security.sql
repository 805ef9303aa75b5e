-- Who sees and changes campaigns. A branch's managers follow its stream; an invitation is its
-- client's, and only his manager (and the branch manager) sees it.

CREATE FUNCTION app_board() RETURNS text LANGUAGE sql STABLE
AS $$ SELECT 'branch:' || app_branch() $$;
GRANT EXECUTE ON FUNCTION app_board TO workstation_app;

-- The streams a person's desk may follow, beside the firm's ('*').
CREATE OR REPLACE FUNCTION app_streams() RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN app_role() IN ('manager', 'branch_manager')
            THEN app_managers() || app_queue() || app_board()
        WHEN app_is_person() THEN ARRAY[app_person(), app_queue()]
        ELSE '{}'::text[] END
$$;

ALTER TABLE campaign ENABLE ROW LEVEL SECURITY;
CREATE POLICY person_reads ON campaign FOR SELECT TO workstation_app USING (
    (SELECT app_is_person()) AND branch_id = ANY ((SELECT app_branches())::text[]));
CREATE POLICY planner_adds ON campaign FOR INSERT TO workstation_work WITH CHECK (
    (SELECT app_writes()) AND branch_id = (SELECT app_branch())
    AND manager_id = (SELECT app_board()) AND author = (SELECT app_person()));
CREATE POLICY planner_changes ON campaign FOR UPDATE TO workstation_work USING (
    (SELECT app_writes()) AND branch_id = (SELECT app_branch())
    AND (author = (SELECT app_person()) OR (SELECT app_role()) = 'branch_manager'));
CREATE POLICY approved_only ON campaign AS RESTRICTIVE FOR UPDATE TO workstation_work
    USING (true) WITH CHECK (state <> 'approved'
        OR is_approved(branch_id, approval_id, ARRAY['campaign']));
GRANT SELECT ON campaign TO workstation_app;
GRANT INSERT ON campaign TO workstation_work;
GRANT UPDATE (title, place, channel, starts_at, capacity, state, approval_id, note, version)
    ON campaign TO workstation_work;

ALTER TABLE campaign_invitation ENABLE ROW LEVEL SECURITY;
CREATE POLICY person_reads ON campaign_invitation FOR SELECT TO workstation_app USING (
    branch_id = ANY ((SELECT app_branches())::text[])
    AND manager_id = ANY ((SELECT app_managers())::text[]));
CREATE POLICY adviser_scope ON campaign_invitation AS RESTRICTIVE TO workstation_app
    USING ((SELECT app_role()) <> 'adviser' OR app_advises(branch_id, client_id));
CREATE POLICY person_adds ON campaign_invitation FOR INSERT TO workstation_work WITH CHECK (
    (SELECT app_writes()) AND is_visible(branch_id, manager_id));
CREATE POLICY person_changes ON campaign_invitation FOR UPDATE TO workstation_work
    USING ((SELECT app_writes()) AND is_visible(branch_id, manager_id));
GRANT SELECT ON campaign_invitation TO workstation_app;
GRANT INSERT ON campaign_invitation TO workstation_work;
GRANT UPDATE (state, answered_at, answered_over, version) ON campaign_invitation
    TO workstation_work;

ALTER TABLE campaign_effect ENABLE ROW LEVEL SECURITY;
CREATE POLICY person_reads ON campaign_effect FOR SELECT TO workstation_app USING (
    (SELECT app_is_person()) AND branch_id = ANY ((SELECT app_branches())::text[]));
GRANT SELECT ON campaign_effect TO workstation_app;

-- The night reckons effects, and closes what is done.
CREATE POLICY night_works ON campaign TO workstation_night USING (true) WITH CHECK (true);
CREATE POLICY night_works ON campaign_invitation FOR SELECT TO workstation_night USING (true);
CREATE POLICY night_works ON campaign_effect TO workstation_night USING (true) WITH CHECK (true);
CREATE POLICY night_works ON consent FOR SELECT TO workstation_night USING (true);
GRANT SELECT ON campaign, campaign_invitation, campaign_effect, consent TO workstation_night;
GRANT UPDATE (state, version) ON campaign TO workstation_night;
GRANT INSERT ON campaign_effect TO workstation_night;
