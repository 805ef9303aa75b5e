-- The seats of campaigns.

-- They are counted where invitations are written: a hall is never overfull.
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
