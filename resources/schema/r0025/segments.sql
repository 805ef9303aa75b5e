-- Rules that pick clients, asked of all whom a person may see. One of their conditions is about a masked
-- field: who asks it says why, in the audit trail, and learns who has his birthday soon, not when.

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
GRANT EXECUTE ON FUNCTION birthdays_within TO workstation_app;
