-- Who speaks. A session that logged in as a person is that person, whatever it sets; only hubs,
-- workers and the owner, members of workstation_service, may say whom they act for. Any other login
-- is nobody and sees nothing. The login of a session cannot be changed from inside: not by SET ROLE,
-- not by a function of the owner.

DO $$
BEGIN
    CREATE ROLE workstation_service NOLOGIN NOSUPERUSER NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    RAISE NOTICE 'role workstation_service is there already';
END $$;
DO $$
BEGIN
    EXECUTE format('GRANT workstation_service TO %I', current_user);
END $$;

CREATE TABLE staff_login (
    branch_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    login TEXT DEFAULT '' NOT NULL,
    opened_at TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_staff_login PRIMARY KEY (branch_id, staff_id),
    CONSTRAINT uq_staff_login_login UNIQUE (login)
);
ALTER TABLE staff_login ENABLE ROW LEVEL SECURITY; -- nobody but the functions below

CREATE FUNCTION app_may_act() RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT pg_has_role(session_user, 'workstation_service', 'MEMBER') $$;

-- The person who logged in, as the staff list has him now; no row for a service.
CREATE FUNCTION app_login() RETURNS TABLE (branch_id text, staff_id text, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.branch_id, s.staff_id, s.role
    FROM staff_login l JOIN staff s USING (branch_id, staff_id)
    WHERE l.login = session_user
$$;

CREATE OR REPLACE FUNCTION app_role() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(CASE WHEN app_may_act() THEN current_setting('app.role', true)
        ELSE (SELECT role FROM app_login()) END, '')
$$;

CREATE OR REPLACE FUNCTION app_person() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(CASE WHEN app_may_act() THEN current_setting('app.manager_id', true)
        ELSE (SELECT staff_id FROM app_login()) END, '')
$$;

CREATE OR REPLACE FUNCTION app_branch() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(CASE WHEN app_may_act() THEN current_setting('app.branch_id', true)
        ELSE (SELECT branch_id FROM app_login()) END, '')
$$;

-- Opens a person's own login, or gives it another password. For the owner alone.
CREATE FUNCTION open_login(in_branch text, of_staff text, secret text, now_at text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    name constant text := left(lower(format('ws_%s_%s', in_branch, of_staff)), 63);
BEGIN
    PERFORM FROM staff WHERE branch_id = in_branch AND staff_id = of_staff;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'STAFF_NOT_FOUND' USING ERRCODE = 'no_data_found';
    END IF;
    INSERT INTO staff_login (branch_id, staff_id, login, opened_at)
    VALUES (in_branch, of_staff, name, now_at) ON CONFLICT (branch_id, staff_id) DO NOTHING;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
        EXECUTE format('CREATE ROLE %I', name);
    END IF;
    EXECUTE format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION '
        'NOBYPASSRLS CONNECTION LIMIT 3 PASSWORD %L', name, secret);
    EXECUTE format('GRANT workstation_app TO %I', name);
    RETURN name;
END $$;
REVOKE EXECUTE ON FUNCTION open_login FROM PUBLIC;

-- Closes it and ends what it has open; false when there was none.
CREATE FUNCTION close_login(in_branch text, of_staff text) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    DELETE FROM staff_login WHERE branch_id = in_branch AND staff_id = of_staff
    RETURNING login INTO name;
    IF name IS NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('ALTER ROLE %I NOLOGIN', name);
    EXECUTE format('REVOKE workstation_app FROM %I', name);
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = name;
    RETURN true;
END $$;
REVOKE EXECUTE ON FUNCTION close_login FROM PUBLIC;
