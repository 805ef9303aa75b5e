-- Life cycles: a row's state changes by its steps, whatever program writes.

CREATE FUNCTION keep_steps() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    earlier constant text := CASE TG_OP WHEN 'INSERT' THEN '' ELSE OLD.state END;
BEGIN
    IF earlier <> NEW.state AND NOT EXISTS (SELECT FROM life_step s
        WHERE s.branch_id = '*' AND s.life = TG_TABLE_NAME
          AND s.before = earlier AND s.after = NEW.state)
    THEN
        RAISE EXCEPTION '% may not step from "%" to "%"', TG_TABLE_NAME, earlier, NEW.state
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

DO $$
DECLARE
    living text;
BEGIN
    FOR living IN SELECT DISTINCT life FROM life_step LOOP
        EXECUTE format('CREATE TRIGGER keep_steps BEFORE INSERT OR UPDATE OF state ON %I '
            'FOR EACH ROW EXECUTE FUNCTION keep_steps()', living);
    END LOOP;
END $$;
