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

-- For what workers do by themselves, for nobody.
CREATE FUNCTION require_worker() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF app_role() <> 'worker' THEN
        RAISE EXCEPTION 'only a worker does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

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

-- The manager_id of a row names the stream that it is on, which need be no manager's: what a person is to
-- decide or answer is on his queue, what is a branch's on its board, what is the whole firm's on '*'.
CREATE FUNCTION queue_of(person text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT 'queue:' || person $$;

CREATE FUNCTION app_queue() RETURNS text LANGUAGE sql STABLE
AS $$ SELECT queue_of(app_person()) $$;

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

-- When what was asked for comes to its end, whatever time anybody tells.
CREATE FUNCTION wall_ms() RETURNS bigint LANGUAGE sql VOLATILE
AS $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint $$;

-- Whether this person sees what stands on the stream of that manager.
CREATE FUNCTION is_visible(of_branch text, of_manager text) RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT of_branch = ANY (app_branches()) AND of_manager = ANY (app_managers()) $$;

-- Whether somebody sends SQL himself: of him is asked whose a row is before anything else is
-- (rights/asked_first.sql). Hubs and workers, whose statements are ours, are not.
CREATE FUNCTION asks_himself() RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT NOT app_may_act() OR current_user = 'workstation_app' $$;

-- These words as the keys of an object, in which a row's own text is looked up at no cost to the planner.
CREATE FUNCTION as_set(words text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT jsonb_object(words, words) $$;

-- The clients whom an adviser serves, by branch, all at once: as app_advises says of one.
CREATE FUNCTION app_advised() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_object_agg(served.branch_id, served.clients) FROM (
        SELECT s.branch_id, jsonb_object_agg(s.client_id, 1) AS clients FROM subscription s
        WHERE app_role() = 'adviser' AND s.product IN ('A', 'B', 'C', 'D', 'E')
          AND s.state = 'active' GROUP BY 1) served
$$;

-- What of other branches a branch manager is to decide: clients who are to come to his own.
CREATE FUNCTION app_received() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_object_agg(a.approval_id, 1) FROM approval a
    WHERE CASE WHEN app_role() = 'branch_manager' AND a.kind = 'hand_over'
        THEN a.after::jsonb ->> 'to_branch' = app_branch() END
$$;

-- What policies and masked views ask.
GRANT EXECUTE ON FUNCTION app_may_act, app_login, app_role, app_person, app_branch, app_is_person,
    app_writes, app_branches, app_managers, queue_of, app_queue, app_board, app_streams,
    app_advises, app_practice, is_visible, asks_himself, as_set, app_advised, app_received
    TO workstation_app;
