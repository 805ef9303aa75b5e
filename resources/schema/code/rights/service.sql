-- Campaigns, questions to the advisory network, calls at the service line.

-- A campaign is its branch's; an invitation its client's, whom only his manager sees.
CREATE POLICY person_reads ON campaign FOR SELECT TO workstation_app USING (
    (SELECT app_is_person()) AND branch_id = ANY ((SELECT app_branches())::text[]));
CREATE POLICY person_reads ON campaign_effect FOR SELECT TO workstation_app USING (
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

-- Questions. Head office sees what was passed on to it, an adviser of a branch what his branch asks; the
-- call centre sees none. An answer is signed by who gives it, and nobody answers what he asked.
CREATE POLICY desk_scope ON advisory_question AS RESTRICTIVE TO workstation_app USING (
    (SELECT app_role()) NOT IN ('adviser', 'call_centre')
    OR ((SELECT app_role()) = 'adviser' AND CASE desk
        WHEN 'head_office' THEN (SELECT is_head_office(app_branch()))
        ELSE branch_id = (SELECT app_branch()) END));
CREATE POLICY asker_adds ON advisory_question FOR INSERT TO workstation_work WITH CHECK (
    (SELECT app_writes()) AND is_visible(branch_id, manager_id)
    AND asked_by = (SELECT app_person()) AND state = 'open' AND desk = 'branch');
CREATE POLICY branch_changes ON advisory_question FOR UPDATE TO workstation_work USING (
    (SELECT app_writes()) AND is_visible(branch_id, manager_id));
CREATE POLICY adviser_changes ON advisory_question FOR UPDATE TO workstation_work
    USING ((SELECT app_is_person()) AND (SELECT app_role()) = 'adviser')
    WITH CHECK ((SELECT app_is_person()) AND (SELECT app_role()) = 'adviser'
        AND taken_by IN ('', (SELECT app_person())));
CREATE POLICY signed_only ON advisory_question AS RESTRICTIVE FOR UPDATE TO workstation_work
    USING (true) WITH CHECK (state <> 'answered'
        OR (answered_by = (SELECT app_person()) AND asked_by <> (SELECT app_person())
            AND (SELECT app_role()) IN ('branch_manager', 'adviser')));
CREATE POLICY adviser_reads ON question_queue FOR SELECT TO workstation_app USING (
    (SELECT app_is_person()) AND branch_id = (SELECT app_branch())
    AND manager_id = (SELECT app_queue()));

-- Calls: on the stream of the call centre; an agent works on what nobody has, on what he
-- has, and on whom nobody knows to be called back.
CREATE POLICY centre_reads ON service_call FOR SELECT TO workstation_app USING (
    (SELECT app_is_person()) AND ((SELECT app_role()) = 'compliance'
        OR ((SELECT app_role()) = 'call_centre' AND branch_id = (SELECT app_branch()))));
CREATE POLICY agent_works ON service_call FOR UPDATE TO workstation_work
    USING ((SELECT app_is_person()) AND (SELECT app_role()) = 'call_centre'
        AND branch_id = (SELECT app_branch()) AND (taken_by IN ('', (SELECT app_person()))
            OR client_id IS NULL AND state IN ('abandoned', 'done', 'called_back')))
    WITH CHECK (taken_by = (SELECT app_person()));
