-- The firm's rows that travel to desks (models.tables): clients and their trading, service and
-- staff. Units of models.money; moments ISO 8601 text with +08:00, days ISO dates.

-- People.

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

CREATE TABLE client (
    branch_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    pinyin TEXT DEFAULT '' NOT NULL,
    initials TEXT DEFAULT '' NOT NULL,
    mobile TEXT DEFAULT '' NOT NULL,
    id_no TEXT DEFAULT '' NOT NULL,
    gender TEXT DEFAULT '' NOT NULL,
    birthday TEXT DEFAULT '' NOT NULL,
    opened_on TEXT DEFAULT '' NOT NULL,
    tier TEXT DEFAULT '' NOT NULL,
    tier_by TEXT DEFAULT '' NOT NULL,
    average_assets_cents BIGINT DEFAULT '0' NOT NULL,
    year_commission_cents BIGINT DEFAULT '0' NOT NULL,
    risk_class TEXT DEFAULT '' NOT NULL,
    risk_tested_on TEXT DEFAULT '' NOT NULL,
    rate_units BIGINT DEFAULT '0' NOT NULL,
    points_milli BIGINT DEFAULT '0' NOT NULL,
    last_contact_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_client PRIMARY KEY (branch_id, client_id)
);

CREATE TABLE household (
    branch_id TEXT NOT NULL,
    household_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    formed_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_household PRIMARY KEY (branch_id, household_id)
);

CREATE TABLE household_member (
    branch_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    joined_by TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    household_id TEXT DEFAULT '' NOT NULL,
    left_by TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_household_member PRIMARY KEY (branch_id, client_id, joined_by)
);

CREATE TABLE relation (
    branch_id TEXT NOT NULL,
    relation_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    other_id TEXT DEFAULT '' NOT NULL,
    kind TEXT DEFAULT '' NOT NULL,
    since TEXT DEFAULT '' NOT NULL,
    ended_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_relation PRIMARY KEY (branch_id, relation_id, client_id)
);

-- What a client has, and what he said.

CREATE TABLE account (
    branch_id TEXT NOT NULL,
    account TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    cash_cents BIGINT DEFAULT '0' NOT NULL,
    permissions TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (branch_id, account)
);

CREATE TABLE holding (
    branch_id TEXT NOT NULL,
    account TEXT NOT NULL,
    symbol TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    quantity BIGINT DEFAULT '0' NOT NULL,
    sellable BIGINT DEFAULT '0' NOT NULL,
    cost_cents BIGINT DEFAULT '0' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_holding PRIMARY KEY (branch_id, account, symbol)
);

CREATE TABLE contact (
    branch_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    channel TEXT DEFAULT '' NOT NULL,
    direction TEXT DEFAULT '' NOT NULL,
    summary TEXT DEFAULT '' NOT NULL,
    by_staff TEXT DEFAULT '' NOT NULL,
    happened_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_contact PRIMARY KEY (branch_id, contact_id)
);

CREATE TABLE contact_revision (
    branch_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    number TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    channel TEXT DEFAULT '' NOT NULL,
    direction TEXT DEFAULT '' NOT NULL,
    summary TEXT DEFAULT '' NOT NULL,
    edited_by TEXT DEFAULT '' NOT NULL,
    edited_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_contact_revision PRIMARY KEY (branch_id, contact_id, number)
);

CREATE TABLE consent (
    branch_id TEXT NOT NULL,
    consent_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    purpose TEXT DEFAULT '' NOT NULL,
    channel TEXT DEFAULT '' NOT NULL,
    form TEXT DEFAULT '' NOT NULL,
    proof_ref TEXT DEFAULT '' NOT NULL,
    at TEXT DEFAULT '' NOT NULL,
    recorded_by TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_consent PRIMARY KEY (branch_id, consent_id)
);

CREATE TABLE risk_test (
    branch_id TEXT NOT NULL,
    test_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    score BIGINT DEFAULT '0' NOT NULL,
    risk_class TEXT DEFAULT '' NOT NULL,
    lowest_class BOOLEAN DEFAULT 'false' NOT NULL,
    tested_on TEXT DEFAULT '' NOT NULL,
    valid_to TEXT DEFAULT '' NOT NULL,
    evidence_ref TEXT DEFAULT '' NOT NULL,
    recorded_by TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_risk_test PRIMARY KEY (branch_id, test_id)
);

CREATE TABLE timeline (
    branch_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    kind TEXT DEFAULT '' NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    about TEXT DEFAULT '' NOT NULL,
    author TEXT DEFAULT '' NOT NULL,
    happened_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_timeline PRIMARY KEY (branch_id, entry_id)
);

CREATE TABLE task (
    branch_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT,
    kind TEXT DEFAULT '' NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    body TEXT DEFAULT '' NOT NULL,
    due_at TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    about TEXT DEFAULT '' NOT NULL,
    closed_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_task PRIMARY KEY (branch_id, task_id)
);

-- Orders: who asked for them, and what became of them.

CREATE TABLE instruction (
    branch_id TEXT NOT NULL,
    instruction_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    account TEXT DEFAULT '' NOT NULL,
    day TEXT DEFAULT '' NOT NULL,
    symbol TEXT DEFAULT '' NOT NULL,
    side TEXT DEFAULT '' NOT NULL,
    quantity BIGINT DEFAULT '0' NOT NULL,
    price_units BIGINT DEFAULT '0' NOT NULL,
    price_type TEXT DEFAULT '' NOT NULL,
    channel TEXT DEFAULT '' NOT NULL,
    evidence_ref TEXT DEFAULT '' NOT NULL,
    read_back BOOLEAN DEFAULT 'false' NOT NULL,
    identity_checked BOOLEAN DEFAULT 'false' NOT NULL,
    recorded_by TEXT DEFAULT '' NOT NULL,
    recorded_at TEXT DEFAULT '' NOT NULL,
    withdrawn_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_instruction PRIMARY KEY (branch_id, instruction_id)
);

CREATE TABLE mandate (
    branch_id TEXT NOT NULL,
    mandate_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    strategy TEXT DEFAULT '' NOT NULL,
    symbols TEXT DEFAULT '' NOT NULL,
    capital_cents BIGINT DEFAULT '0' NOT NULL,
    max_orders_per_second BIGINT DEFAULT '0' NOT NULL,
    loss_limit_cents BIGINT DEFAULT '0' NOT NULL,
    starts_on TEXT DEFAULT '' NOT NULL,
    ends_on TEXT DEFAULT '' NOT NULL,
    report_state TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_mandate PRIMARY KEY (branch_id, mandate_id)
);

CREATE TABLE trade_order (
    branch_id TEXT NOT NULL,
    client_order_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    account TEXT DEFAULT '' NOT NULL,
    symbol TEXT DEFAULT '' NOT NULL,
    side TEXT DEFAULT '' NOT NULL,
    quantity BIGINT DEFAULT '0' NOT NULL,
    price_units BIGINT DEFAULT '0' NOT NULL,
    instruction_id TEXT DEFAULT '' NOT NULL,
    entered_by TEXT DEFAULT '' NOT NULL,
    entered_at TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    filled BIGINT DEFAULT '0' NOT NULL,
    filled_units BIGINT DEFAULT '0' NOT NULL,
    cancelled BIGINT DEFAULT '0' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    reason_text TEXT DEFAULT '' NOT NULL,
    updated_at TEXT DEFAULT '' NOT NULL,
    commission_cents BIGINT DEFAULT '0' NOT NULL,
    fees_cents BIGINT DEFAULT '0' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_trade_order PRIMARY KEY (branch_id, client_order_id)
);

CREATE TABLE trade_fill (
    branch_id TEXT NOT NULL,
    fill_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    client_order_id TEXT DEFAULT '' NOT NULL,
    symbol TEXT DEFAULT '' NOT NULL,
    side TEXT DEFAULT '' NOT NULL,
    price_units BIGINT DEFAULT '0' NOT NULL,
    quantity BIGINT DEFAULT '0' NOT NULL,
    filled_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_trade_fill PRIMARY KEY (branch_id, fill_id)
);

-- Products, rates and points.

CREATE TABLE application (
    branch_id TEXT NOT NULL,
    application_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    product TEXT DEFAULT '' NOT NULL,
    action TEXT DEFAULT '' NOT NULL,
    months BIGINT DEFAULT '0' NOT NULL,
    switch_from TEXT DEFAULT '' NOT NULL,
    initiative TEXT DEFAULT '' NOT NULL,
    on_site BOOLEAN DEFAULT 'false' NOT NULL,
    discretionary BOOLEAN DEFAULT 'false' NOT NULL,
    x_units BIGINT DEFAULT '0' NOT NULL,
    rate_units BIGINT DEFAULT '0' NOT NULL,
    agreement_ref TEXT DEFAULT '' NOT NULL,
    risk_statement_ref TEXT DEFAULT '' NOT NULL,
    recording_ref TEXT DEFAULT '' NOT NULL,
    warning_signed BOOLEAN DEFAULT 'false' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    approval_id TEXT DEFAULT '' NOT NULL,
    applied_at TEXT DEFAULT '' NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_application PRIMARY KEY (branch_id, application_id)
);

CREATE TABLE subscription (
    branch_id TEXT NOT NULL,
    subscription_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    product TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    starts_on TEXT DEFAULT '' NOT NULL,
    ends_on TEXT DEFAULT '' NOT NULL,
    paid_by TEXT DEFAULT '' NOT NULL,
    amount_cents BIGINT DEFAULT '0' NOT NULL,
    days_left BIGINT DEFAULT '0' NOT NULL,
    about TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_subscription PRIMARY KEY (branch_id, subscription_id)
);

CREATE TABLE client_rate (
    branch_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    product TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    rate_units BIGINT DEFAULT '0' NOT NULL,
    ends_on TEXT DEFAULT '' NOT NULL,
    approval_id TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_client_rate PRIMARY KEY (branch_id, client_id, starts_on, product)
);

CREATE TABLE rate_exception (
    branch_id TEXT NOT NULL,
    exception_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    product TEXT DEFAULT '' NOT NULL,
    rate_units BIGINT DEFAULT '0' NOT NULL,
    computed_units BIGINT DEFAULT '0' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    starts_on TEXT DEFAULT '' NOT NULL,
    ends_on TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    approval_id TEXT DEFAULT '' NOT NULL,
    asked_at TEXT DEFAULT '' NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_rate_exception PRIMARY KEY (branch_id, exception_id)
);

CREATE TABLE product_fee (
    branch_id TEXT NOT NULL,
    fee_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    product TEXT DEFAULT '' NOT NULL,
    kind TEXT DEFAULT '' NOT NULL,
    period_from TEXT DEFAULT '' NOT NULL,
    period_to TEXT DEFAULT '' NOT NULL,
    days BIGINT DEFAULT '0' NOT NULL,
    average_cents BIGINT DEFAULT '0' NOT NULL,
    amount_cents BIGINT DEFAULT '0' NOT NULL,
    code TEXT DEFAULT '' NOT NULL,
    about TEXT DEFAULT '' NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    approval_id TEXT DEFAULT '' NOT NULL,
    posted_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_product_fee PRIMARY KEY (branch_id, fee_id)
);

CREATE TABLE product_fee_row (
    branch_id TEXT NOT NULL,
    fee_id TEXT NOT NULL,
    from_on TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    to_on TEXT DEFAULT '' NOT NULL,
    days BIGINT DEFAULT '0' NOT NULL,
    unknown_days BIGINT DEFAULT '0' NOT NULL,
    total_cents BIGINT DEFAULT '0' NOT NULL,
    brackets TEXT DEFAULT '' NOT NULL,
    days_in_year BIGINT DEFAULT '0' NOT NULL,
    fee_cents BIGINT DEFAULT '0' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_product_fee_row PRIMARY KEY (branch_id, fee_id, from_on)
);

CREATE TABLE points_entry (
    branch_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    kind TEXT DEFAULT '' NOT NULL,
    points_milli BIGINT DEFAULT '0' NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    posted_at TEXT DEFAULT '' NOT NULL,
    amount_cents BIGINT DEFAULT '0' NOT NULL,
    factor TEXT DEFAULT '' NOT NULL,
    about TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_points_entry PRIMARY KEY (branch_id, entry_id)
);

CREATE TABLE points_hold (
    branch_id TEXT NOT NULL,
    hold_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    points_milli BIGINT DEFAULT '0' NOT NULL,
    purpose TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    held_at TEXT DEFAULT '' NOT NULL,
    ended_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_points_hold PRIMARY KEY (branch_id, hold_id)
);

CREATE TABLE tier_grant (
    branch_id TEXT NOT NULL,
    grant_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    tier TEXT DEFAULT '' NOT NULL,
    starts_on TEXT DEFAULT '' NOT NULL,
    ends_on TEXT DEFAULT '' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    approval_id TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_tier_grant PRIMARY KEY (branch_id, grant_id)
);

-- What a second person decides.

CREATE TABLE approval (
    branch_id TEXT NOT NULL,
    approval_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT,
    kind TEXT DEFAULT '' NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    before TEXT DEFAULT '' NOT NULL,
    after TEXT DEFAULT '' NOT NULL,
    maker TEXT DEFAULT '' NOT NULL,
    made_at TEXT DEFAULT '' NOT NULL,
    due_at TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    decided_by TEXT DEFAULT '' NOT NULL,
    decided_at TEXT DEFAULT '' NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_approval PRIMARY KEY (branch_id, approval_id),
    CONSTRAINT ck_approval_maker_is_not_checker
        CHECK (decided_by = '' OR decided_by <> maker)
);

CREATE TABLE approval_queue (
    branch_id TEXT NOT NULL,
    approval_id TEXT NOT NULL,
    checker TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    as_role TEXT DEFAULT '' NOT NULL,
    from_on TEXT DEFAULT '' NOT NULL,
    until TEXT DEFAULT '' NOT NULL,
    approval_branch TEXT DEFAULT '' NOT NULL,
    client_id TEXT,
    kind TEXT DEFAULT '' NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    before TEXT DEFAULT '' NOT NULL,
    after TEXT DEFAULT '' NOT NULL,
    maker TEXT DEFAULT '' NOT NULL,
    made_at TEXT DEFAULT '' NOT NULL,
    due_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_approval_queue PRIMARY KEY (branch_id, approval_id, checker)
);

-- Commands, settings, news.

CREATE TABLE command_answer (
    branch_id TEXT NOT NULL,
    command_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    outcome TEXT DEFAULT '' NOT NULL,
    code TEXT DEFAULT '' NOT NULL,
    message TEXT DEFAULT '' NOT NULL,
    answered_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_command_answer PRIMARY KEY (branch_id, command_id)
);

CREATE TABLE firm_setting (
    branch_id TEXT NOT NULL,
    name TEXT NOT NULL,
    effective_from TEXT NOT NULL,
    manager_id TEXT DEFAULT '*' NOT NULL,
    value TEXT NOT NULL,
    approved_by TEXT DEFAULT '' NOT NULL,
    approval_id TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_firm_setting PRIMARY KEY (branch_id, name, effective_from),
    CONSTRAINT ck_firm_setting_stream CHECK (manager_id = '*'),
    CONSTRAINT ck_firm_setting_value CHECK (value IS JSON)
);

CREATE TABLE security_event (
    branch_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    symbol TEXT DEFAULT '' NOT NULL,
    kind TEXT DEFAULT '' NOT NULL,
    happened_at TEXT DEFAULT '' NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    body TEXT DEFAULT '' NOT NULL,
    source TEXT DEFAULT '' NOT NULL,
    mandatory BOOLEAN DEFAULT 'false' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_security_event PRIMARY KEY (branch_id, event_id)
);

CREATE TABLE client_alert (
    branch_id TEXT NOT NULL,
    alert_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    event_id TEXT DEFAULT '' NOT NULL,
    symbol TEXT DEFAULT '' NOT NULL,
    kind TEXT DEFAULT '' NOT NULL,
    product TEXT DEFAULT '' NOT NULL,
    day TEXT DEFAULT '' NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    held BIGINT DEFAULT '0' NOT NULL,
    raised_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_client_alert PRIMARY KEY (branch_id, alert_id)
);

CREATE TABLE import_batch (
    branch_id TEXT NOT NULL,
    import_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    kind TEXT DEFAULT '' NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    file_hash TEXT DEFAULT '' NOT NULL,
    digest TEXT DEFAULT '' NOT NULL,
    author TEXT DEFAULT '' NOT NULL,
    day TEXT DEFAULT '' NOT NULL,
    made_at TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    approval_id TEXT DEFAULT '' NOT NULL,
    finished_at TEXT DEFAULT '' NOT NULL,
    read BIGINT DEFAULT '0' NOT NULL,
    added BIGINT DEFAULT '0' NOT NULL,
    changed BIGINT DEFAULT '0' NOT NULL,
    known BIGINT DEFAULT '0' NOT NULL,
    duplicates BIGINT DEFAULT '0' NOT NULL,
    rejected BIGINT DEFAULT '0' NOT NULL,
    faults TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_import_batch PRIMARY KEY (branch_id, import_id)
);

-- Questions to the advisory network, calls at the service line.

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

-- The staff's training and assessment.

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
