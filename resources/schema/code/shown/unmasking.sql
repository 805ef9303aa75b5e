-- One field of one client in clear: asked for with a reason in one transaction, told in another.

-- A reason has something to read in it: blanks and marks alone are none, nor is what nobody reads to its
-- end. It stays in the audit trail for good: at any length it would fill the disk.
CREATE FUNCTION is_reason(why text) RETURNS boolean LANGUAGE sql IMMUTABLE
AS $$
    SELECT length(coalesce(why, '')) <= 2000 AND regexp_replace(coalesce(why, ''),
        '[[:space:][:punct:][:cntrl:]\u00a0\u200b-\u200f\u3000\ufeff]', '', 'g') <> ''
$$;

-- Stops whoever says no reason, or is of a role that never sees this field in clear.
CREATE FUNCTION require_reason(of_field text, why text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT is_reason(why) THEN
        RAISE EXCEPTION 'UNMASK_REASON_MISSING' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (SELECT FROM field_rule r WHERE r.branch_id = '*' AND r.role = app_role()
        AND r.field = of_field AND r.unmask = 'reason')
    THEN
        RAISE EXCEPTION 'UNMASK_NOT_ALLOWED' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- Writes the reason down and returns the number under which the value may be asked for, once this
-- transaction is committed.
CREATE FUNCTION note_unmasking(in_branch text, of_client text, of_field text, why text, now_at text)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked constant text := gen_random_uuid()::text;
    stream text;
BEGIN
    SELECT c.manager_id INTO stream FROM client_masked c
    WHERE c.branch_id = in_branch AND c.client_id = of_client;
    IF stream IS NULL THEN
        RAISE EXCEPTION 'CLIENT_NOT_FOUND' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO audit_entry (branch_id, chain, number, at, author, action, subject, command_id,
        outcome, detail)
    VALUES (in_branch, stream, 0, now_at, app_person(), 'unmask', of_client, asked, 'logged',
        jsonb_build_object('field', of_field, 'reason', why)::text);
    INSERT INTO unmasking (branch_id, unmasking_id, manager_id, client_id, field, person, reason,
        asked_at, transaction, expires_ms)
    VALUES (in_branch, asked, stream, of_client, of_field, app_person(), why, now_at,
        pg_current_xact_id()::text, wall_ms() + 300000);
    RETURN asked;
END $$;

CREATE FUNCTION ask_unmask(in_branch text, of_client text, of_field text, why text,
    now_at text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM require_reason(of_field, why);
    RETURN note_unmasking(in_branch, of_client, of_field, why, now_at);
END $$;

-- All clients of an approval at once, each with an entry of its own. A grant ends on its day, whatever
-- the asking login says of the day.
CREATE FUNCTION ask_unmask_granted(in_branch text, by_approval text, now_at text)
RETURNS TABLE (client_id text, unmasking_id text)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT g.client_id, note_unmasking(in_branch, g.client_id, g.field, g.approval_id, now_at)
    FROM unmask_grant g
    WHERE g.branch_id = in_branch AND g.approval_id = by_approval AND g.person = app_person()
      AND g.until >= left(app_time(now_at), 10)
    ORDER BY g.client_id
$$;

-- The value, to the person who asked, within five minutes, when the entry in the audit trail is
-- committed.
CREATE FUNCTION reveal(in_branch text, asked text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    look unmasking;
BEGIN
    SELECT u.* INTO look FROM unmasking u
    WHERE u.branch_id = in_branch AND u.unmasking_id = asked AND u.person = app_person();
    IF look.unmasking_id IS NULL OR look.transaction = pg_current_xact_id()::text
        OR look.expires_ms < wall_ms()
    THEN
        RAISE EXCEPTION 'UNMASK_NOT_LOGGED' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN (SELECT CASE look.field WHEN 'name' THEN c.name WHEN 'mobile' THEN c.mobile
                WHEN 'id_no' THEN c.id_no WHEN 'birthday' THEN c.birthday END
            FROM client c
            WHERE c.branch_id = in_branch AND c.client_id = look.client_id
              AND EXISTS (SELECT FROM client_masked m
                  WHERE m.branch_id = c.branch_id AND m.client_id = c.client_id));
END $$;

GRANT EXECUTE ON FUNCTION ask_unmask, ask_unmask_granted, reveal TO workstation_app;
