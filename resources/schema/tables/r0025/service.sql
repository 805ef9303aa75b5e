-- Questions to the advisory network, calls at the service line, campaigns and plans.

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
    -- Whoever took it answers.
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
    CONSTRAINT ck_service_call_taken
        CHECK (state NOT IN ('taken', 'ended', 'done') OR taken_by <> ''),
    -- An agent has one call in hand.
    CONSTRAINT ex_service_call_in_hand EXCLUDE USING btree (branch_id WITH =, taken_by WITH =)
        WHERE (state = 'taken')
);

-- Campaigns and plans.

CREATE TABLE campaign (
    branch_id TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    author TEXT DEFAULT '' NOT NULL,
    kind TEXT DEFAULT '' NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    place TEXT DEFAULT '' NOT NULL,
    channel TEXT DEFAULT '' NOT NULL,
    starts_at TEXT DEFAULT '' NOT NULL,
    capacity BIGINT DEFAULT '0' NOT NULL,
    seats_taken BIGINT DEFAULT '0' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    approval_id TEXT DEFAULT '' NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_campaign PRIMARY KEY (branch_id, campaign_id),
    CONSTRAINT ck_campaign_seats CHECK (seats_taken BETWEEN 0 AND capacity)
);

CREATE TABLE campaign_invitation (
    branch_id TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    channel TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    invited_by TEXT DEFAULT '' NOT NULL,
    invited_at TEXT DEFAULT '' NOT NULL,
    answered_at TEXT DEFAULT '' NOT NULL,
    answered_over TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_campaign_invitation PRIMARY KEY (branch_id, campaign_id, client_id)
);

CREATE TABLE campaign_effect (
    branch_id TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    treated TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    reckoned_on TEXT DEFAULT '' NOT NULL,
    outcome TEXT DEFAULT '' NOT NULL,
    treated_clients BIGINT DEFAULT '0' NOT NULL,
    control_clients BIGINT DEFAULT '0' NOT NULL,
    treated_assets_cents BIGINT DEFAULT '0' NOT NULL,
    control_assets_cents BIGINT DEFAULT '0' NOT NULL,
    treated_commission_cents BIGINT DEFAULT '0' NOT NULL,
    control_commission_cents BIGINT DEFAULT '0' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_campaign_effect PRIMARY KEY (branch_id, campaign_id, treated)
);

CREATE TABLE segment (
    branch_id TEXT NOT NULL,
    segment_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    rule TEXT DEFAULT '' NOT NULL,
    saved_at TEXT DEFAULT '' NOT NULL,
    deleted_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_segment PRIMARY KEY (branch_id, segment_id)
);

CREATE TABLE agenda_mark (
    branch_id TEXT NOT NULL,
    row_id TEXT NOT NULL,
    keeper TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT,
    snoozed_until TEXT DEFAULT '' NOT NULL,
    dismissed_at TEXT DEFAULT '' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    marked_by TEXT DEFAULT '' NOT NULL,
    marked_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_agenda_mark PRIMARY KEY (branch_id, row_id, keeper)
);
