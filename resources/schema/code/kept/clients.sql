-- Who looks after a client from when, and where he is of rows that stay in a branch.

-- A new client has his manager from the day he opened his account.
CREATE FUNCTION give_first_manager() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO client_manager (branch_id, client_branch, client_id, from_on, manager_id)
    SELECT branch_id, branch_id, client_id, opened_on, manager_id FROM new_rows
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER give_first_manager AFTER INSERT ON client REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION give_first_manager();

-- Where the client is of rows that stay in their own branch; without a word, where they are written.
CREATE FUNCTION name_client_branch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.client_branch := NEW.branch_id;
    RETURN NEW;
END $$;

DO $$
DECLARE
    staying text;
BEGIN
    FOREACH staying IN ARRAY ARRAY['campaign_invitation', 'client_hand_over', 'client_manager',
        'unmask_grant', 'unmasking']
    LOOP
        EXECUTE format('CREATE TRIGGER name_client_branch BEFORE INSERT ON %I FOR EACH ROW '
            'WHEN (NEW.client_branch = '''') EXECUTE FUNCTION name_client_branch()', staying);
    END LOOP;
END $$;
