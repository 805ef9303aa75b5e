-- The points ledger: entries are only added, and the balance is their sum by construction.

CREATE FUNCTION keep_balance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE client c SET points_milli = c.points_milli + posted.milli, version = c.version + 1
    FROM (SELECT branch_id, client_id, sum(points_milli)::bigint AS milli
          FROM new_entries GROUP BY 1, 2) posted
    WHERE c.branch_id = posted.branch_id AND c.client_id = posted.client_id AND posted.milli <> 0;
    RETURN NULL;
END $$;

CREATE TRIGGER keep_balance AFTER INSERT ON points_entry REFERENCING NEW TABLE AS new_entries
FOR EACH STATEMENT EXECUTE FUNCTION keep_balance();

-- A client may be handed over to another manager; what was posted stays.
CREATE FUNCTION keep_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        OLD.manager_id := NEW.manager_id;
        OLD.version := NEW.version;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'points_entry is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON points_entry
FOR EACH ROW EXECUTE FUNCTION keep_entry();
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON points_entry
FOR EACH STATEMENT EXECUTE FUNCTION keep_entry();

-- Empty, or somebody went around the trigger.
CREATE VIEW points_unequal WITH (security_invoker = true) AS
SELECT c.branch_id, c.client_id, c.manager_id, c.points_milli,
       coalesce(sum(e.points_milli), 0)::bigint AS entries_milli
FROM client c LEFT JOIN points_entry e USING (branch_id, client_id)
GROUP BY c.branch_id, c.client_id, c.manager_id, c.points_milli
HAVING c.points_milli <> coalesce(sum(e.points_milli), 0);
GRANT SELECT ON points_unequal TO workstation_app;
