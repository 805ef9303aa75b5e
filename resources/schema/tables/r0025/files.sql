-- Files in and out.

CREATE TABLE import_rule (
    branch_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    role TEXT NOT NULL,
    CONSTRAINT pk_import_rule PRIMARY KEY (branch_id, kind, role)
);

CREATE TABLE import_batch (
    branch_id TEXT NOT NULL,
    import_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    kind TEXT DEFAULT '' NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    file_hash TEXT DEFAULT '' NOT NULL,
    digest TEXT DEFAULT '' NOT NULL,
    author TEXT DEFAULT '' NOT NULL,
    day TEXT DEFAULT '' NOT NULL,
    made_at TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    approval_id TEXT DEFAULT '' NOT NULL,
    finished_at TEXT DEFAULT '' NOT NULL,
    read BIGINT DEFAULT '0' NOT NULL,
    added BIGINT DEFAULT '0' NOT NULL,
    changed BIGINT DEFAULT '0' NOT NULL,
    known BIGINT DEFAULT '0' NOT NULL,
    duplicates BIGINT DEFAULT '0' NOT NULL,
    rejected BIGINT DEFAULT '0' NOT NULL,
    faults TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_import_batch PRIMARY KEY (branch_id, import_id)
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
