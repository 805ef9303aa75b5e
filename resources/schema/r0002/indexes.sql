-- How the tables of client service are read: a stream whole, one client's rows, what is due.

DO $$
DECLARE
    read_table text;
BEGIN
    FOREACH read_table IN ARRAY ARRAY['approval', 'application', 'client_rate', 'points_hold',
        'tier_grant', 'risk_test', 'consent', 'contact_revision', 'timeline', 'household',
        'household_member', 'relation']
    LOOP
        EXECUTE format('CREATE INDEX %I ON %I (branch_id, manager_id)',
            'by_stream_' || read_table, read_table);
        EXECUTE format('CALL log_changes_of(%L)', read_table);
    END LOOP;
    FOREACH read_table IN ARRAY ARRAY['approval', 'application', 'points_hold', 'tier_grant',
        'risk_test', 'consent', 'timeline']
    LOOP
        EXECUTE format('CREATE INDEX %I ON %I (branch_id, client_id)',
            'by_client_' || read_table, read_table);
    END LOOP;
    CREATE INDEX by_due_approval ON approval (branch_id, due_at) WHERE state = 'pending';
    CREATE INDEX by_about_points_entry ON points_entry (branch_id, about) WHERE about <> '';
    CREATE INDEX by_household_household_member ON household_member (branch_id, household_id);
END $$;

-- One household at a time.
CREATE UNIQUE INDEX by_member_household_member ON household_member (branch_id, client_id)
WHERE left_by = '';

-- An approval is good for one deed.
CREATE UNIQUE INDEX by_approval_client_rate ON client_rate (branch_id, approval_id)
WHERE approval_id <> '';
CREATE UNIQUE INDEX by_approval_tier_grant ON tier_grant (branch_id, approval_id)
WHERE approval_id <> '';
CREATE UNIQUE INDEX by_approval_firm_setting ON firm_setting (branch_id, approval_id)
WHERE approval_id <> '';

-- What a household is worth: the sum of its present members, for those who may see them.
CREATE VIEW household_total WITH (security_invoker = true) AS
SELECT m.branch_id, m.household_id, m.manager_id, count(*) AS members,
       sum(c.average_assets_cents) AS average_assets_cents,
       sum(c.year_commission_cents) AS year_commission_cents, sum(c.points_milli) AS points_milli
FROM household_member m JOIN client c USING (branch_id, client_id)
WHERE m.left_by = ''
GROUP BY m.branch_id, m.household_id, m.manager_id;
GRANT SELECT ON household_total TO workstation_app;
