-- Whether a second person has said yes, to whom it was said, and for what it is good.

-- Whether this person, or somebody of a branch that the client has left, has handed him over.
CREATE FUNCTION has_handed_over(person text, of_branch text, of_client text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM client_hand_over h
        WHERE h.client_branch = of_branch AND h.client_id = of_client
          AND (h.from_manager = person OR h.from_branch <> of_branch AND EXISTS (SELECT FROM staff s
              WHERE s.branch_id = h.from_branch AND s.staff_id = person)))
$$;

-- Whether somebody else has approved what this person asked for. What was asked for by somebody who
-- sees the client no more is carried out by whoever looks after him now; neither of the two decided.
CREATE FUNCTION is_approved(of_branch text, asked text, of_kinds text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM approval a
        WHERE a.branch_id = of_branch AND a.approval_id = asked AND a.kind = ANY (of_kinds)
          AND a.state = 'approved' AND a.decided_by NOT IN (a.maker, app_person())
          AND (a.maker = app_person() OR a.manager_id = app_person()
              AND has_handed_over(a.maker, a.branch_id, a.client_id)))
$$;

-- What was asked for, word for word, when it may be carried out now; NULL = nothing was approved.
CREATE FUNCTION what_was_approved(of_branch text, asked text, of_kind text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT a.after::jsonb FROM approval a
    WHERE a.branch_id = of_branch AND a.approval_id = asked
      AND is_approved(of_branch, asked, ARRAY[of_kind])
$$;

-- Whether this person looks after the client now, whom the maker of what was asked for sees no more.
CREATE FUNCTION is_taken_over(of_branch text, of_client text, maker text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT app_writes() AND of_branch = app_branch() AND EXISTS (SELECT FROM client c
            WHERE c.branch_id = of_branch AND c.client_id = of_client
              AND c.manager_id = app_person())
        AND has_handed_over(maker, of_branch, of_client)
$$;

-- Whether this transaction carries out an import, or its undoing, that somebody else has approved:
-- an approval is good for the one step that its import waits for.
CREATE FUNCTION is_import_approved() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT is_approved(app_branch(), current_setting('app.approval', true), ARRAY['import'])
        AND EXISTS (SELECT FROM import_batch b WHERE b.branch_id = app_branch()
            AND b.approval_id = current_setting('app.approval', true))
$$;

-- An undoing that came to nothing is forgotten: its import waits for no approval any more. Only one
-- that was let in before, by its approval, may go on as that.
CREATE FUNCTION was_let_in(in_branch text, of_import text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM import_batch b
        WHERE b.branch_id = in_branch AND b.import_id = of_import AND b.state = 'applied')
$$;

GRANT EXECUTE ON FUNCTION is_approved, is_taken_over TO workstation_app;
GRANT EXECUTE ON FUNCTION is_import_approved, was_let_in TO workstation_files;
