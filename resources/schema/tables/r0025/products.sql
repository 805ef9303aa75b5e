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
