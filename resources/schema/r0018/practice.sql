-- Practice: a firm that is marked as one from its first row on and lets nothing out, and what a real
-- firm keeps of its people's practice.

ALTER TABLE central_identity
    ADD run_id TEXT DEFAULT '' NOT NULL,
    ADD trainee TEXT DEFAULT '' NOT NULL,
    ADD began_at TEXT DEFAULT '' NOT NULL,
    ADD scenario TEXT DEFAULT '' NOT NULL;

-- The run that this firm is for; '' = a real firm.
CREATE FUNCTION app_practice() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT run_id FROM central_identity
$$;
REVOKE EXECUTE ON FUNCTION app_practice FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_practice TO workstation_app;

-- A firm with people in it never becomes a practice firm, nor a practice firm another one.
CREATE FUNCTION begin_practice() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.run_id <> '' OR EXISTS (SELECT FROM staff) OR EXISTS (SELECT FROM client) THEN
        RAISE EXCEPTION 'PRACTICE_NOT_EMPTY' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION begin_practice FROM PUBLIC;
CREATE TRIGGER begin_practice BEFORE UPDATE OF run_id, trainee, began_at, scenario
ON central_identity FOR EACH ROW EXECUTE FUNCTION begin_practice();

-- Nothing leaves it: no copy of an export is begun, whatever was approved.
CREATE FUNCTION keep_inside() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF app_practice() <> '' THEN
        RAISE EXCEPTION 'PRACTICE_FIRM' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION keep_inside FROM PUBLIC;
CREATE TRIGGER keep_inside BEFORE INSERT ON export_copy
FOR EACH ROW EXECUTE FUNCTION keep_inside();

-- What a real firm keeps: handed in by who practised, seen by him and who is over him. No certificate.
CREATE TABLE practice_record (
    branch_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    staff_id TEXT DEFAULT '' NOT NULL,
    scenario TEXT DEFAULT '' NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    made_at TEXT DEFAULT '' NOT NULL,
    earned BIGINT DEFAULT '0' NOT NULL,
    most BIGINT DEFAULT '0' NOT NULL,
    unknown BIGINT DEFAULT '0' NOT NULL,
    lines TEXT DEFAULT '' NOT NULL,
    result_hash TEXT DEFAULT '' NOT NULL,
    recorded_at TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_practice_record PRIMARY KEY (branch_id, run_id)
);
CREATE INDEX by_stream_practice_record ON practice_record (branch_id, manager_id);
CALL log_changes_of('practice_record');
REVOKE EXECUTE ON FUNCTION log_practice_record FROM PUBLIC;
ALTER TABLE practice_record ENABLE ROW LEVEL SECURITY;
CREATE POLICY person_reads ON practice_record FOR SELECT TO workstation_app USING (
    branch_id = ANY ((SELECT app_branches())::text[])
    AND manager_id = ANY ((SELECT app_managers())::text[]));
CREATE POLICY own_only ON practice_record AS RESTRICTIVE TO workstation_app USING (
    (SELECT app_role()) NOT IN ('adviser', 'call_centre') OR manager_id = (SELECT app_person()));
CREATE POLICY taker_adds ON practice_record FOR INSERT TO workstation_work WITH CHECK (
    (SELECT app_is_person()) AND (SELECT app_practice()) = '' AND branch_id = (SELECT app_branch())
    AND manager_id = (SELECT app_person()) AND staff_id = (SELECT app_person()));
GRANT SELECT ON practice_record TO workstation_app;
GRANT INSERT ON practice_record TO workstation_work;

-- What stands on an adviser's own stream is his, whomever it is about: his desk is sent it, so that
-- fetching all anew must bring it too.
ALTER POLICY adviser_scope ON task USING (
    (SELECT app_role()) <> 'adviser' OR app_advises(branch_id, client_id)
    OR manager_id = (SELECT app_person()));
