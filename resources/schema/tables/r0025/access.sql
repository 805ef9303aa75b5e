-- What firm this is, who signs in, and what he may see in clear.

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
