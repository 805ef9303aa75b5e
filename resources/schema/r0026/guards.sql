-- What a person who sends SQL himself, or says odd things in a command, could still do to others.

-- A command is as long as a hub lets it be, its names as long as a key can hold: a name that fits the
-- inbox and not the task that tells of its refusal stopped every worker. When it came and where it stands
-- in the line is central's to say: no column of these is laid in by whoever sends it.
ALTER TABLE inbox ADD CONSTRAINT ck_inbox_size CHECK (length(command_id) BETWEEN 1 AND 200
    AND length(key) <= 200 AND length(desk) <= 200 AND octet_length(envelope) <= 8388608);
REVOKE INSERT ON inbox FROM workstation_app, workstation_work;
GRANT INSERT (branch_id, command_id, manager_id, author, desk, sequence, key, envelope, received_at,
    state) ON inbox TO workstation_app;
CREATE POLICY time_told ON inbox AS RESTRICTIVE FOR INSERT TO workstation_app
    WITH CHECK ((SELECT app_may_act()) OR received_at = '');

-- What stands in a person's rows is about his clients: a row on his own stream about somebody else's
-- client is nobody's.
DO $$
DECLARE
    guarded record;
    his constant text := '(SELECT app_role()) = ''worker'' OR client_id IS NULL OR EXISTS (SELECT '
        'FROM client c WHERE c.branch_id = %1$I.%2$I AND c.client_id = %1$I.client_id '
        'AND c.manager_id = %1$I.manager_id)';
BEGIN
    FOR guarded IN SELECT t.name, t.branch_column FROM tables_of_client() t
        WHERE t.follows AND t.client_column = 'client_id'
          AND has_table_privilege('workstation_files', t.name, 'INSERT') -- a command's rights too
    LOOP
        EXECUTE format('CREATE POLICY of_his_client ON %1$I AS RESTRICTIVE FOR INSERT '
            'TO workstation_work WITH CHECK (' || his || ')', guarded.name, guarded.branch_column);
        IF has_column_privilege('workstation_work', guarded.name, 'client_id', 'UPDATE') THEN
            EXECUTE format('CREATE POLICY stays_his_clients ON %1$I AS RESTRICTIVE FOR UPDATE '
                'TO workstation_work USING (true) WITH CHECK (' || his || ')', guarded.name,
                guarded.branch_column);
        END IF;
    END LOOP;
END $$;

-- Of a client a command changes what it learns of him; whose he is goes by a hand-over, his points by
-- their entries, his figures and rate by nights.
REVOKE UPDATE (branch_id, client_id, manager_id, gender, opened_on, average_assets_cents, rate_units,
    points_milli) ON client FROM workstation_work;

-- An approval is named once in the whole firm: who decides names it without its branch.
CREATE UNIQUE INDEX by_id_approval ON approval (approval_id);

-- A setting is what was approved, word for word, and holds from a day after it was.
CREATE POLICY as_approved ON firm_setting AS RESTRICTIVE FOR INSERT TO workstation_work WITH CHECK (
    EXISTS (SELECT FROM approval a
        WHERE a.branch_id = '*' AND a.approval_id = firm_setting.approval_id
          AND a.decided_by = approved_by AND left(a.decided_at, 10) < effective_from
          AND a.after::jsonb = jsonb_build_object(name, value::jsonb, 'effective_from',
              effective_from)));

-- A capped rate is trading, whether it stands in its table or waits for a second person.
CREATE POLICY no_rates ON approval AS RESTRICTIVE TO workstation_app USING (
    (SELECT app_role()) <> 'call_centre' OR kind <> 'rate_exception');

-- A reason has something to read in it: blanks and marks alone are none, nor is what nobody reads to its
-- end. It stays in the audit trail for good: at any length it would fill the disk.
CREATE FUNCTION is_reason(why text) RETURNS boolean LANGUAGE sql IMMUTABLE
AS $$
    SELECT length(coalesce(why, '')) <= 2000 AND regexp_replace(coalesce(why, ''),
        '[[:space:][:punct:][:cntrl:]\u00a0\u200b-\u200f\u3000\ufeff]', '', 'g') <> ''
$$;

CREATE OR REPLACE FUNCTION ask_unmask(in_branch text, of_client text, of_field text, why text,
    now_at text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT is_reason(why) THEN
        RAISE EXCEPTION 'UNMASK_REASON_MISSING' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (SELECT FROM field_rule r WHERE r.branch_id = '*' AND r.role = app_role()
        AND r.field = of_field AND r.unmask = 'reason')
    THEN
        RAISE EXCEPTION 'UNMASK_NOT_ALLOWED' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN note_unmasking(in_branch, of_client, of_field, why, now_at);
END $$;

-- Who asks about birthdays says why in one transaction and is told in another: what is rolled back is
-- not in the audit trail. He learns who has his birthday soon, not when.
DROP FUNCTION birthdays_within(text, integer, text, text);

-- Writes the question down; returns the number of its entry in the asker's chain.
CREATE FUNCTION ask_birthdays(today text, days integer, why text, now_at text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked bigint;
BEGIN
    IF NOT is_reason(why) THEN
        RAISE EXCEPTION 'UNMASK_REASON_MISSING' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT app_is_person() OR NOT EXISTS (SELECT FROM field_rule r WHERE r.branch_id = '*'
        AND r.role = app_role() AND r.field = 'birthday' AND r.unmask = 'reason')
    THEN
        RAISE EXCEPTION 'UNMASK_NOT_ALLOWED' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO audit_entry (branch_id, chain, number, at, author, action, subject, command_id,
        outcome, detail)
    VALUES (app_branch(), app_person(), 0, now_at, app_person(), 'segment.birthdays',
        today::date::text, '', 'logged', jsonb_build_object('days', days, 'reason', why,
            'transaction', pg_current_xact_id()::text, 'expires_ms', wall_ms() + 300000)::text)
    RETURNING number INTO asked;
    RETURN asked;
END $$;

-- Who has his birthday then, to the person who asked, within five minutes, when his question is committed.
CREATE FUNCTION birthdays_within(asked bigint)
RETURNS TABLE (branch_id text, client_id text, is_within boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    today date;
    told jsonb;
BEGIN
    SELECT a.subject::date, a.detail::jsonb INTO today, told FROM audit_entry a
    WHERE a.branch_id = app_branch() AND a.chain = app_person() AND a.number = asked
      AND a.author = app_person() AND a.action = 'segment.birthdays';
    IF told IS NULL OR told ->> 'transaction' = pg_current_xact_id_if_assigned()::text
        OR (told ->> 'expires_ms')::bigint < wall_ms()
    THEN
        RAISE EXCEPTION 'UNMASK_NOT_LOGGED' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
    WITH told_of AS (
        SELECT c.branch_id, c.client_id, CASE WHEN pg_input_is_valid(c.birthday, 'date')
            AND c.birthday ~ '^\d{4}(-\d\d-\d\d|\d{4})$' THEN c.birthday::date END AS born
        FROM client c
        WHERE c.branch_id = ANY ((SELECT app_branches())::text[])
          AND c.manager_id = ANY ((SELECT app_managers())::text[])
    ), dated AS ( -- 29 February is kept on the 28th
        SELECT t.*, (extract(year FROM today) - extract(year FROM t.born))::int AS years
        FROM told_of t
    )
    SELECT d.branch_id, d.client_id, CASE
            WHEN (d.born + make_interval(years => d.years))::date >= today
                THEN (d.born + make_interval(years => d.years))::date
            ELSE (d.born + make_interval(years => d.years + 1))::date
        END - today <= (told ->> 'days')::int
    FROM dated d;
END $$;
GRANT EXECUTE ON FUNCTION ask_birthdays, birthdays_within TO workstation_app;

-- A copy is closed by the hash of its file: without one it would stay open after the entry that closes it.
CREATE OR REPLACE FUNCTION finish_export(in_branch text, of_export text, of_columns text,
    row_count bigint, of_hash text, of_rows bytea, now_at text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made constant export_copy := open_copy(in_branch, of_export);
BEGIN
    IF coalesce(of_hash, '') !~ '^[0-9a-f]{64}$' THEN
        RAISE EXCEPTION 'EXPORT_NOT_LOGGED' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE export_copy c SET columns = of_columns, rows = row_count, file_hash = of_hash,
        fingerprint = of_rows
    WHERE c.branch_id = in_branch AND c.export_id = of_export;
    INSERT INTO audit_entry (branch_id, chain, number, at, author, action, subject, command_id,
        outcome, detail)
    VALUES (in_branch, made.manager_id, 0, now_at, app_person(), 'export', made.approval_id,
        of_export, 'logged', jsonb_build_object('file', made.name, 'mark', made.mark, 'rows',
            row_count, 'columns', of_columns, 'sha256', of_hash)::text);
END $$;

-- What a login leaves lying: no tables of its own, no large objects, nothing in the server's log of
-- changes. Temporary tables are the nights', which load files into them. Where the owner of the database
-- is no superuser this is the server's administrator's to do: it only warns.
DO $$
DECLARE
    maker regprocedure;
BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO workstation_night', current_database());
    FOR maker IN SELECT oid FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
        AND proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'pg_logical_emit_message')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', maker);
    END LOOP;
END $$;

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

CREATE OR REPLACE FUNCTION open_login(in_branch text, of_staff text, secret text, now_at text)
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

SELECT limit_login(login) FROM staff_login;

-- Whose a row is comes before what is asked of it. A comparison that tells nothing by itself (leakproof)
-- is put before a policy that costs more than it; a subquery beside it then runs, or not, by how the
-- comparison came out for somebody else's row, and in fifty questions a figure is read. So whoever
-- sends SQL himself is asked first, at a cost below that of any comparison; the indexes go by the
-- policies as they were. Hubs and workers, whose statements are ours, are not asked.
CREATE FUNCTION asks_himself() RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT NOT app_may_act() OR current_user = 'workstation_app' $$;

CREATE FUNCTION is_among(word text, words text[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 0.0001
AS $$ BEGIN RETURN word = ANY (words); END $$;
ALTER FUNCTION app_advises COST 0.0001;
GRANT EXECUTE ON FUNCTION asks_himself, is_among TO workstation_app;

DO $$
DECLARE
    guarded record;
    his constant text := 'is_among(branch_id, (SELECT app_branches())) '
        'AND is_among(manager_id, (SELECT app_managers()))';
    here constant text := 'is_among(branch_id, (SELECT ARRAY[app_branch()]))';
    own constant text := ' AND is_among(%s, (SELECT ARRAY[%s()]))';
    streams constant text := 'is_among(branch_id, (SELECT ARRAY[''*'', app_branch()])) '
        'AND is_among(stream, (SELECT array_append(app_streams(), ''*'')))';
BEGIN
    -- What one role alone may, or may not, is one word of the whole statement: it costs nothing.
    FOR guarded IN SELECT p.tablename, p.policyname, s.told FROM pg_policies p JOIN (VALUES
        ('compliance_reads', 'app_role() = ''compliance'' AND app_is_person()'),
        ('branch_manager_reads', 'app_role() = ''branch_manager'' AND app_is_person()'),
        ('head_office_reads', 'app_role() IN (''adviser'', ''compliance'') AND app_is_person()'),
        ('staff_only', 'app_role() NOT IN (''adviser'', ''call_centre'')'),
        ('no_trading', 'app_role() <> ''call_centre'''),
        ('adviser_scope', 'app_role() <> ''adviser'''))
        s (policy, told) ON s.policy = p.policyname
    WHERE p.tablename = 'household' OR p.policyname <> 'adviser_scope' AND p.tablename <> 'approval'
    LOOP
        EXECUTE format('ALTER POLICY %I ON %I USING ((SELECT %s))', guarded.policyname,
            guarded.tablename, guarded.told);
    END LOOP;

    -- The others are said once more, in words that cost next to nothing. Of the restrictive policies
    -- only the first by name is asked as early as that.
    FOR guarded IN
        SELECT r.tablename, concat_ws(' AND ', '(' || r.told || ')',
            CASE WHEN EXISTS (SELECT FROM pg_policies p WHERE p.tablename = r.tablename
                AND p.policyname = 'own_only')
            THEN '((SELECT app_role() NOT IN (''adviser'', ''call_centre'')) '
                'OR is_among(manager_id, (SELECT ARRAY[app_person()])))' END,
            CASE WHEN r.tablename NOT IN ('approval', 'household') AND EXISTS (SELECT
                FROM pg_policies p WHERE p.tablename = r.tablename AND p.policyname = 'adviser_scope')
            THEN '((SELECT app_role() <> ''adviser'') OR app_advises(branch_id, client_id)'
                || CASE r.tablename WHEN 'task' THEN ' OR is_among(manager_id, '
                    '(SELECT ARRAY[app_person()]))' ELSE '' END || ')' END,
            CASE r.tablename
            WHEN 'unmask_grant' THEN '((SELECT app_role() IN (''branch_manager'', ''compliance'')) '
                'OR is_among(person, (SELECT ARRAY[app_person()])))'
            WHEN 'advisory_question' THEN '(SELECT app_role() <> ''call_centre'') '
                'AND ((SELECT app_role() <> ''adviser'') '
                'OR is_among(desk, ''{head_office}'') AND (SELECT is_head_office(app_branch())) '
                'OR NOT is_among(desk, ''{head_office}'') AND ' || here || ')' END) AS told
        FROM (
            SELECT p.tablename, his FROM pg_policies p
            JOIN pg_policies c ON c.tablename = 'client' AND c.policyname = 'person_reads'
                AND c.qual = p.qual
            UNION ALL VALUES
                ('approval_queue', here || format(own, 'manager_id', 'app_queue')),
                ('question_queue', here || format(own, 'manager_id', 'app_queue')),
                ('inbox', here || format(own, 'author', 'app_person')),
                ('campaign', 'is_among(branch_id, (SELECT app_branches()))'),
                ('campaign_effect', 'is_among(branch_id, (SELECT app_branches()))'),
                ('service_call', '(SELECT app_role() = ''compliance'') '
                    'OR (SELECT app_role() = ''call_centre'') AND ' || here),
                ('export_copy', '(SELECT app_role() = ''compliance'') OR '
                    || his || format(own, 'person', 'app_person')),
                ('change_counter', streams),
                ('change_log', streams),
                ('held_command', '(is_among(branch_id, ''{*}'') OR ' || his || ' OR (SELECT app_role() '
                    '= ''branch_manager'')) AND ((SELECT app_role() NOT IN (''adviser'', '
                    '''call_centre'')) OR is_among(maker, (SELECT ARRAY[app_person()])))'),
                ('approval', '(is_among(branch_id, ''{*}'') OR ' || his || ' OR (SELECT app_role() '
                    '= ''branch_manager'') AND is_among(kind, ''{hand_over}'')) AND ((SELECT '
                    'app_role() <> ''adviser'') OR is_among(branch_id, ''{*}'') '
                    'OR app_advises(branch_id, client_id) OR is_among(kind, ''{training}'')) AND '
                    '((SELECT app_role() <> ''call_centre'') OR NOT is_among(kind, '
                    '''{mandate,training,rate_exception}'')) AND (NOT is_among(kind, ''{training}'') '
                    'OR (SELECT app_role() IN (''compliance'', ''worker'')) '
                    'OR is_among(maker, (SELECT ARRAY[app_person()])))')
        ) r (tablename, told)
    LOOP
        EXECUTE format('CREATE POLICY above_all ON %I AS RESTRICTIVE FOR SELECT TO workstation_app '
            'USING ((SELECT NOT asks_himself()) OR %s)', guarded.tablename, guarded.told);
    END LOOP;
END $$;

CREATE OR REPLACE VIEW client_masked WITH (security_barrier = true) AS
SELECT branch_id, client_id, manager_id,
       show_field('name', (SELECT shown_as('name')), name) AS name,
       show_field('mobile', (SELECT shown_as('mobile')), mobile) AS mobile,
       show_field('id_no', (SELECT shown_as('id_no')), id_no) AS id_no,
       show_field('birthday', (SELECT shown_as('birthday')), birthday) AS birthday,
       gender, opened_on, tier, tier_by, average_assets_cents, year_commission_cents, risk_class,
       risk_tested_on, rate_units, points_milli, last_contact_at, version
FROM client
WHERE branch_id = ANY ((SELECT app_branches())::text[])
  AND manager_id = ANY ((SELECT app_managers())::text[])
  AND ((SELECT NOT asks_himself()) OR is_among(branch_id, (SELECT app_branches()))
      AND is_among(manager_id, (SELECT app_managers())))
  AND ((SELECT app_role() <> 'adviser') OR app_advises(branch_id, client_id));
