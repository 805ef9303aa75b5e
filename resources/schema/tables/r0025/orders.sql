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

CREATE TABLE order_step (
    branch_id TEXT NOT NULL,
    client_order_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    ledger TEXT DEFAULT '' NOT NULL,
    number BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_order_step PRIMARY KEY (branch_id, client_order_id)
);
