-- Ledgers: what is posted and frozen stays as it was written.

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

-- Empty, or somebody went around the trigger.
CREATE VIEW points_unequal WITH (security_invoker = true) AS
SELECT c.branch_id, c.client_id, c.manager_id, c.points_milli,
       coalesce(sum(e.points_milli), 0)::bigint AS entries_milli
FROM client c LEFT JOIN points_entry e USING (branch_id, client_id)
GROUP BY c.branch_id, c.client_id, c.manager_id, c.points_milli
HAVING c.points_milli <> coalesce(sum(e.points_milli), 0);
GRANT SELECT ON points_unequal TO workstation_app;

-- Ledgers only grow. A client may be handed over, into another branch too; what was posted stays.
CREATE FUNCTION keep_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        OLD.branch_id := NEW.branch_id;
        OLD.manager_id := NEW.manager_id;
        OLD.version := NEW.version;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

DO $$
DECLARE
    ledger text;
BEGIN
    FOREACH ledger IN ARRAY ARRAY['points_entry', 'product_fee', 'product_fee_row'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I '
            'FOR EACH ROW EXECUTE FUNCTION keep_entry()', ledger);
        EXECUTE format('CREATE TRIGGER not_emptied BEFORE TRUNCATE ON %I '
            'FOR EACH STATEMENT EXECUTE FUNCTION keep_entry()', ledger);
    END LOOP;
END $$;

-- What was frozen stays so, whoever asks.
CREATE FUNCTION keep_as_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is written once', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER written_once BEFORE UPDATE OF amount_cents, year, client_id, frozen_on
ON commission_baseline FOR EACH STATEMENT EXECUTE FUNCTION keep_as_written();

-- One of nothing goes with a client whose import is taken back; no other one ever.
CREATE TRIGGER not_deleted BEFORE DELETE ON commission_baseline
FOR EACH ROW WHEN (OLD.amount_cents <> 0) EXECUTE FUNCTION keep_as_written();

CREATE TRIGGER not_emptied BEFORE TRUNCATE
ON commission_baseline FOR EACH STATEMENT EXECUTE FUNCTION keep_as_written();

-- A rate exception that was approved ends earlier by another approval, and never later (D4).
CREATE FUNCTION keep_exception() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state <> 'approved' OR NEW.ends_on > OLD.ends_on
        OR NEW.revoked_by IN ('', OLD.revoked_by, NEW.approval_id)
        OR NOT is_approved(NEW.branch_id, NEW.revoked_by, ARRAY['rate_exception']) THEN
        RAISE EXCEPTION 'an exception ends earlier by an approval of its own'
        USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER keep_exception BEFORE UPDATE OF ends_on, revoked_by ON rate_exception FOR EACH ROW
WHEN (NEW.ends_on <> OLD.ends_on OR NEW.revoked_by <> OLD.revoked_by)
EXECUTE FUNCTION keep_exception();
