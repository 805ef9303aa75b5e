-- Tables of client service, and what they add to those of the first release.

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
    CONSTRAINT pk_approval PRIMARY KEY (branch_id, approval_id)
);

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
    CONSTRAINT pk_application PRIMARY KEY (branch_id, application_id),
    CONSTRAINT fk_application_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
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
    CONSTRAINT pk_client_rate PRIMARY KEY (branch_id, client_id, starts_on, product),
    CONSTRAINT fk_client_rate_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
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
    CONSTRAINT pk_points_hold PRIMARY KEY (branch_id, hold_id),
    CONSTRAINT fk_points_hold_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
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
    CONSTRAINT pk_tier_grant PRIMARY KEY (branch_id, grant_id),
    CONSTRAINT fk_tier_grant_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
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
    CONSTRAINT pk_risk_test PRIMARY KEY (branch_id, test_id),
    CONSTRAINT fk_risk_test_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
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
    CONSTRAINT pk_consent PRIMARY KEY (branch_id, consent_id),
    CONSTRAINT fk_consent_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
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
    CONSTRAINT pk_contact_revision PRIMARY KEY (branch_id, contact_id, number),
    CONSTRAINT fk_contact_revision_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
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
    CONSTRAINT pk_timeline PRIMARY KEY (branch_id, entry_id),
    CONSTRAINT fk_timeline_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
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
    CONSTRAINT pk_household_member PRIMARY KEY (branch_id, client_id, joined_by),
    CONSTRAINT fk_household_member_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
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
    CONSTRAINT pk_relation PRIMARY KEY (branch_id, relation_id, client_id),
    CONSTRAINT fk_relation_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id)
);

CREATE TABLE held_command (
    branch_id TEXT NOT NULL,
    approval_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    maker TEXT DEFAULT '' NOT NULL,
    envelope BYTEA NOT NULL,
    CONSTRAINT pk_held_command PRIMARY KEY (branch_id, approval_id)
);

CREATE TABLE life_step (
    branch_id TEXT NOT NULL,
    life TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    CONSTRAINT pk_life_step PRIMARY KEY (branch_id, life, before, after)
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

ALTER TABLE points_entry
    ADD amount_cents BIGINT DEFAULT '0' NOT NULL,
    ADD factor TEXT DEFAULT '' NOT NULL,
    ADD about TEXT DEFAULT '' NOT NULL;
ALTER TABLE subscription
    ADD amount_cents BIGINT DEFAULT '0' NOT NULL,
    ADD days_left BIGINT DEFAULT '0' NOT NULL,
    ADD about TEXT DEFAULT '' NOT NULL;
ALTER TABLE firm_setting ADD approval_id TEXT DEFAULT '' NOT NULL;

-- A second person is a second person, whatever program writes.
ALTER TABLE approval ADD CONSTRAINT ck_approval_maker_is_not_checker
    CHECK (decided_by = '' OR decided_by <> maker);

-- Clients of the first release pay their rate from the day they were opened. Where a product runs,
-- nobody knows the rate without it: it is asked for when it is needed.
INSERT INTO client_rate (branch_id, client_id, starts_on, product, manager_id, rate_units)
SELECT c.branch_id, c.client_id, coalesce(held.starts_on, c.opened_on),
       coalesce(held.product, ''), c.manager_id, c.rate_units
FROM client c LEFT JOIN LATERAL (
    SELECT s.product, s.starts_on FROM subscription s
    WHERE s.branch_id = c.branch_id AND s.client_id = c.client_id
      AND s.product IN ('A', 'B', 'C', 'E') AND s.state = 'active'
    ORDER BY s.starts_on DESC LIMIT 1) held ON true;

-- What comes free with a product names it.
UPDATE subscription s SET about = p.subscription_id, version = s.version + 1
FROM subscription p
WHERE p.branch_id = s.branch_id AND p.client_id = s.client_id
  AND p.product IN ('A', 'B', 'C', 'D', 'E') AND p.state = 'active'
  AND (s.state = 'bundled' OR s.subscription_id = p.subscription_id);
