-- Practice firms.

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
