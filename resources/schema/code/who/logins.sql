-- A person's own login. Its makers are the owner's alone.

-- Whoever holds a transaction open holds what others wait for: the end of an audit chain, the line of
-- wake-ups, what could be cleaned up. His login says how long at most, for whoever forgets; what he sets
-- himself instead does not help him: a worker ends it. What a statement of his lays aside to sort it does
-- not fill the disk: that he cannot set, nor can an owner of the database who is no superuser.
CREATE FUNCTION limit_login(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = ''1min''', name);
    EXECUTE format('ALTER ROLE %I SET lock_timeout = ''10s''', name);
    BEGIN
        EXECUTE format('ALTER ROLE %I SET temp_file_limit = ''256MB''', name);
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE WARNING 'temp_file_limit of % is for the administrator of the server to set', name;
    END;
END $$;

-- Opens a person's own login, or gives it another password.
CREATE FUNCTION open_login(in_branch text, of_staff text, secret text, now_at text)
RETURNS text
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
    EXECUTE format('ALTER ROLE %I RESET ALL', name);
    PERFORM limit_login(name);
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

-- Ends what a login holds open for longer than that, whatever it set; a worker asks for it.
CREATE FUNCTION end_long_transactions(seconds integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ended bigint;
BEGIN
    PERFORM require_worker();
    SELECT count(*) FILTER (WHERE pg_terminate_backend(s.pid)) INTO ended
    FROM pg_stat_activity s JOIN staff_login l ON l.login = s.usename
    WHERE s.xact_start < clock_timestamp() - make_interval(secs => seconds);
    RETURN ended;
END $$;

GRANT EXECUTE ON FUNCTION end_long_transactions TO workstation_work;
