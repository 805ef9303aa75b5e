-- A manager's own plans: rules that pick clients, and what he said of rows of his agenda. They travel on
-- his stream; whoever is over him reads them.

CREATE TABLE segment (
    branch_id TEXT NOT NULL,
    segment_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    rule TEXT DEFAULT '' NOT NULL,
    saved_at TEXT DEFAULT '' NOT NULL,
    deleted_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_segment PRIMARY KEY (branch_id, segment_id)
);
CREATE TABLE agenda_mark (
    branch_id TEXT NOT NULL,
    row_id TEXT NOT NULL,
    keeper TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    client_id TEXT,
    snoozed_until TEXT DEFAULT '' NOT NULL,
    dismissed_at TEXT DEFAULT '' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    marked_by TEXT DEFAULT '' NOT NULL,
    marked_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_agenda_mark PRIMARY KEY (branch_id, row_id, keeper)
);

DO $$
DECLARE
    guarded text;
    changing text;
    visible constant text := 'branch_id = ANY ((SELECT app_branches())::text[]) '
        'AND manager_id = ANY ((SELECT app_managers())::text[])';
BEGIN
    FOR guarded, changing IN VALUES
        ('segment', 'name, rule, saved_at, deleted_at, version'),
        ('agenda_mark', 'snoozed_until, dismissed_at, reason, marked_by, marked_at, version')
    LOOP
        EXECUTE format('CREATE INDEX %I ON %I (branch_id, manager_id)', 'by_stream_' || guarded, guarded);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY person_reads ON %I FOR SELECT TO workstation_app USING (%s '
            'AND (SELECT app_role()) NOT IN (''adviser'', ''call_centre''))', guarded, visible);
        EXECUTE format('CREATE POLICY person_adds ON %I FOR INSERT TO workstation_work '
            'WITH CHECK ((SELECT app_writes()) AND %s)', guarded, visible);
        EXECUTE format('CREATE POLICY person_changes ON %I FOR UPDATE TO workstation_work '
            'USING ((SELECT app_writes()) AND %s)', guarded, visible);
        EXECUTE format('GRANT SELECT ON %I TO workstation_app', guarded);
        EXECUTE format('GRANT INSERT, UPDATE (%s) ON %I TO workstation_work', changing, guarded);
        EXECUTE format('CALL log_changes_of(%L)', guarded);
    END LOOP;
END $$;
