-- Who sees and writes fees and capped rates. A fee is the night's; what a command adds to the ledger is
-- a correction that was approved, and an exception holds from its approval on.

DO $$
DECLARE
    guarded text;
    visible constant text := 'branch_id = ANY ((SELECT app_branches())::text[]) '
        'AND manager_id = ANY ((SELECT app_managers())::text[])';
BEGIN
    FOREACH guarded IN ARRAY ARRAY['product_fee', 'product_fee_row', 'rate_exception'] LOOP
        EXECUTE format('CREATE INDEX %I ON %I (branch_id, manager_id)', 'by_stream_' || guarded, guarded);
        EXECUTE format('CREATE INDEX %I ON %I (branch_id, client_id)', 'by_client_' || guarded, guarded);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
        EXECUTE format('CREATE POLICY person_reads ON %I FOR SELECT TO workstation_app USING (%s)',
            guarded, visible);
        EXECUTE format('CREATE POLICY adviser_scope ON %I AS RESTRICTIVE TO workstation_app '
            'USING ((SELECT app_role()) <> ''adviser'' OR app_advises(branch_id, client_id))', guarded);
        EXECUTE format('CREATE POLICY no_trading ON %I AS RESTRICTIVE TO workstation_app '
            'USING ((SELECT app_role()) <> ''call_centre'')', guarded);
        EXECUTE format('CREATE POLICY night_works ON %I TO workstation_night '
            'USING (true) WITH CHECK (true)', guarded);
        EXECUTE format('GRANT SELECT ON %I TO workstation_app, workstation_night', guarded);
        EXECUTE format('CALL log_changes_of(%L)', guarded);
    END LOOP;
    FOREACH guarded IN ARRAY ARRAY['product_fee', 'rate_exception'] LOOP
        EXECUTE format('CREATE POLICY person_adds ON %I FOR INSERT TO workstation_work '
            'WITH CHECK ((SELECT app_writes()) AND %s)', guarded, visible);
        EXECUTE format('GRANT INSERT ON %I TO workstation_work', guarded);
    END LOOP;
END $$;
GRANT INSERT ON product_fee, product_fee_row TO workstation_night;
CREATE POLICY approved_only ON product_fee AS RESTRICTIVE FOR INSERT TO workstation_work WITH CHECK (
    kind IN ('correction', 'reversal') AND about <> ''
    AND is_approved(branch_id, approval_id, ARRAY['product']));
CREATE UNIQUE INDEX by_approval_product_fee ON product_fee (branch_id, approval_id)
WHERE approval_id <> '';
CREATE INDEX by_about_product_fee ON product_fee (branch_id, about) WHERE about <> '';

CREATE POLICY person_changes ON rate_exception FOR UPDATE TO workstation_work
    USING ((SELECT app_writes()) AND is_visible(branch_id, manager_id));
CREATE POLICY approved_only ON rate_exception AS RESTRICTIVE FOR UPDATE TO workstation_work
    USING (true) WITH CHECK (state <> 'approved'
        OR is_approved(branch_id, approval_id, ARRAY['rate_exception']));
GRANT UPDATE (state, starts_on, note, version) ON rate_exception TO workstation_work;
GRANT UPDATE (state, version) ON rate_exception TO workstation_night;
CREATE UNIQUE INDEX by_approval_rate_exception ON rate_exception (branch_id, approval_id)
WHERE approval_id <> '';

-- One exception of a product at a time.
CREATE UNIQUE INDEX by_product_rate_exception ON rate_exception (branch_id, client_id, product)
WHERE state IN ('submitted', 'approved');

-- A ledger's entry stays as it was posted; a client may be handed over.
CREATE FUNCTION keep_fee() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON product_fee
FOR EACH ROW EXECUTE FUNCTION keep_fee();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON product_fee_row
FOR EACH ROW EXECUTE FUNCTION keep_fee();
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON product_fee
FOR EACH STATEMENT EXECUTE FUNCTION keep_fee();
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON product_fee_row
FOR EACH STATEMENT EXECUTE FUNCTION keep_fee();

INSERT INTO life_step (branch_id, life, before, after) VALUES
    ('*', 'rate_exception', '', 'submitted'),
    ('*', 'rate_exception', 'submitted', 'approved'),
    ('*', 'rate_exception', 'submitted', 'refused'),
    ('*', 'rate_exception', 'submitted', 'withdrawn'),
    ('*', 'rate_exception', 'approved', 'ended');
CREATE TRIGGER keep_steps BEFORE INSERT OR UPDATE OF state ON rate_exception
FOR EACH ROW EXECUTE FUNCTION keep_steps();
