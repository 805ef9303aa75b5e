-- Who speaks, and what he may ask. A session that logged in as a person is that person, whatever it
-- sets; only hubs, workers and the owner, members of workstation_service, may say whom they act for:
-- app.branch_id, app.manager_id (the person's own staff id) and app.role of the transaction. Any
-- other login is nobody and sees nothing. The login of a session cannot be changed from inside: not
-- by SET ROLE, not by a function of the owner. What a login can put beside these functions (tables
-- and types of its session, found first by name) changes nothing of what they say: whoever reads a
-- table or names a type says where it looks. The others may stay without: no function is found among
-- a session's own, and pinned they could not be inlined.

-- Whether the session may say whom it acts for.
CREATE FUNCTION app_may_act() RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT pg_has_role(session_user, 'workstation_service', 'MEMBER') $$;

-- The person who logged in, as the staff list has him now; no row for a service.
CREATE FUNCTION app_login() RETURNS TABLE (branch_id text, staff_id text, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.branch_id, s.staff_id, s.role
    FROM staff_login l JOIN staff s USING (branch_id, staff_id)
    WHERE l.login = session_user
$$;

CREATE FUNCTION app_role() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(CASE WHEN app_may_act() THEN current_setting('app.role', true)
        ELSE (SELECT role FROM app_login()) END, '')
$$;

CREATE FUNCTION app_person() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(CASE WHEN app_may_act() THEN current_setting('app.manager_id', true)
        ELSE (SELECT staff_id FROM app_login()) END, '')
$$;

CREATE FUNCTION app_branch() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(CASE WHEN app_may_act() THEN current_setting('app.branch_id', true)
        ELSE (SELECT branch_id FROM app_login()) END, '')
$$;

CREATE FUNCTION app_is_person() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT app_person() <> '' AND app_role() IN
        ('manager', 'branch_manager', 'adviser', 'call_centre', 'compliance')
$$;

CREATE FUNCTION app_writes() RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT app_person() <> '' AND app_role() IN ('manager', 'branch_manager') $$;

-- Whose rows a person may see: a manager his own, his branch manager those of the branch, head office all.
CREATE FUNCTION app_branches() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE
        WHEN app_role() IN ('manager', 'branch_manager') THEN ARRAY[app_branch()]
        WHEN app_role() IN ('adviser', 'call_centre', 'compliance')
            THEN (SELECT array_agg(DISTINCT branch_id) FROM staff)
        ELSE '{}'::text[] END
$$;

CREATE FUNCTION app_managers() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE
        WHEN app_person() = '' THEN '{}'::text[]
        WHEN app_role() = 'manager' THEN ARRAY[app_person()]
        WHEN app_role() = 'branch_manager'
            THEN (SELECT array_agg(staff_id) FROM staff WHERE branch_id = app_branch())
        WHEN app_role() IN ('adviser', 'call_centre', 'compliance')
            THEN (SELECT array_agg(staff_id) FROM staff)
        ELSE '{}'::text[] END
$$;

-- Streams beside those of managers: what a person is to decide, and what is a branch's.
CREATE FUNCTION app_queue() RETURNS text LANGUAGE sql STABLE
AS $$ SELECT 'queue:' || app_person() $$;

CREATE FUNCTION app_board() RETURNS text LANGUAGE sql STABLE
AS $$ SELECT 'branch:' || app_branch() $$;

-- The streams a person's desk may follow, beside the firm's ('*'): agents share that of their centre.
CREATE FUNCTION app_streams() RETURNS text[] LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE
        WHEN app_role() IN ('manager', 'branch_manager')
            THEN app_managers() || app_queue() || app_board()
        WHEN app_role() = 'call_centre' AND app_is_person()
            THEN ARRAY[app_person(), app_queue(), app_board()]
        WHEN app_is_person() THEN ARRAY[app_person(), app_queue()]
        ELSE '{}'::text[] END
$$;

-- It answers for advisers only: nobody else learns by it what other managers' clients hold.
CREATE FUNCTION app_advises(of_branch text, of_client text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT app_role() = 'adviser' AND EXISTS (SELECT FROM subscription s
        WHERE s.branch_id = of_branch AND s.client_id = of_client
        AND s.product IN ('A', 'B', 'C', 'D', 'E') AND s.state = 'active')
$$;

-- The run that this firm is for; '' = a real firm.
CREATE FUNCTION app_practice() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT run_id FROM central_identity
$$;

-- The time that a hub or worker tells; of anybody else the server's own.
CREATE FUNCTION app_time(told text) RETURNS text LANGUAGE sql VOLATILE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN app_may_act() THEN told ELSE to_char(
        clock_timestamp() AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24:MI:SS.MS"+08:00"') END
$$;

CREATE FUNCTION is_visible(of_branch text, of_manager text) RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT of_branch = ANY (app_branches()) AND of_manager = ANY (app_managers()) $$;

-- Whether somebody else has approved what this person asked for. What was asked for by somebody who
-- then handed the client over is carried out by whoever looks after him now; neither of the two
-- decided on it.
CREATE FUNCTION is_approved(of_branch text, asked text, of_kinds text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM approval a
        WHERE a.branch_id = of_branch AND a.approval_id = asked AND a.kind = ANY (of_kinds)
          AND a.state = 'approved' AND a.decided_by NOT IN (a.maker, app_person())
          AND (a.maker = app_person() OR a.manager_id = app_person() AND EXISTS (
              SELECT FROM client_hand_over h WHERE h.branch_id = a.branch_id
                AND h.client_id = a.client_id AND h.from_manager = a.maker)))
$$;

-- Whether the maker of what was asked for handed this client over, so that somebody else has him now.
CREATE FUNCTION is_taken_over(of_branch text, of_client text, maker text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM client c JOIN client_hand_over h
            ON h.branch_id = c.branch_id AND h.client_id = c.client_id
        WHERE c.branch_id = of_branch AND c.client_id = of_client AND c.manager_id = app_person()
          AND h.from_manager = maker AND app_writes() AND of_branch = app_branch())
$$;

-- Whether this transaction carries out an import, or its undoing, that somebody else has approved:
-- an approval is good for the one step that its import waits for.
CREATE FUNCTION is_import_approved() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT is_approved(app_branch(), current_setting('app.approval', true), ARRAY['import'])
        AND EXISTS (SELECT FROM import_batch b WHERE b.branch_id = app_branch()
            AND b.approval_id = current_setting('app.approval', true))
$$;

-- An undoing that came to nothing is forgotten: its import waits for no approval any more. Only one
-- that was let in before, by its approval, may go on as that.
CREATE FUNCTION was_let_in(in_branch text, of_import text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM import_batch b
        WHERE b.branch_id = in_branch AND b.import_id = of_import AND b.state = 'applied')
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

-- What policies and masked views ask.
GRANT EXECUTE ON FUNCTION app_may_act, app_login, app_role, app_person, app_branch, app_is_person,
    app_writes, app_branches, app_managers, app_queue, app_board, app_streams, app_advises,
    app_practice, is_visible, is_approved, is_taken_over TO workstation_app;
GRANT EXECUTE ON FUNCTION is_import_approved, was_let_in TO workstation_files;
