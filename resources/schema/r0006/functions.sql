-- Functions are for whom they are meant. Above all nobody may hang a trigger function that works
-- with the owner's rights on a table of his own and feed it rows: the change log, the points
-- balance and the audit chain are written by such functions.

REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC;

-- What policies and masked views ask, and the logged way to a value in clear.
GRANT EXECUTE ON FUNCTION app_may_act, app_login, app_role, app_person, app_branch,
    app_is_person, app_writes,
    app_branches, app_managers, app_streams, app_advises, is_visible, is_approved,
    hide_middle, mask_field, shown_as, show_field,
    ask_unmask, ask_unmask_granted, reveal TO workstation_app;
GRANT EXECUTE ON FUNCTION mark_streams, give_up_changes, drop_changes, drop_answered
    TO workstation_work;
GRANT EXECUTE ON FUNCTION in_yuan, as_price, as_shares, as_move, tier_rank, tier_of
    TO workstation_night;

-- It answers for advisers only: nobody else learns by it what other managers' clients hold.
CREATE OR REPLACE FUNCTION app_advises(of_branch text, of_client text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT app_role() = 'adviser' AND EXISTS (SELECT FROM subscription s
        WHERE s.branch_id = of_branch AND s.client_id = of_client
        AND s.product IN ('A', 'B', 'C', 'D', 'E') AND s.state = 'active')
$$;
