-- The staff, its training and its assessment.

CREATE TABLE staff (
    branch_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    role TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_staff PRIMARY KEY (branch_id, staff_id)
);

CREATE TABLE staff_certificate (
    branch_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    certificate TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    passed_on TEXT DEFAULT '' NOT NULL,
    valid_to TEXT DEFAULT '' NOT NULL,
    attempt_id TEXT DEFAULT '' NOT NULL,
    revoked_on TEXT DEFAULT '' NOT NULL,
    revoked_for TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_staff_certificate PRIMARY KEY (branch_id, staff_id, certificate)
);

-- Training. Right answers are in a table of their own.

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
    CONSTRAINT pk_question_key PRIMARY KEY (branch_id, question_id)
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

CREATE TABLE practice_record (
    branch_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    staff_id TEXT DEFAULT '' NOT NULL,
    scenario TEXT DEFAULT '' NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    made_at TEXT DEFAULT '' NOT NULL,
    earned BIGINT DEFAULT '0' NOT NULL,
    most BIGINT DEFAULT '0' NOT NULL,
    unknown BIGINT DEFAULT '0' NOT NULL,
    lines TEXT DEFAULT '' NOT NULL,
    result_hash TEXT DEFAULT '' NOT NULL,
    recorded_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_practice_record PRIMARY KEY (branch_id, run_id)
);

-- Assessment.

CREATE TABLE assessment_figure (
    branch_id TEXT NOT NULL,
    manager_id TEXT NOT NULL,
    period_to TEXT NOT NULL,
    item TEXT NOT NULL,
    period_from TEXT DEFAULT '' NOT NULL,
    reached BIGINT DEFAULT '0' NOT NULL,
    due BIGINT DEFAULT '0' NOT NULL,
    code TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_assessment_figure PRIMARY KEY (branch_id, manager_id, period_to, item)
);

CREATE TABLE assessment_row (
    branch_id TEXT NOT NULL,
    manager_id TEXT NOT NULL,
    period_to TEXT NOT NULL,
    item TEXT NOT NULL,
    row_id TEXT NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    reached BIGINT DEFAULT '0' NOT NULL,
    due BIGINT DEFAULT '0' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_assessment_row PRIMARY KEY (branch_id, manager_id, period_to, item, row_id)
);

CREATE TABLE assessment_score (
    branch_id TEXT NOT NULL,
    manager_id TEXT NOT NULL,
    period_to TEXT NOT NULL,
    period_from TEXT DEFAULT '' NOT NULL,
    stage BIGINT DEFAULT '0' NOT NULL,
    score TEXT DEFAULT '' NOT NULL,
    code TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_assessment_score PRIMARY KEY (branch_id, manager_id, period_to)
);
