-- Who acts. Roles belong to the server and may be there from another database.
--   workstation_app      a person: reads what is his, adds to the inbox, asks to unmask
--   workstation_sync     the hub: the same, personal data for the desk that keeps it, signing in
--   workstation_work     a worker with a command in hand: writes, within the rows of its author
--   workstation_files    the same with an import in hand: personal data, new clients and accounts
--   workstation_night    the nightly runs: no personal data, on each table what a step needs
--   workstation_service  who may say whom he acts for: hubs, workers, the owner
-- With SQL in the name of a person nothing can be forged, points and commission least of all. None
-- of them bypasses row-level security.

-- What is there stays as it is: an upgrade needs no power over roles that the first one did not use.
DO $$
DECLARE
    role text;
    given text;
    taker text;
BEGIN
    FOREACH role IN ARRAY ARRAY['app', 'sync', 'work', 'files', 'night', 'service'] LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'workstation_' || role);
        BEGIN
            EXECUTE format('CREATE ROLE workstation_%s NOLOGIN NOSUPERUSER NOBYPASSRLS', role);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            RAISE NOTICE 'role workstation_% has just been made', role;
        END;
    END LOOP;
    FOR given, taker IN VALUES ('workstation_app', current_user), ('workstation_sync', current_user),
        ('workstation_work', current_user), ('workstation_files', current_user),
        ('workstation_night', current_user), ('workstation_service', current_user),
        ('workstation_app', 'workstation_sync'), ('workstation_app', 'workstation_work'),
        ('workstation_work', 'workstation_files')
    LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = given::regrole
            AND m.member = quote_ident(taker)::regrole AND m.inherit_option AND m.set_option);
        EXECUTE format('GRANT %I TO %I', given, taker);
    END LOOP;
END $$;
GRANT USAGE ON SCHEMA public TO workstation_app, workstation_night;

-- Functions are for whom they are meant. Above all nobody may hang a trigger function that works
-- with the owner's rights on a table of his own and feed it rows: the change log, the points
-- balance and the audit chain are written by such functions.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC;

-- Workers and nights wait for each other by advisory locks; whoever logs in takes none. Nor does a login
-- leave anything lying: no tables of its own (temporary ones are the nights', which load files into
-- them), no large objects, nothing in the server's log of changes. Where the owner of the database is no
-- superuser this is the server's administrator's to do: it only warns.
DO $$
DECLARE
    named regprocedure;
BEGIN
    FOR named IN SELECT oid FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace AND proname LIKE 'pg\_%advisory%'
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', named);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO workstation_service, workstation_work, '
            'workstation_night', named);
    END LOOP;
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO workstation_night', current_database());
    FOR named IN SELECT oid FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
        AND proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'pg_logical_emit_message')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', named);
    END LOOP;
END $$;
