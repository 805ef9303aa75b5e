-- A rule that picks clients may ask of a masked field. Who asks about birthdays says why in one
-- transaction and is told in another: what is rolled back is not in the audit trail. He learns who has his
-- birthday soon, not when.

-- Writes the question down; returns the number of its entry in the asker's chain.
CREATE FUNCTION ask_birthdays(today text, days integer, why text, now_at text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked bigint;
BEGIN
    PERFORM require_reason('birthday', why);
    IF NOT app_is_person() THEN
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
