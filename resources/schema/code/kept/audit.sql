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
