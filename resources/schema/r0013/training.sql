-- Courses, the question bank, exams, and certificates that are earned or revoked. The bank stays at
-- central, its right answers in a table of their own: no log, no stream, and of people compliance alone.

CREATE TABLE course (
    branch_id TEXT NOT NULL,
    course_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    body TEXT DEFAULT '' NOT NULL,
    from_day TEXT DEFAULT '' NOT NULL,
    approval_id TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_course PRIMARY KEY (branch_id, course_id)
);

CREATE TABLE course_read (
    branch_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    course_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    completed_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_course_read PRIMARY KEY (branch_id, staff_id, course_id)
);

CREATE TABLE exam_attempt (
    branch_id TEXT NOT NULL,
    attempt_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    staff_id TEXT DEFAULT '' NOT NULL,
    certificate TEXT DEFAULT '' NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    begun_at TEXT DEFAULT '' NOT NULL,
    due_at TEXT DEFAULT '' NOT NULL,
    closes_at TEXT DEFAULT '' NOT NULL,
    paper TEXT DEFAULT '' NOT NULL,
    answers TEXT DEFAULT '' NOT NULL,
    submitted_at TEXT DEFAULT '' NOT NULL,
    ended_at TEXT DEFAULT '' NOT NULL,
    points BIGINT DEFAULT '0' NOT NULL,
    most BIGINT DEFAULT '0' NOT NULL,
    topics TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_exam_attempt PRIMARY KEY (branch_id, attempt_id)
);
CREATE INDEX by_taker_exam_attempt ON exam_attempt (branch_id, staff_id, certificate);
CREATE UNIQUE INDEX by_running_exam_attempt ON exam_attempt (branch_id, staff_id, certificate)
    WHERE state = 'begun';
CREATE INDEX by_closing_exam_attempt ON exam_attempt (closes_at) WHERE state = 'begun';

CREATE TABLE question (
    branch_id TEXT NOT NULL,
    question_id TEXT NOT NULL,
    topic TEXT DEFAULT '' NOT NULL,
    kind TEXT DEFAULT '' NOT NULL,
    text TEXT DEFAULT '' NOT NULL,
    options TEXT DEFAULT '' NOT NULL,
    source TEXT DEFAULT '' NOT NULL,
    from_day TEXT DEFAULT '' NOT NULL,
    until_day TEXT DEFAULT '' NOT NULL,
    approval_id TEXT DEFAULT '' NOT NULL,
    retired_by TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_question PRIMARY KEY (branch_id, question_id)
);

CREATE TABLE question_key (
    branch_id TEXT NOT NULL,
    question_id TEXT NOT NULL,
    answers TEXT DEFAULT '' NOT NULL,
    approval_id TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_question_key PRIMARY KEY (branch_id, question_id),
    CONSTRAINT fk_question_key_branch_id_question_id FOREIGN KEY (branch_id, question_id)
        REFERENCES question (branch_id, question_id)
);

ALTER TABLE staff_certificate
    ADD attempt_id TEXT DEFAULT '' NOT NULL,
    ADD revoked_on TEXT DEFAULT '' NOT NULL,
    ADD revoked_for TEXT DEFAULT '' NOT NULL;

INSERT INTO life_step (branch_id, life, before, after) VALUES
    ('*', 'exam_attempt', '', 'begun'),
    ('*', 'exam_attempt', 'begun', 'expired'),
    ('*', 'exam_attempt', 'begun', 'failed'),
    ('*', 'exam_attempt', 'begun', 'passed');
CREATE TRIGGER keep_steps BEFORE INSERT OR UPDATE OF state ON exam_attempt
FOR EACH ROW EXECUTE FUNCTION keep_steps();

CALL log_changes_of('course');
CALL log_changes_of('course_read');
CALL log_changes_of('exam_attempt');
REVOKE EXECUTE ON FUNCTION log_course, log_course_read, log_exam_attempt FROM PUBLIC;

-- Courses are everybody's; what a person has read and sat is his and his branch manager's.
ALTER TABLE course ENABLE ROW LEVEL SECURITY;
CREATE POLICY firm_reads ON course FOR SELECT TO workstation_app USING ((SELECT app_is_person()));
CREATE POLICY approved_adds ON course FOR INSERT TO workstation_work WITH CHECK (
    branch_id = '*' AND manager_id = '*'
    AND is_approved((SELECT app_branch()), approval_id, ARRAY['training']));
GRANT SELECT ON course TO workstation_app;
GRANT INSERT ON course TO workstation_work;

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['course_read', 'exam_attempt'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY person_reads ON %I FOR SELECT TO workstation_app USING ('
            'branch_id = ANY ((SELECT app_branches())::text[]) '
            'AND manager_id = ANY ((SELECT app_managers())::text[]))', guarded);
        EXECUTE format('CREATE POLICY own_only ON %I AS RESTRICTIVE TO workstation_app USING ('
            '(SELECT app_role()) NOT IN (''adviser'', ''call_centre'') '
            'OR manager_id = (SELECT app_person()))', guarded);
        EXECUTE format('CREATE POLICY taker_adds ON %I FOR INSERT TO workstation_work WITH CHECK ('
            '(SELECT app_is_person()) AND branch_id = (SELECT app_branch()) '
            'AND manager_id = (SELECT app_person()) AND staff_id = (SELECT app_person()))', guarded);
        EXECUTE format('GRANT SELECT ON %I TO workstation_app', guarded);
        EXECUTE format('GRANT INSERT ON %I TO workstation_work', guarded);
    END LOOP;
END $$;
-- Answers are judged, and what is overdue is ended, by a worker: nobody passes himself.
CREATE POLICY worker_judges ON exam_attempt FOR UPDATE TO workstation_work
    USING ((SELECT app_role()) = 'worker' AND state = 'begun')
    WITH CHECK ((SELECT app_role()) = 'worker' AND state IN ('passed', 'failed', 'expired'));
GRANT UPDATE (state, answers, submitted_at, ended_at, points, most, topics, version)
    ON exam_attempt TO workstation_work;

-- The bank: head office and compliance see the questions, compliance alone what is right.
ALTER TABLE question ENABLE ROW LEVEL SECURITY;
CREATE POLICY head_office_reads ON question FOR SELECT TO workstation_app USING (
    (SELECT app_is_person()) AND (SELECT app_role()) IN ('adviser', 'compliance'));
CREATE POLICY worker_draws ON question FOR SELECT TO workstation_work
    USING ((SELECT app_role()) = 'worker');
CREATE POLICY approved_adds ON question FOR INSERT TO workstation_work WITH CHECK (
    branch_id = '*' AND is_approved((SELECT app_branch()), approval_id, ARRAY['training']));
CREATE POLICY approved_retires ON question FOR UPDATE TO workstation_work
    USING ((SELECT app_role()) IN ('adviser', 'compliance'))
    WITH CHECK (is_approved((SELECT app_branch()), retired_by, ARRAY['training']));
GRANT SELECT ON question TO workstation_app;
GRANT INSERT, UPDATE (until_day, retired_by) ON question TO workstation_work;

ALTER TABLE question_key ENABLE ROW LEVEL SECURITY;
CREATE POLICY compliance_reads ON question_key FOR SELECT TO workstation_app USING (
    (SELECT app_is_person()) AND (SELECT app_role()) = 'compliance');
CREATE POLICY worker_scores ON question_key FOR SELECT TO workstation_work
    USING ((SELECT app_role()) = 'worker');
CREATE POLICY approved_adds ON question_key FOR INSERT TO workstation_work WITH CHECK (
    branch_id = '*' AND is_approved((SELECT app_branch()), approval_id, ARRAY['training']));
GRANT SELECT ON question_key TO workstation_app;
GRANT INSERT ON question_key TO workstation_work;

-- A certificate comes from an exam that its holder has passed, and goes by compliance's word.
CREATE POLICY passed_adds ON staff_certificate FOR INSERT TO workstation_work WITH CHECK (
    (SELECT app_role()) = 'worker' AND manager_id = staff_id
    AND EXISTS (SELECT FROM exam_attempt a WHERE a.branch_id = staff_certificate.branch_id
        AND a.attempt_id = staff_certificate.attempt_id AND a.staff_id = staff_certificate.staff_id
        AND a.certificate = staff_certificate.certificate AND a.state = 'passed'));
CREATE POLICY passed_renews ON staff_certificate FOR UPDATE TO workstation_work
    USING ((SELECT app_role()) = 'worker')
    WITH CHECK ((SELECT app_role()) = 'worker' AND EXISTS (SELECT FROM exam_attempt a WHERE a.branch_id = staff_certificate.branch_id
        AND a.attempt_id = staff_certificate.attempt_id AND a.staff_id = staff_certificate.staff_id
        AND a.certificate = staff_certificate.certificate AND a.state = 'passed'));
CREATE POLICY compliance_revokes ON staff_certificate FOR UPDATE TO workstation_work
    USING ((SELECT app_role()) = 'compliance' AND revoked_on = '')
    WITH CHECK ((SELECT app_role()) = 'compliance' AND revoked_on <> '');
CREATE POLICY worker_reads ON staff_certificate FOR SELECT TO workstation_work
    USING ((SELECT app_role()) = 'worker');
CREATE POLICY worker_reads ON exam_attempt FOR SELECT TO workstation_work
    USING ((SELECT app_role()) = 'worker');
GRANT INSERT, UPDATE (title, passed_on, valid_to, attempt_id, revoked_on, revoked_for, version)
    ON staff_certificate TO workstation_work;

-- What is asked of the bank is asked on the maker's own stream: with its right answer it goes to him
-- and to whoever decides, to nobody else.
ALTER POLICY maker_adds ON approval WITH CHECK (
    maker = (SELECT app_person()) AND state = 'pending' AND decided_by = ''
    AND (((SELECT app_writes()) AND kind NOT IN ('setting', 'load', 'training')
            AND branch_id = ANY ((SELECT app_branches())::text[])
            AND manager_id = ANY ((SELECT app_managers())::text[]))
        OR (branch_id = '*' AND manager_id = '*' AND kind IN ('setting', 'load')
            AND (SELECT app_role()) IN ('branch_manager', 'compliance'))
        OR (kind = 'training' AND (SELECT app_role()) IN ('adviser', 'compliance')
            AND branch_id = (SELECT app_branch()) AND manager_id = (SELECT app_person()))));
ALTER POLICY adviser_scope ON approval USING (
    (SELECT app_role()) <> 'adviser' OR branch_id = '*' OR app_advises(branch_id, client_id)
    OR kind = 'training' AND maker = (SELECT app_person()));
ALTER POLICY no_trading ON approval USING (
    (SELECT app_role()) <> 'call_centre' OR kind NOT IN ('mandate', 'training'));
CREATE POLICY bank_apart ON approval AS RESTRICTIVE FOR SELECT TO workstation_app USING (
    kind <> 'training' OR maker = (SELECT app_person())
    OR (SELECT app_role()) IN ('compliance', 'worker'));
