-- What a product costs one client: annual fees with the rows behind them, capped rates by exception.

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
    CONSTRAINT pk_product_fee PRIMARY KEY (branch_id, fee_id),
    CONSTRAINT fk_product_fee_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
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
    CONSTRAINT pk_product_fee_row PRIMARY KEY (branch_id, fee_id, from_on),
    CONSTRAINT fk_product_fee_row_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
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
    CONSTRAINT pk_rate_exception PRIMARY KEY (branch_id, exception_id),
    CONSTRAINT fk_rate_exception_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
);
