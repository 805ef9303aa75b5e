-- Of all tables: amounts in the units of models.money, moments as ISO 8601 text with +08:00, days as ISO
-- dates; what travels to desks (models.tables) has a version. The branch leads every primary key.

-- A client: who he is, what he has, what he said, and who looks after him.

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

-- What he has, and what he said.

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

-- His tier and his manager, day by day.

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
