-- What a former manager asked for about a client may be taken back by whoever looks after him now.

-- Whether the maker of what was asked for handed this client over, so that somebody else has him now.
CREATE FUNCTION is_taken_over(of_branch text, of_client text, maker text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM client c JOIN client_hand_over h
            ON h.branch_id = c.branch_id AND h.client_id = c.client_id
        WHERE c.branch_id = of_branch AND c.client_id = of_client AND c.manager_id = app_person()
          AND h.from_manager = maker AND app_writes() AND of_branch = app_branch())
$$;
GRANT EXECUTE ON FUNCTION is_taken_over TO workstation_app;

CREATE POLICY taker_withdraws ON approval FOR UPDATE TO workstation_work
    USING (state = 'pending' AND is_taken_over(branch_id, client_id, maker))
    WITH CHECK (state = 'withdrawn' AND decided_by = ''
        AND is_taken_over(branch_id, client_id, maker));

ALTER POLICY for_checkers ON held_command USING (
    (SELECT app_role()) IN ('branch_manager', 'compliance', 'worker')
    OR maker = (SELECT app_person()) OR EXISTS (SELECT FROM approval a
        WHERE a.branch_id = held_command.branch_id AND a.approval_id = held_command.approval_id
          AND is_taken_over(a.branch_id, a.client_id, a.maker)));
