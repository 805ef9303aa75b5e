-- What the nightly runs read and reckon.

-- Runs, and what was loaded for them.

CREATE TABLE night_run (
    branch_id TEXT NOT NULL,
    day TEXT NOT NULL,
    step TEXT NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    started_at TEXT DEFAULT '' NOT NULL,
    finished_at TEXT DEFAULT '' NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    counts JSON DEFAULT '{}' NOT NULL,
    trouble TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_night_run PRIMARY KEY (branch_id, day, step)
);

CREATE TABLE loaded_file (
    branch_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    load_id TEXT NOT NULL,
    number BIGINT DEFAULT '0' NOT NULL,
    file_id TEXT DEFAULT '' NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    loaded_at TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    approval_id TEXT DEFAULT '' NOT NULL,
    undone_on TEXT DEFAULT '' NOT NULL,
    nights_begun BIGINT DEFAULT '0' NOT NULL,
    read BIGINT DEFAULT '0' NOT NULL,
    added BIGINT DEFAULT '0' NOT NULL,
    known BIGINT DEFAULT '0' NOT NULL,
    rejected BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_loaded_file PRIMARY KEY (branch_id, kind, load_id)
);

CREATE TABLE rejected_line (
    branch_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    load_id TEXT NOT NULL,
    line BIGINT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    content TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_rejected_line PRIMARY KEY (branch_id, kind, load_id, line)
);

CREATE TABLE loaded_event (
    branch_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    load_id TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_loaded_event PRIMARY KEY (branch_id, event_id)
);

-- Securities: facts, news, and what they mean to a client.

CREATE TABLE security_close (
    branch_id TEXT NOT NULL,
    symbol TEXT NOT NULL,
    day TEXT NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    close_units BIGINT DEFAULT '0' NOT NULL,
    previous_close_units BIGINT DEFAULT '0' NOT NULL,
    status TEXT DEFAULT '' NOT NULL,
    load_id TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_security_close PRIMARY KEY (branch_id, symbol, day)
);

CREATE TABLE corporate_action (
    branch_id TEXT NOT NULL,
    action_id TEXT NOT NULL,
    symbol TEXT DEFAULT '' NOT NULL,
    kind TEXT DEFAULT '' NOT NULL,
    announced_on TEXT DEFAULT '' NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    per_ten_milli BIGINT DEFAULT '0' NOT NULL,
    price_units BIGINT DEFAULT '0' NOT NULL,
    last_day TEXT DEFAULT '' NOT NULL,
    load_id TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_corporate_action PRIMARY KEY (branch_id, action_id)
);

CREATE TABLE ipo_event (
    branch_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    symbol TEXT DEFAULT '' NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    kind TEXT DEFAULT '' NOT NULL,
    day TEXT DEFAULT '' NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    low_units BIGINT DEFAULT '0' NOT NULL,
    high_units BIGINT DEFAULT '0' NOT NULL,
    source TEXT DEFAULT '' NOT NULL,
    load_id TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_ipo_event PRIMARY KEY (branch_id, event_id)
);

CREATE TABLE ipo_ballot (
    branch_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    symbol TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    drawn_on TEXT DEFAULT '' NOT NULL,
    won_shares BIGINT DEFAULT '0' NOT NULL,
    price_units BIGINT DEFAULT '0' NOT NULL,
    load_id TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_ipo_ballot PRIMARY KEY (branch_id, client_id, symbol)
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

-- Figures of clients.

CREATE TABLE asset_day (
    branch_id TEXT NOT NULL,
    day TEXT NOT NULL,
    client_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    assets_cents BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_asset_day PRIMARY KEY (branch_id, day, client_id)
);

CREATE TABLE night_figure (
    branch_id TEXT NOT NULL,
    day TEXT NOT NULL,
    manager_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    average_assets_cents BIGINT DEFAULT '0' NOT NULL,
    year_commission_cents BIGINT DEFAULT '0' NOT NULL,
    rule_rank BIGINT DEFAULT '0' NOT NULL,
    held_rank BIGINT DEFAULT '0' NOT NULL,
    tier_by TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_night_figure PRIMARY KEY (branch_id, day, manager_id, client_id)
);

CREATE TABLE tier_rating (
    branch_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    rated_on TEXT DEFAULT '' NOT NULL,
    tier TEXT DEFAULT '' NOT NULL,
    tier_by TEXT DEFAULT '' NOT NULL,
    cause TEXT DEFAULT '' NOT NULL,
    average_assets_cents BIGINT DEFAULT '0' NOT NULL,
    year_commission_cents BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_tier_rating PRIMARY KEY (branch_id, client_id, starts_on)
);

CREATE TABLE tier_review (
    branch_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    day TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    tier TEXT DEFAULT '' NOT NULL,
    result TEXT DEFAULT '' NOT NULL,
    fails BIGINT DEFAULT '0' NOT NULL,
    best_failing TEXT DEFAULT '' NOT NULL,
    lowered_to TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_tier_review PRIMARY KEY (branch_id, client_id, day)
);

-- Commission, and what the staff is credited with.

CREATE TABLE commission_entry (
    branch_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    credited_to TEXT DEFAULT '' NOT NULL,
    kind TEXT DEFAULT '' NOT NULL,
    about TEXT DEFAULT '' NOT NULL,
    trade_date TEXT DEFAULT '' NOT NULL,
    booked_on TEXT DEFAULT '' NOT NULL,
    turnover_cents BIGINT DEFAULT '0' NOT NULL,
    amount_cents BIGINT DEFAULT '0' NOT NULL,
    evidence BOOLEAN DEFAULT 'false' NOT NULL,
    churn BOOLEAN DEFAULT 'false' NOT NULL,
    source TEXT DEFAULT '' NOT NULL,
    event_id TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_commission_entry PRIMARY KEY (branch_id, entry_id)
);

CREATE TABLE commission_baseline (
    branch_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    year TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    amount_cents BIGINT DEFAULT '0' NOT NULL,
    frozen_on TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_commission_baseline PRIMARY KEY (branch_id, client_id, year)
);

CREATE TABLE commission_increment (
    branch_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    period_to TEXT NOT NULL,
    period_from TEXT DEFAULT '' NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    credited_cents BIGINT DEFAULT '0' NOT NULL,
    baseline_cents BIGINT DEFAULT '0' NOT NULL,
    increment_cents BIGINT DEFAULT '0' NOT NULL,
    restated_on TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_commission_increment PRIMARY KEY (branch_id, client_id, period_to)
);

CREATE TABLE commission_credit (
    branch_id TEXT NOT NULL,
    manager_id TEXT NOT NULL,
    period_to TEXT NOT NULL,
    period_from TEXT DEFAULT '' NOT NULL,
    credited_cents BIGINT DEFAULT '0' NOT NULL,
    restated_on TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_commission_credit PRIMARY KEY (branch_id, manager_id, period_to)
);
