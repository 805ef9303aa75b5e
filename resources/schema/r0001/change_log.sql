-- Every change of a synced row becomes one line of the change log, numbered on its stream.
-- Statement-level triggers with transition tables keep bulk work set-based. The stream's counter
-- row stays locked until commit, so that numbers are dense and in commit order.

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

-- Gives one table its log function and its three triggers. A row that leaves a stream (deleted,
-- renamed, handed over to another manager) is a deletion there.
CREATE PROCEDURE log_changes_of(logged regclass) LANGUAGE plpgsql AS $procedure$
DECLARE
    columns text[];
    key_of_new text;
    key_of_old text;
    same_key text;
BEGIN
    SELECT array_agg(a.attname ORDER BY a.attnum) INTO columns
    FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = logged AND i.indisprimary;
    SELECT string_agg(format('%L, n.%I', c, c), ', '), string_agg(format('%L, o.%I', c, c), ', '),
           string_agg(format('n.%I = o.%I', c, c), ' AND ')
    INTO key_of_new, key_of_old, same_key FROM unnest(columns) c;

    EXECUTE format($template$
        CREATE FUNCTION %1$I() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                WITH change AS MATERIALIZED (
                    SELECT stream_branch(n.branch_id, n.manager_id) AS branch_id,
                           n.manager_id AS stream, json_build_object(%3$s) AS row_key,
                           row_to_json(n) AS row, 1 AS turn
                    FROM new_rows n
                ) %6$s
            ELSIF TG_OP = 'DELETE' THEN
                WITH change AS MATERIALIZED (
                    SELECT stream_branch(o.branch_id, o.manager_id) AS branch_id,
                           o.manager_id AS stream, json_build_object(%4$s) AS row_key,
                           NULL::json AS row, 0 AS turn
                    FROM old_rows o
                ) %6$s
            ELSE
                WITH change AS MATERIALIZED (
                    SELECT stream_branch(o.branch_id, o.manager_id) AS branch_id,
                           o.manager_id AS stream, json_build_object(%4$s) AS row_key,
                           NULL::json AS row, 0 AS turn
                    FROM old_rows o
                    WHERE NOT EXISTS (SELECT FROM new_rows n
                                      WHERE %5$s AND n.manager_id = o.manager_id)
                    UNION ALL
                    SELECT stream_branch(n.branch_id, n.manager_id), n.manager_id,
                           json_build_object(%3$s), row_to_json(n), 1
                    FROM new_rows n
                ) %6$s
            END IF;
            RETURN NULL;
        END $body$
    $template$,
        'log_' || logged::text, NULL, key_of_new, key_of_old, same_key,
        format($numbers$,
            placed AS MATERIALIZED (
                SELECT c.*, count(*) OVER stream_rows AS total,
                       row_number() OVER (stream_rows ORDER BY turn) AS place
                FROM change c WINDOW stream_rows AS (PARTITION BY branch_id, stream)
            ),
            counted AS (
                INSERT INTO change_counter AS counter (branch_id, stream, last)
                SELECT branch_id, stream, count(*) FROM change GROUP BY 1, 2 ORDER BY 1, 2
                ON CONFLICT (branch_id, stream) DO UPDATE SET last = counter.last + excluded.last
                RETURNING counter.branch_id, counter.stream, counter.last
            )
            INSERT INTO change_log (branch_id, stream, number, table_name, row_key, row)
            SELECT p.branch_id, p.stream, c.last - p.total + p.place, %L, p.row_key, p.row
            FROM placed p JOIN counted c USING (branch_id, stream);
        $numbers$, logged::text));

    EXECUTE format('CREATE TRIGGER log_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION %I()', logged::text, 'log_' || logged::text);
    EXECUTE format('CREATE TRIGGER log_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows '
        'NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION %I()',
        logged::text, 'log_' || logged::text);
    EXECUTE format('CREATE TRIGGER log_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION %I()', logged::text, 'log_' || logged::text);
END $procedure$;

CALL log_changes_of('client');
CALL log_changes_of('account');
CALL log_changes_of('holding');
CALL log_changes_of('points_entry');
CALL log_changes_of('subscription');
CALL log_changes_of('contact');
CALL log_changes_of('instruction');
CALL log_changes_of('mandate');
CALL log_changes_of('trade_order');
CALL log_changes_of('trade_fill');
CALL log_changes_of('task');
CALL log_changes_of('command_answer');
CALL log_changes_of('security_event');
CALL log_changes_of('staff');
