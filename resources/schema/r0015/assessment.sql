-- Who looked after a client from a day on; what a month's stage-1 assessment was made of (S40, F24).

ALTER TABLE task ADD COLUMN closed_at TEXT DEFAULT '' NOT NULL;

-- One row a client and the day from which a manager answers for him: '' = since ever.
CREATE TABLE client_manager (
    branch_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    from_on TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_client_manager PRIMARY KEY (branch_id, client_id, from_on)
);
CREATE INDEX by_manager_client_manager ON client_manager (branch_id, manager_id);
INSERT INTO client_manager (branch_id, client_id, from_on, manager_id)
SELECT branch_id, client_id, opened_on, manager_id FROM client;

-- A new client has his manager from the day he opened his account.
CREATE FUNCTION give_first_manager() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO client_manager (branch_id, client_id, from_on, manager_id)
    SELECT branch_id, client_id, opened_on, manager_id FROM new_rows ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER give_first_manager AFTER INSERT ON client REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION give_first_manager();

-- One whose import was taken back had none.
CREATE FUNCTION forget_managers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM client_manager m USING old_rows o
    WHERE m.branch_id = o.branch_id AND m.client_id = o.client_id;
    RETURN NULL;
END $$;
CREATE TRIGGER forget_managers AFTER DELETE ON client REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION forget_managers();

-- Whom a trade of that day is credited to; NULL = nobody looked after the client yet.
CREATE FUNCTION manager_on(of_branch text, of_client text, day text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT m.manager_id FROM client_manager m
    WHERE m.branch_id = of_branch AND m.client_id = of_client AND m.from_on <= day
    ORDER BY m.from_on DESC LIMIT 1
$$;

-- How many of these fields of a client are filled: the night learns that, never what stands in them.
CREATE FUNCTION filled_fields(of_branch text, of_clients text[], fields text[])
RETURNS TABLE (client_id text, filled bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.client_id, count(*) FILTER (WHERE CASE f.field
        WHEN 'name' THEN c.name WHEN 'gender' THEN c.gender WHEN 'birthday' THEN c.birthday
        WHEN 'mobile' THEN c.mobile WHEN 'id_no' THEN c.id_no
        WHEN 'risk_class' THEN c.risk_class END <> '')
    FROM client c CROSS JOIN unnest(fields) AS f (field)
    WHERE c.branch_id = of_branch AND c.client_id = ANY (of_clients) GROUP BY 1
$$;

CREATE TABLE assessment_figure (
    branch_id TEXT NOT NULL,
    manager_id TEXT NOT NULL,
    period_to TEXT NOT NULL,
    item TEXT NOT NULL,
    period_from TEXT DEFAULT '' NOT NULL,
    reached BIGINT DEFAULT '0' NOT NULL,
    due BIGINT DEFAULT '0' NOT NULL,
    code TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_assessment_figure PRIMARY KEY (branch_id, manager_id, period_to, item)
);
CREATE TABLE assessment_row (
    branch_id TEXT NOT NULL,
    manager_id TEXT NOT NULL,
    period_to TEXT NOT NULL,
    item TEXT NOT NULL,
    row_id TEXT NOT NULL,
    client_id TEXT DEFAULT '' NOT NULL,
    reached BIGINT DEFAULT '0' NOT NULL,
    due BIGINT DEFAULT '0' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_assessment_row PRIMARY KEY (branch_id, manager_id, period_to, item, row_id)
);
CREATE TABLE assessment_score (
    branch_id TEXT NOT NULL,
    manager_id TEXT NOT NULL,
    period_to TEXT NOT NULL,
    period_from TEXT DEFAULT '' NOT NULL,
    stage BIGINT DEFAULT '0' NOT NULL,
    score TEXT DEFAULT '' NOT NULL,
    code TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_assessment_score PRIMARY KEY (branch_id, manager_id, period_to)
);

-- A month's figures are written once and never changed; a manager reads his own, his branch manager
-- those of the branch. Adviser and call centre read nobody's.
DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['assessment_figure', 'assessment_row', 'assessment_score',
        'client_manager']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY person_reads ON %I FOR SELECT TO workstation_app USING ('
            'branch_id = ANY ((SELECT app_branches())::text[]) '
            'AND manager_id = ANY ((SELECT app_managers())::text[]))', guarded);
        EXECUTE format('CREATE POLICY staff_only ON %I AS RESTRICTIVE TO workstation_app USING ('
            '(SELECT app_role()) NOT IN (''adviser'', ''call_centre''))', guarded);
        EXECUTE format('GRANT SELECT ON %I TO workstation_app', guarded);
        EXECUTE format('CREATE POLICY night_works ON %I TO workstation_night '
            'USING (true) WITH CHECK (true)', guarded);
        EXECUTE format('GRANT SELECT ON %I TO workstation_night', guarded);
        IF guarded <> 'client_manager' THEN
            EXECUTE format('GRANT INSERT ON %I TO workstation_night', guarded);
            EXECUTE format('CALL log_changes_of(%L)', guarded);
        END IF;
    END LOOP;

    -- What the night reads for it beside clients and tasks.
    FOREACH guarded IN ARRAY ARRAY['contact', 'staff'] LOOP
        EXECUTE format('CREATE POLICY night_reads ON %I FOR SELECT TO workstation_night '
            'USING (true)', guarded);
    END LOOP;
    GRANT SELECT (branch_id, client_id, contact_id, happened_at) ON contact TO workstation_night;
    GRANT SELECT (branch_id, staff_id, role) ON staff TO workstation_night;
    GRANT EXECUTE ON FUNCTION filled_fields, manager_on TO workstation_night;
    GRANT EXECUTE ON FUNCTION manager_on TO workstation_work;
END $$;
