-- Every change of a synced row becomes one line of the change log, numbered on its stream.
-- Statement-level triggers with transition tables keep bulk work set-based: numbers come from one
-- count a stream, a row becomes JSON once. The stream's counter row stays locked until commit, so
-- that numbers are dense and in commit order.

-- The firm's own stream is no branch's.
CREATE FUNCTION stream_branch(branch_id text, manager_id text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE manager_id WHEN '*' THEN '*' ELSE branch_id END $$;

CREATE FUNCTION wake_stream() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('workstation_changes', NEW.stream);
    RETURN NULL;
END $$;

CREATE TRIGGER wake AFTER INSERT OR UPDATE OF last ON change_counter
FOR EACH ROW EXECUTE FUNCTION wake_stream();

CREATE FUNCTION wake_workers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('workstation_inbox', '');
    RETURN NULL;
END $$;

CREATE TRIGGER wake AFTER INSERT ON inbox
FOR EACH STATEMENT EXECUTE FUNCTION wake_workers();

-- One numbered line a row of ``rows_of``, in the stream that the row is on.
CREATE FUNCTION log_statement(logged regclass, rows_of text, key_of_row text, row_of_row text)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT format($statement$
        WITH amount AS MATERIALIZED (
            SELECT stream_branch(r.branch_id, r.manager_id) AS branch_id, r.manager_id AS stream,
                   count(*) AS rows
            FROM %2$s r GROUP BY 1, 2
        ), counted AS (
            INSERT INTO change_counter AS counter (branch_id, stream, last)
            SELECT branch_id, stream, rows FROM amount ORDER BY 1, 2
            ON CONFLICT (branch_id, stream) DO UPDATE SET last = counter.last + excluded.last
            RETURNING counter.branch_id, counter.stream, counter.last
        )
        INSERT INTO change_log (branch_id, stream, number, table_name, row_key, row)
        SELECT c.branch_id, c.stream,
               c.last - a.rows + row_number() OVER (PARTITION BY c.branch_id, c.stream),
               %1$L, json_build_object(%3$s), %4$s
        FROM counted c JOIN amount a USING (branch_id, stream)
        JOIN %2$s r ON r.manager_id = c.stream
            AND stream_branch(r.branch_id, r.manager_id) = c.branch_id;
    $statement$, logged::text, rows_of, key_of_row, row_of_row)
$$;

-- Gives one table its log function and its three triggers. A row that leaves a stream (deleted,
-- renamed, handed over to another manager) is a deletion there: found by set difference.
CREATE PROCEDURE log_changes_of(logged regclass) LANGUAGE plpgsql AS $procedure$
DECLARE
    key_of_row text;
    keys text;
BEGIN
    SELECT string_agg(format('%L, r.%I', a.attname, a.attname), ', ' ORDER BY a.attnum),
           string_agg(format('%I', a.attname), ', ' ORDER BY a.attnum)
    INTO key_of_row, keys
    FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = logged AND i.indisprimary;

    EXECUTE format($template$
        CREATE FUNCTION %1$I() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                %2$s
            ELSIF TG_OP = 'INSERT' THEN
                %3$s
            ELSE
                %4$s
                %3$s
            END IF;
            RETURN NULL;
        END $body$
    $template$,
        'log_' || logged::text,
        log_statement(logged, 'old_rows', key_of_row, 'NULL::json'),
        log_statement(logged, 'new_rows', key_of_row, 'row_to_json(r)'),
        log_statement(logged, format('(SELECT %1$s, manager_id FROM old_rows EXCEPT '
            'SELECT %1$s, manager_id FROM new_rows)', keys), key_of_row, 'NULL::json'));

    EXECUTE format('CREATE TRIGGER log_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION %I()', logged::text, 'log_' || logged::text);
    EXECUTE format('CREATE TRIGGER log_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows '
        'NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION %I()',
        logged::text, 'log_' || logged::text);
    EXECUTE format('CREATE TRIGGER log_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION %I()', logged::text, 'log_' || logged::text);
END $procedure$;

DO $$
DECLARE
    logged regclass;
BEGIN
    FOR logged IN -- what travels to desks has a version
        SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
          AND a.attname = 'version' AND NOT a.attisdropped
    LOOP
        CALL log_changes_of(logged);
    END LOOP;
END $$;
