-- A rate exception that was approved ends earlier by another approval, and never later (D4).

ALTER TABLE rate_exception ADD COLUMN revoked_by TEXT DEFAULT '' NOT NULL;
GRANT UPDATE (ends_on, revoked_by) ON rate_exception TO workstation_work;

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

-- Whoever may ask for its end need not be who asked for the exception.
ALTER POLICY approved_only ON rate_exception WITH CHECK (state <> 'approved'
    OR is_approved(branch_id, approval_id, ARRAY['rate_exception'])
    OR revoked_by <> '' AND is_approved(branch_id, revoked_by, ARRAY['rate_exception']));
