-- What a login of a person's own can put beside our functions changes nothing of what they say: tables
-- and types of its session (found first by name, unless a function says where it looks), a time of its
-- own, a lock that everybody waits for, a command that names somebody else.

-- Of the functions that read a table or name a type these had not said where they look. The others may
-- stay without: no function is found among a session's own, and pinned they could not be inlined.
ALTER FUNCTION shown_as(text) SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION app_streams() SET search_path = pg_catalog, public, pg_temp;

-- The time that a hub or worker tells; of anybody else the server's own.
CREATE FUNCTION app_time(told text) RETURNS text LANGUAGE sql VOLATILE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN app_may_act() THEN told ELSE to_char(
        clock_timestamp() AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24:MI:SS.MS"+08:00"') END
$$;
REVOKE EXECUTE ON FUNCTION app_time FROM PUBLIC;

CREATE OR REPLACE FUNCTION chain_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.at := app_time(NEW.at);
    INSERT INTO audit_head AS head (branch_id, chain, number) VALUES (NEW.branch_id, NEW.chain, 1)
    ON CONFLICT (branch_id, chain) DO UPDATE SET number = head.number + 1
    RETURNING head.number, head.hash INTO NEW.number, NEW.previous_hash;
    NEW.hash := audit_seal(NEW);
    UPDATE audit_head SET hash = NEW.hash
    WHERE branch_id = NEW.branch_id AND chain = NEW.chain;
    RETURN NEW;
END $$;

CREATE FUNCTION keep_time() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'unmasking' THEN
        NEW.asked_at := app_time(NEW.asked_at);
    ELSIF TG_OP = 'INSERT' THEN
        NEW.begun_at := app_time(NEW.begun_at);
    ELSE
        NEW.taken_at := app_time(NEW.taken_at);
    END IF;
    RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION keep_time FROM PUBLIC;
CREATE TRIGGER keep_time BEFORE INSERT ON unmasking FOR EACH ROW EXECUTE FUNCTION keep_time();
CREATE TRIGGER keep_time BEFORE INSERT OR UPDATE OF taken_at ON export_copy
FOR EACH ROW EXECUTE FUNCTION keep_time();

-- A grant ends on its day, whatever the asking login says of the day.
CREATE OR REPLACE FUNCTION ask_unmask_granted(in_branch text, by_approval text, now_at text)
RETURNS TABLE (client_id text, unmasking_id text)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT g.client_id, note_unmasking(in_branch, g.client_id, g.field, g.approval_id, now_at)
    FROM unmask_grant g
    WHERE g.branch_id = in_branch AND g.approval_id = by_approval AND g.person = app_person()
      AND g.until >= left(app_time(now_at), 10)
    ORDER BY g.client_id
$$;

CREATE OR REPLACE FUNCTION begin_export(in_branch text, by_approval text, file_name text, now_at text)
RETURNS TABLE (export_id text, mark text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given export_grant;
    made export_copy;
BEGIN
    SELECT g.* INTO given FROM export_grant g
    WHERE g.branch_id = in_branch AND g.approval_id = by_approval AND g.person = app_person()
      AND is_visible(g.branch_id, g.manager_id);
    IF given.approval_id IS NULL OR NOT is_approved(in_branch, by_approval, ARRAY['export']) THEN
        RAISE EXCEPTION 'EXPORT_NOT_APPROVED' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF given.until < left(app_time(now_at), 10) THEN
        RAISE EXCEPTION 'EXPORT_OVER' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO export_copy (branch_id, export_id, manager_id, approval_id, person, mark, name,
        begun_at, transaction, expires_ms)
    VALUES (in_branch, gen_random_uuid()::text, given.manager_id, by_approval, app_person(),
        upper(left(replace(gen_random_uuid()::text, '-', ''), 16)), file_name, now_at,
        pg_current_xact_id()::text, wall_ms() + 3600000)
    RETURNING * INTO made;
    INSERT INTO audit_entry (branch_id, chain, number, at, author, action, subject, command_id,
        outcome, detail)
    VALUES (in_branch, given.manager_id, 0, now_at, app_person(), 'export.begin', by_approval,
        made.export_id, 'logged', jsonb_build_object('content', given.content, 'clear', given.clear,
            'clients', given.clients, 'tiers', given.tiers, 'until', given.until, 'file', file_name,
            'mark', made.mark)::text);
    RETURN QUERY SELECT made.export_id, made.mark;
END $$;

-- A reason has something to read in it: blanks and marks alone are none.
CREATE OR REPLACE FUNCTION ask_unmask(in_branch text, of_client text, of_field text, why text,
    now_at text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF regexp_replace(coalesce(why, ''), '[[:space:][:punct:][:cntrl:]\u00a0\u200b-\u200f\u3000\ufeff]',
        '', 'g') = ''
    THEN
        RAISE EXCEPTION 'UNMASK_REASON_MISSING' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (SELECT FROM field_rule r WHERE r.branch_id = '*' AND r.role = app_role()
        AND r.field = of_field AND r.unmask = 'reason')
    THEN
        RAISE EXCEPTION 'UNMASK_NOT_ALLOWED' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN note_unmasking(in_branch, of_client, of_field, why, now_at);
END $$;

-- A command is laid in as one that nobody has tried yet, on a stream of a person: the board of a branch
-- and a queue of approvals only come down.
ALTER POLICY author_adds ON inbox WITH CHECK (
    (SELECT app_is_person()) AND branch_id = (SELECT app_branch())
    AND author = (SELECT app_person()) AND manager_id = ANY ((SELECT app_streams())::text[])
    AND manager_id NOT IN ((SELECT app_queue()), (SELECT app_board()))
    AND state = 'waiting' AND attempts = 0 AND trouble = '');

-- Workers and nights wait for each other by advisory locks; whoever logs in takes none. Where the owner
-- of the database is no superuser this is the server's administrator's to do: it only warns.
DO $$
DECLARE
    lock regprocedure;
BEGIN
    FOR lock IN SELECT oid FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace AND proname LIKE 'pg\_%advisory%'
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', lock);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO workstation_service, workstation_work, '
            'workstation_night', lock);
    END LOOP;
END $$;
