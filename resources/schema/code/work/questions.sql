-- Questions to the advisory network: who is shown them, on streams of their own.

-- Head office is where nobody looks after clients; advisers of another branch are not of it.
CREATE FUNCTION is_head_office(of_branch text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM staff s
        WHERE s.branch_id = of_branch AND s.role IN ('manager', 'branch_manager'))
$$;

-- What each adviser may answer now; as models.lives.teams.question.works_at.
CREATE FUNCTION question_seats() RETURNS SETOF question_queue
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.branch_id, q.branch_id, q.question_id, s.staff_id, queue_of(s.staff_id), q.client_id,
           coalesce(c.tier, ''),
           coalesce((SELECT string_agg(p.product, ',' ORDER BY p.product) FROM subscription p
               WHERE p.branch_id = q.branch_id AND p.client_id = q.client_id
                 AND p.product IN ('A', 'B', 'C', 'D', 'E') AND p.state = 'active'), ''),
           q.title, q.body, q.desk, q.state, q.asked_by, q.asked_at, q.due_at, q.overdue_at,
           q.taken_by, q.note, 1
    FROM advisory_question q
    JOIN staff s ON s.role = 'adviser' AND CASE q.desk
        WHEN 'branch' THEN s.branch_id = q.branch_id ELSE is_head_office(s.branch_id) END
    LEFT JOIN client c ON c.branch_id = q.branch_id AND c.client_id = q.client_id
    WHERE q.state IN ('open', 'taken')
$$;

-- Brings the advisers' copies of one question, or ('') of all, up to date; returns how many changed.
CREATE FUNCTION lay_questions(of_branch text, of_question text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone bigint;
    laid bigint;
BEGIN
    WITH due AS MATERIALIZED (
        SELECT s.* FROM question_seats() s
        WHERE of_question = '' OR (s.question_branch = of_branch AND s.question_id = of_question)
    ), over AS (
        DELETE FROM question_queue k
        WHERE (of_question = '' OR (k.question_branch = of_branch AND k.question_id = of_question))
          AND NOT EXISTS (SELECT FROM due d WHERE d.branch_id = k.branch_id
              AND d.question_branch = k.question_branch AND d.question_id = k.question_id
              AND d.adviser = k.adviser)
        RETURNING 1
    ), fresh AS (
        INSERT INTO question_queue AS k SELECT d.* FROM due d ORDER BY d.branch_id, d.adviser
        ON CONFLICT ON CONSTRAINT pk_question_queue DO UPDATE SET client_id = excluded.client_id,
            tier = excluded.tier, products = excluded.products, title = excluded.title,
            body = excluded.body, desk = excluded.desk, state = excluded.state,
            asked_by = excluded.asked_by, asked_at = excluded.asked_at, due_at = excluded.due_at,
            overdue_at = excluded.overdue_at, taken_by = excluded.taken_by, note = excluded.note,
            version = k.version + 1
        WHERE (k.client_id, k.tier, k.products, k.title, k.body, k.desk, k.state, k.asked_by,
               k.asked_at, k.due_at, k.overdue_at, k.taken_by, k.note) IS DISTINCT FROM
              (excluded.client_id, excluded.tier, excluded.products, excluded.title,
               excluded.body, excluded.desk, excluded.state, excluded.asked_by, excluded.asked_at,
               excluded.due_at, excluded.overdue_at, excluded.taken_by, excluded.note)
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM over), (SELECT count(*) FROM fresh) INTO gone, laid;
    RETURN gone + laid;
END $$;

CREATE FUNCTION lay_question() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM lay_questions(NEW.branch_id, NEW.question_id);
    RETURN NULL;
END $$;

CREATE TRIGGER lay_question AFTER INSERT OR UPDATE ON advisory_question
FOR EACH ROW EXECUTE FUNCTION lay_question();

GRANT EXECUTE ON FUNCTION is_head_office TO workstation_app;
GRANT EXECUTE ON FUNCTION lay_questions TO workstation_work;
