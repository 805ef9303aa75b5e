-- What only central has: commands, change log, audit trail, who may sign in and see what, files.

-- Commands and the log of changes.

CREATE TABLE inbox (
    branch_id TEXT NOT NULL,
    command_id TEXT NOT NULL,
    arrival BIGINT GENERATED ALWAYS AS IDENTITY,
    manager_id TEXT DEFAULT '' NOT NULL,
    author TEXT DEFAULT '' NOT NULL,
    desk TEXT DEFAULT '' NOT NULL,
    sequence BIGINT DEFAULT '0' NOT NULL,
    key TEXT DEFAULT '' NOT NULL,
    envelope BYTEA NOT NULL,
    received_at TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    trouble TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_inbox PRIMARY KEY (branch_id, command_id)
);
CREATE INDEX ix_inbox_arrival ON inbox (arrival) WHERE state='waiting';
CREATE INDEX ix_inbox_waiting ON inbox (branch_id, key, arrival) WHERE state='waiting';

CREATE TABLE applied_command (
    branch_id TEXT NOT NULL,
    command_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    outcome TEXT DEFAULT '' NOT NULL,
    code TEXT DEFAULT '' NOT NULL,
    message TEXT DEFAULT '' NOT NULL,
    applied_at TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_applied_command PRIMARY KEY (branch_id, command_id)
);

CREATE TABLE held_command (
    branch_id TEXT NOT NULL,
    approval_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    maker TEXT DEFAULT '' NOT NULL,
    envelope BYTEA NOT NULL,
    CONSTRAINT pk_held_command PRIMARY KEY (branch_id, approval_id)
);

CREATE TABLE order_step (
    branch_id TEXT NOT NULL,
    client_order_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    ledger TEXT DEFAULT '' NOT NULL,
    number BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_order_step PRIMARY KEY (branch_id, client_order_id)
);

CREATE TABLE change_counter (
    branch_id TEXT NOT NULL,
    stream TEXT NOT NULL,
    last BIGINT DEFAULT '0' NOT NULL,
    pruned_to BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_change_counter PRIMARY KEY (branch_id, stream)
);

CREATE TABLE change_log (
    branch_id TEXT NOT NULL,
    stream TEXT NOT NULL,
    number BIGINT NOT NULL,
    table_name TEXT DEFAULT '' NOT NULL,
    row_key JSON NOT NULL,
    row JSON,
    CONSTRAINT pk_change_log PRIMARY KEY (branch_id, stream, number)
);

CREATE TABLE stream_mark (
    branch_id TEXT NOT NULL,
    stream TEXT NOT NULL,
    day TEXT NOT NULL,
    number BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_stream_mark PRIMARY KEY (branch_id, stream, day)
);

-- What is kept and by what rules.

CREATE TABLE audit_head (
    branch_id TEXT NOT NULL,
    chain TEXT NOT NULL,
    number BIGINT DEFAULT '0' NOT NULL,
    hash TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_audit_head PRIMARY KEY (branch_id, chain)
);

CREATE TABLE audit_entry (
    branch_id TEXT NOT NULL,
    chain TEXT NOT NULL,
    number BIGINT NOT NULL,
    at TEXT DEFAULT '' NOT NULL,
    author TEXT DEFAULT '' NOT NULL,
    action TEXT DEFAULT '' NOT NULL,
    subject TEXT DEFAULT '' NOT NULL,
    command_id TEXT DEFAULT '' NOT NULL,
    outcome TEXT DEFAULT '' NOT NULL,
    detail TEXT DEFAULT '' NOT NULL,
    previous_hash TEXT DEFAULT '' NOT NULL,
    hash TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_audit_entry PRIMARY KEY (branch_id, chain, number)
);

CREATE TABLE life_step (
    branch_id TEXT NOT NULL,
    life TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    CONSTRAINT pk_life_step PRIMARY KEY (branch_id, life, before, after)
);

CREATE TABLE client_tier (
    branch_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    tier TEXT DEFAULT '' NOT NULL,
    tier_by TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_client_tier PRIMARY KEY (branch_id, client_id, starts_on)
);

CREATE TABLE client_manager (
    branch_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    from_on TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_client_manager PRIMARY KEY (branch_id, client_id, from_on)
);

CREATE TABLE client_hand_over (
    branch_id TEXT NOT NULL,
    approval_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    from_manager TEXT DEFAULT '' NOT NULL,
    from_on TEXT DEFAULT '' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    handed_at TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_client_hand_over PRIMARY KEY (branch_id, approval_id, client_id)
);

-- Who signs in, and what he may see in clear.

CREATE TABLE central_identity (
    branch_id TEXT NOT NULL,
    central_id TEXT DEFAULT '' NOT NULL,
    run_id TEXT DEFAULT '' NOT NULL,
    trainee TEXT DEFAULT '' NOT NULL,
    began_at TEXT DEFAULT '' NOT NULL,
    scenario TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_central_identity PRIMARY KEY (branch_id)
);

CREATE TABLE staff_credential (
    branch_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    passphrase_hash TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_staff_credential PRIMARY KEY (branch_id, staff_id)
);

CREATE TABLE staff_login (
    branch_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    login TEXT DEFAULT '' NOT NULL,
    opened_at TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_staff_login PRIMARY KEY (branch_id, staff_id),
    CONSTRAINT uq_staff_login_login UNIQUE (login)
);

CREATE TABLE field_rule (
    branch_id TEXT NOT NULL,
    role TEXT NOT NULL,
    field TEXT NOT NULL,
    shown TEXT DEFAULT '' NOT NULL,
    unmask TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_field_rule PRIMARY KEY (branch_id, role, field)
);

CREATE TABLE unmasking (
    branch_id TEXT NOT NULL,
    unmasking_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    field TEXT DEFAULT '' NOT NULL,
    person TEXT DEFAULT '' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    asked_at TEXT DEFAULT '' NOT NULL,
    transaction TEXT DEFAULT '' NOT NULL,
    expires_ms BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_unmasking PRIMARY KEY (branch_id, unmasking_id)
);

CREATE TABLE unmask_grant (
    branch_id TEXT NOT NULL,
    approval_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    person TEXT DEFAULT '' NOT NULL,
    field TEXT DEFAULT '' NOT NULL,
    until TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_unmask_grant PRIMARY KEY (branch_id, approval_id, client_id)
);

-- Files in and out.

CREATE TABLE import_rule (
    branch_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    role TEXT NOT NULL,
    CONSTRAINT pk_import_rule PRIMARY KEY (branch_id, kind, role)
);

CREATE TABLE import_part (
    branch_id TEXT NOT NULL,
    import_id TEXT NOT NULL,
    part BIGINT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    author TEXT DEFAULT '' NOT NULL,
    staged_at TEXT DEFAULT '' NOT NULL,
    packed BYTEA NOT NULL,
    CONSTRAINT pk_import_part PRIMARY KEY (branch_id, import_id, part)
);

CREATE TABLE import_row (
    branch_id TEXT NOT NULL,
    import_id TEXT NOT NULL,
    row BIGINT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    outcome TEXT DEFAULT '' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    field TEXT DEFAULT '' NOT NULL,
    about TEXT DEFAULT '' NOT NULL,
    owner TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    account TEXT DEFAULT '' NOT NULL,
    symbol TEXT DEFAULT '' NOT NULL,
    before JSONB NOT NULL,
    after JSONB NOT NULL,
    CONSTRAINT pk_import_row PRIMARY KEY (branch_id, import_id, row)
);

CREATE TABLE export_grant (
    branch_id TEXT NOT NULL,
    approval_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    person TEXT DEFAULT '' NOT NULL,
    content TEXT DEFAULT '' NOT NULL,
    clear BOOLEAN DEFAULT 'false' NOT NULL,
    clients JSONB NOT NULL,
    tiers JSONB NOT NULL,
    most_clients BIGINT DEFAULT '0' NOT NULL,
    until TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_export_grant PRIMARY KEY (branch_id, approval_id)
);

CREATE TABLE export_copy (
    branch_id TEXT NOT NULL,
    export_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    approval_id TEXT DEFAULT '' NOT NULL,
    person TEXT DEFAULT '' NOT NULL,
    mark TEXT DEFAULT '' NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    begun_at TEXT DEFAULT '' NOT NULL,
    transaction TEXT DEFAULT '' NOT NULL,
    expires_ms BIGINT DEFAULT '0' NOT NULL,
    rows BIGINT DEFAULT '0' NOT NULL,
    columns TEXT DEFAULT '' NOT NULL,
    file_hash TEXT DEFAULT '' NOT NULL,
    taken_at TEXT DEFAULT '' NOT NULL,
    fingerprint BYTEA,
    CONSTRAINT pk_export_copy PRIMARY KEY (branch_id, export_id)
);

-- The question bank: right answers in a table of their own.

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

INSERT INTO central_identity (branch_id, central_id) VALUES ('*', gen_random_uuid()::text);
