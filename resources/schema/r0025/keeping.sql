-- What is kept whatever program writes: the audit trail, the ledger of points, baselines, who looked
-- after whom, seats, times, and what never leaves a practice firm.

-- The audit trail: append-only, each entry sealed with the hash of the one before it.

CREATE FUNCTION audit_seal(entry audit_entry) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
        entry.previous_hash, entry.branch_id, entry.chain, entry.number, entry.at, entry.author,
        entry.action, entry.subject, entry.command_id, entry.outcome, entry.detail
    )::text, 'UTF8')), 'hex')
$$;

CREATE FUNCTION chain_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.at := app_time(NEW.at);
    INSERT INTO audit_head AS head (branch_id, chain, number) VALUES (NEW.branch_id, NEW.chain, 1)
    ON CONFLICT (branch_id, chain) DO UPDATE SET number = head.number + 1
    RETURNING head.number, head.hash INTO NEW.number, NEW.previous_hash;
    NEW.hash := audit_seal(NEW);
    UPDATE audit_head SET hash = NEW.hash
    WHERE branch_id = NEW.branch_id AND chain = NEW.chain;
    RETURN NEW;
END $$;

CREATE TRIGGER chain BEFORE INSERT ON audit_entry
FOR EACH ROW EXECUTE FUNCTION chain_audit();

CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_entry is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();

-- When something was asked for, begun or taken: what a service tells, of a person the server's own time.
CREATE FUNCTION keep_time() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'unmasking' THEN
        NEW.asked_at := app_time(NEW.asked_at);
    ELSIF TG_OP = 'INSERT' THEN
        NEW.begun_at := app_time(NEW.begun_at);
    ELSE
        NEW.taken_at := app_time(NEW.taken_at);
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER keep_time BEFORE INSERT ON unmasking FOR EACH ROW EXECUTE FUNCTION keep_time();

CREATE TRIGGER keep_time BEFORE INSERT OR UPDATE OF taken_at ON export_copy
FOR EACH ROW EXECUTE FUNCTION keep_time();

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

-- Ledgers only grow. A client may be handed over to another manager; what was posted stays.
CREATE FUNCTION keep_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
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

-- Empty, or somebody went around the trigger.
CREATE VIEW points_unequal WITH (security_invoker = true) AS
SELECT c.branch_id, c.client_id, c.manager_id, c.points_milli,
       coalesce(sum(e.points_milli), 0)::bigint AS entries_milli
FROM client c LEFT JOIN points_entry e USING (branch_id, client_id)
GROUP BY c.branch_id, c.client_id, c.manager_id, c.points_milli
HAVING c.points_milli <> coalesce(sum(e.points_milli), 0);
GRANT SELECT ON points_unequal TO workstation_app;

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

-- A new client has his manager from the day he opened his account.
CREATE FUNCTION give_first_manager() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO client_manager (branch_id, client_id, from_on, manager_id)
    SELECT branch_id, client_id, opened_on, manager_id FROM new_rows ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER give_first_manager AFTER INSERT ON client REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION give_first_manager();

-- Seats are counted where invitations are written: a hall is never overfull.
CREATE FUNCTION has_seat(state text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT state NOT IN ('declined', 'withdrawn') $$;

CREATE FUNCTION count_seats() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    freed constant bigint := CASE WHEN TG_OP = 'UPDATE' AND has_seat(OLD.state) THEN 1 ELSE 0 END;
    taken constant bigint := CASE WHEN has_seat(NEW.state) THEN 1 ELSE 0 END;
BEGIN
    IF TG_OP = 'UPDATE' AND freed = taken THEN
        RETURN NULL;
    END IF;
    UPDATE campaign c SET seats_taken = c.seats_taken + taken - freed,
        state = CASE c.state WHEN 'approved' THEN 'inviting' ELSE c.state END
    WHERE c.branch_id = NEW.branch_id AND c.campaign_id = NEW.campaign_id
      AND (TG_OP = 'UPDATE' OR c.state IN ('approved', 'inviting'));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nobody is invited to a campaign in this state'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER count_seats AFTER INSERT OR UPDATE OF state ON campaign_invitation
FOR EACH ROW EXECUTE FUNCTION count_seats();

-- A firm with people in it never becomes a practice firm, nor a practice firm another one.
CREATE FUNCTION begin_practice() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.run_id <> '' OR EXISTS (SELECT FROM staff) OR EXISTS (SELECT FROM client) THEN
        RAISE EXCEPTION 'PRACTICE_NOT_EMPTY' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER begin_practice BEFORE UPDATE OF run_id, trainee, began_at, scenario
ON central_identity FOR EACH ROW EXECUTE FUNCTION begin_practice();

-- Nothing leaves it: no copy of an export is begun, whatever was approved.
CREATE FUNCTION keep_inside() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF app_practice() <> '' THEN
        RAISE EXCEPTION 'PRACTICE_FIRM' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER keep_inside BEFORE INSERT ON export_copy
FOR EACH ROW EXECUTE FUNCTION keep_inside();
