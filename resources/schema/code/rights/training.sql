-- Training. The question bank stays at central, its right answers in a table of their own: no log, no
-- stream, and of people compliance alone. Answers are judged, and what is overdue is ended, by a
-- worker: nobody passes himself. A certificate comes from an exam that its holder has passed, and goes
-- by compliance's word.
CREATE POLICY approved_adds ON course FOR INSERT TO workstation_work WITH CHECK (
    branch_id = '*' AND manager_id = '*'
    AND is_approved((SELECT app_branch()), approval_id, ARRAY['training']));
CREATE POLICY head_office_reads ON question FOR SELECT TO workstation_app USING (
    (SELECT app_role() IN ('adviser', 'compliance') AND app_is_person()));
CREATE POLICY approved_adds ON question FOR INSERT TO workstation_work WITH CHECK (
    branch_id = '*' AND is_approved((SELECT app_branch()), approval_id, ARRAY['training']));
CREATE POLICY approved_adds ON question_key FOR INSERT TO workstation_work WITH CHECK (
    branch_id = '*' AND is_approved((SELECT app_branch()), approval_id, ARRAY['training']));
CREATE POLICY approved_retires ON question FOR UPDATE TO workstation_work
    USING ((SELECT app_role()) IN ('adviser', 'compliance'))
    WITH CHECK (is_approved((SELECT app_branch()), retired_by, ARRAY['training']));
CREATE POLICY worker_judges ON exam_attempt FOR UPDATE TO workstation_work
    USING ((SELECT app_role()) = 'worker' AND state = 'begun')
    WITH CHECK ((SELECT app_role()) = 'worker' AND state IN ('passed', 'failed', 'expired'));
CREATE POLICY passed_adds ON staff_certificate FOR INSERT TO workstation_work WITH CHECK (
    (SELECT app_role()) = 'worker' AND manager_id = staff_id
    AND EXISTS (SELECT FROM exam_attempt a WHERE a.branch_id = staff_certificate.branch_id
        AND a.attempt_id = staff_certificate.attempt_id AND a.staff_id = staff_certificate.staff_id
        AND a.certificate = staff_certificate.certificate AND a.state = 'passed'));
CREATE POLICY passed_renews ON staff_certificate FOR UPDATE TO workstation_work
    USING ((SELECT app_role()) = 'worker')
    WITH CHECK ((SELECT app_role()) = 'worker'
        AND EXISTS (SELECT FROM exam_attempt a WHERE a.branch_id = staff_certificate.branch_id
        AND a.attempt_id = staff_certificate.attempt_id AND a.staff_id = staff_certificate.staff_id
        AND a.certificate = staff_certificate.certificate AND a.state = 'passed'));
CREATE POLICY compliance_revokes ON staff_certificate FOR UPDATE TO workstation_work
    USING ((SELECT app_role()) = 'compliance' AND revoked_on = '')
    WITH CHECK ((SELECT app_role()) = 'compliance' AND revoked_on <> '');
CREATE POLICY taker_adds ON practice_record FOR INSERT TO workstation_work WITH CHECK (
    (SELECT app_is_person()) AND (SELECT app_practice()) = '' AND branch_id = (SELECT app_branch())
    AND manager_id = (SELECT app_person()) AND staff_id = (SELECT app_person()));
