-- The tables of models.tables as they were at this revision.

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

CREATE TABLE staff (
    branch_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    role TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_staff PRIMARY KEY (branch_id, staff_id)
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
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_task PRIMARY KEY (branch_id, task_id)
);

CREATE TABLE account (
    branch_id TEXT NOT NULL,
    account TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    cash_cents BIGINT DEFAULT '0' NOT NULL,
    permissions TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (branch_id, account),
    CONSTRAINT fk_account_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
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
    CONSTRAINT pk_contact PRIMARY KEY (branch_id, contact_id),
    CONSTRAINT fk_contact_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
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
    CONSTRAINT pk_holding PRIMARY KEY (branch_id, account, symbol),
    CONSTRAINT fk_holding_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
);

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
    CONSTRAINT pk_instruction PRIMARY KEY (branch_id, instruction_id),
    CONSTRAINT fk_instruction_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
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
    CONSTRAINT pk_mandate PRIMARY KEY (branch_id, mandate_id),
    CONSTRAINT fk_mandate_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
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
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_points_entry PRIMARY KEY (branch_id, entry_id),
    CONSTRAINT fk_points_entry_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
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
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_subscription PRIMARY KEY (branch_id, subscription_id),
    CONSTRAINT fk_subscription_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
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
    CONSTRAINT pk_trade_fill PRIMARY KEY (branch_id, fill_id),
    CONSTRAINT fk_trade_fill_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
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
    CONSTRAINT pk_trade_order PRIMARY KEY (branch_id, client_order_id),
    CONSTRAINT fk_trade_order_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
);

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

CREATE TABLE audit_head (
    branch_id TEXT NOT NULL,
    chain TEXT NOT NULL,
    number BIGINT DEFAULT '0' NOT NULL,
    hash TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_audit_head PRIMARY KEY (branch_id, chain)
);

CREATE TABLE central_identity (
    branch_id TEXT NOT NULL,
    central_id TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_central_identity PRIMARY KEY (branch_id)
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

CREATE TABLE client_tier (
    branch_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    tier TEXT DEFAULT '' NOT NULL,
    tier_by TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_client_tier PRIMARY KEY (branch_id, client_id, starts_on)
);

CREATE TABLE firm_setting (
    branch_id TEXT NOT NULL,
    name TEXT NOT NULL,
    effective_from TEXT NOT NULL,
    value JSON NOT NULL,
    approved_by TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_firm_setting PRIMARY KEY (branch_id, name, effective_from)
);

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

CREATE TABLE order_step (
    branch_id TEXT NOT NULL,
    client_order_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    ledger TEXT DEFAULT '' NOT NULL,
    number BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_order_step PRIMARY KEY (branch_id, client_order_id)
);

CREATE TABLE staff_credential (
    branch_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    passphrase_hash TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_staff_credential PRIMARY KEY (branch_id, staff_id)
);
