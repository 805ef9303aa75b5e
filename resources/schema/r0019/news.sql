-- Research, ratings and risk warnings come by file, as the other facts of securities do; which load
-- brought one stands beside it, for desks have no use for that.

CREATE TABLE loaded_event (
    branch_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    load_id TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_loaded_event PRIMARY KEY (branch_id, event_id)
);
CREATE INDEX by_load_loaded_event ON loaded_event (load_id);
ALTER TABLE loaded_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY night_works ON loaded_event TO workstation_night USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON loaded_event TO workstation_night;
GRANT INSERT ON security_event TO workstation_night;

-- As in r0012, with the news of a load.
CREATE OR REPLACE FUNCTION undo_load(of_kind text, of_load text, by_approval text, now_at text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    done bigint := 0;
    gone bigint;
    part text;
    next_night constant text := greatest(left(now_at, 10), (SELECT
        to_char(max(day)::date + 1, 'YYYY-MM-DD') FROM night_run WHERE branch_id = '*'));
BEGIN
    IF NOT is_approved('*', by_approval, ARRAY['load']) OR NOT EXISTS (SELECT FROM loaded_file f
            WHERE f.branch_id = '*' AND f.kind = of_kind AND f.load_id = of_load
              AND f.approval_id = by_approval AND f.state = 'loaded')
        OR EXISTS (SELECT FROM standing_on_load(of_kind, of_load))
    THEN
        RAISE EXCEPTION 'LOAD_NOT_UNDONE' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO commission_entry (branch_id, entry_id, manager_id, client_id, credited_to, kind, about,
        trade_date, booked_on, amount_cents, evidence, churn, source)
    SELECT o.branch_id, 'undo-' || of_load || '-' || o.entry_id, c.manager_id, o.client_id,
           o.credited_to, CASE o.source WHEN of_load THEN 'reversal' ELSE 'correction' END, o.entry_id,
           o.trade_date, next_night, -l.cents, o.evidence, o.churn, 'undo-' || of_load
    FROM (SELECT branch_id, coalesce(nullif(about, ''), entry_id) AS original, sum(amount_cents) AS cents
          FROM commission_entry WHERE of_kind = 'settlement' AND source = of_load GROUP BY 1, 2) l
    JOIN commission_entry o ON o.branch_id = l.branch_id AND o.entry_id = l.original
    JOIN client c ON c.branch_id = o.branch_id AND c.client_id = o.client_id
    WHERE l.cents <> 0;
    GET DIAGNOSTICS done = ROW_COUNT;
    UPDATE task t SET state = 'done', note = '结算文件已撤销', version = t.version + 1
    WHERE t.kind = 'reconcile' AND t.about = of_load AND t.state = 'open';
    DELETE FROM security_event e USING loaded_event l
    WHERE l.load_id = of_load AND e.branch_id = l.branch_id AND e.event_id = l.event_id;
    FOREACH part IN ARRAY ARRAY['security_close', 'corporate_action', 'ipo_event', 'ipo_ballot',
        'loaded_event']
    LOOP
        EXECUTE format('DELETE FROM %I WHERE load_id = $1', part) USING of_load;
        GET DIAGNOSTICS gone = ROW_COUNT;
        done := done + gone;
    END LOOP;
    UPDATE loaded_file f SET state = 'undone', undone_on = next_night, approval_id = ''
    WHERE f.branch_id = '*' AND f.kind = of_kind AND f.load_id = of_load;
    INSERT INTO audit_entry (branch_id, chain, number, at, author, action, subject, command_id,
        outcome, detail)
    VALUES ('*', '*', 0, now_at, app_person(), 'load.undo', of_load, by_approval, 'applied',
        jsonb_build_object('kind', of_kind, 'rows', done, 'booked_on', next_night)::text);
    RETURN done;
END $$;
