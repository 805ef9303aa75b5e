-- Personal data: masked for everybody, in clear only after the reason stands in the audit trail.
-- workstation_app cannot read personal columns at all; workstation_sync (the hub on behalf of a
-- desk that keeps its own clients, under the same row policies) can.

INSERT INTO field_rule (branch_id, role, field, shown, unmask) VALUES
    ('*', 'manager', 'name', 'clear', 'never'),
    ('*', 'manager', 'mobile', 'masked', 'reason'),
    ('*', 'manager', 'id_no', 'masked', 'reason'),
    ('*', 'manager', 'birthday', 'masked', 'reason'),
    ('*', 'branch_manager', 'name', 'clear', 'never'),
    ('*', 'branch_manager', 'mobile', 'masked', 'reason'),
    ('*', 'branch_manager', 'id_no', 'masked', 'reason'),
    ('*', 'branch_manager', 'birthday', 'masked', 'reason'),
    ('*', 'adviser', 'name', 'clear', 'never'),
    ('*', 'adviser', 'mobile', 'masked', 'reason'),
    ('*', 'adviser', 'id_no', 'hidden', 'never'),
    ('*', 'adviser', 'birthday', 'hidden', 'never'),
    ('*', 'call_centre', 'name', 'clear', 'never'),
    ('*', 'call_centre', 'mobile', 'masked', 'reason'),
    ('*', 'call_centre', 'id_no', 'masked', 'reason'),
    ('*', 'call_centre', 'birthday', 'masked', 'never'),
    ('*', 'compliance', 'name', 'masked', 'reason'),
    ('*', 'compliance', 'mobile', 'masked', 'reason'),
    ('*', 'compliance', 'id_no', 'masked', 'reason'),
    ('*', 'compliance', 'birthday', 'masked', 'reason');

-- As models.rules.messages.mask; what is too short to hide a part of is hidden whole.
CREATE FUNCTION hide_middle(value text, first int, last int) RETURNS text LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE WHEN length(value) <= first + last THEN repeat('*', length(value))
        ELSE left(value, first) || repeat('*', length(value) - first - last) || right(value, last)
    END
$$;

CREATE FUNCTION mask_field(field text, value text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE field
        WHEN 'name' THEN hide_middle(value, 1, 0)
        WHEN 'mobile' THEN hide_middle(value, 3, 4)
        WHEN 'id_no' THEN hide_middle(value, 6, 4)
        WHEN 'birthday' THEN left(value, 4) || regexp_replace(substr(value, 5), '[^-]', '*', 'g')
        ELSE repeat('*', length(value)) END
$$;

CREATE FUNCTION shown_as(of_field text) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce((SELECT shown FROM field_rule
        WHERE branch_id = '*' AND role = app_role() AND field = of_field), 'hidden')
$$;

CREATE FUNCTION show_field(field text, shown text, value text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE shown WHEN 'clear' THEN value WHEN 'masked' THEN mask_field(field, value)
        ELSE '' END
$$;

CREATE VIEW client_masked WITH (security_barrier = true) AS
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
  AND ((SELECT app_role()) <> 'adviser' OR app_advises(branch_id, client_id));

CREATE FUNCTION wall_ms() RETURNS bigint LANGUAGE sql VOLATILE
AS $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint $$;

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

-- A reason has something to read in it: blanks and marks alone are none.
CREATE FUNCTION ask_unmask(in_branch text, of_client text, of_field text, why text,
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

-- A rule that picks clients may ask of a masked field: who asks it says why, in the audit trail, and
-- learns who has his birthday soon, not when.
CREATE FUNCTION birthdays_within(today text, days integer, why text, now_at text)
RETURNS TABLE (branch_id text, client_id text, is_within boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF trim(why) = '' THEN
        RAISE EXCEPTION 'UNMASK_REASON_MISSING' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT app_is_person() OR NOT EXISTS (SELECT FROM field_rule r WHERE r.branch_id = '*'
        AND r.role = app_role() AND r.field = 'birthday' AND r.unmask = 'reason')
    THEN
        RAISE EXCEPTION 'UNMASK_NOT_ALLOWED' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO audit_entry (branch_id, chain, number, at, author, action, subject, command_id,
        outcome, detail)
    VALUES (app_branch(), app_person(), 0, now_at, app_person(), 'segment.birthdays', today, '',
        'logged', jsonb_build_object('days', days, 'reason', why)::text);
    RETURN QUERY
    WITH told AS (
        SELECT c.branch_id, c.client_id, today::date AS day, CASE WHEN pg_input_is_valid(c.birthday,
            'date') AND c.birthday ~ '^\d{4}(-\d\d-\d\d|\d{4})$' THEN c.birthday::date END AS born
        FROM client c
        WHERE c.branch_id = ANY ((SELECT app_branches())::text[])
          AND c.manager_id = ANY ((SELECT app_managers())::text[])
    ), dated AS ( -- 29 February is kept on the 28th
        SELECT t.*, (extract(year FROM t.day) - extract(year FROM t.born))::int AS years FROM told t
    )
    SELECT d.branch_id, d.client_id, CASE
            WHEN (d.born + make_interval(years => d.years))::date >= d.day
                THEN (d.born + make_interval(years => d.years))::date
            ELSE (d.born + make_interval(years => d.years + 1))::date
        END - d.day <= days
    FROM dated d;
END $$;

GRANT SELECT ON client_masked TO workstation_app;
GRANT EXECUTE ON FUNCTION hide_middle, mask_field, shown_as, show_field, ask_unmask,
    ask_unmask_granted, reveal, birthdays_within TO workstation_app;
