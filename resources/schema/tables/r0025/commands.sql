-- Commands up, changes down, and what is kept of both.

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

-- What a second person decides; settings are of that kind.

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

CREATE TABLE held_command (
    branch_id TEXT NOT NULL,
    approval_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    maker TEXT DEFAULT '' NOT NULL,
    envelope BYTEA NOT NULL,
    CONSTRAINT pk_held_command PRIMARY KEY (branch_id, approval_id)
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

-- The log of changes, by stream.

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

-- The audit trail, and the steps that a row's state may go.

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
