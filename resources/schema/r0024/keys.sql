-- Every column that names a row has its key, old ones and new: nothing of a client is left behind, and
-- nothing stands on what is not there. What is named is not deleted (RESTRICT: the other way a deleted
-- row is looked for once more in each of some forty tables, which took half of the time that an import
-- of many clients took to be taken back). A client may change his branch, which leads all these keys:
-- they wait for the end of the transaction where it says so, and only there.

-- What was written without them: a refused command's task named whatever the command was about, and a
-- frozen baseline of nothing stayed when its client's import was taken back.
UPDATE task t SET client_id = NULL, version = t.version + 1
WHERE t.client_id IS NOT NULL AND NOT EXISTS (SELECT FROM client c
    WHERE c.branch_id = t.branch_id AND c.client_id = t.client_id);
DELETE FROM commission_baseline b WHERE b.amount_cents = 0 AND NOT EXISTS (SELECT FROM client c
    WHERE c.branch_id = b.branch_id AND c.client_id = b.client_id);

DO $$
DECLARE
    old record;
    referring text;
    referred text;
    from_columns text;
    to_columns text;
    own text;
    its_index text;
BEGIN
    FOR old IN
        SELECT conrelid::regclass AS on_table, conname AS name, pg_get_constraintdef(oid) AS key
        FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I %s '
            'ON DELETE RESTRICT DEFERRABLE', old.on_table, old.name, old.name, old.key);
    END LOOP;

    -- What referred to a client, or to another row, without a key.
    FOR referring, own, referred, to_columns IN VALUES
        ('agenda_mark', 'client_id', 'client', 'client_id'),
        ('approval', 'client_id', 'client', 'client_id'),
        ('asset_day', 'client_id', 'client', 'client_id'),
        ('client_hand_over', 'client_id', 'client', 'client_id'),
        ('client_manager', 'client_id', 'client', 'client_id'),
        ('client_tier', 'client_id', 'client', 'client_id'),
        ('commission_baseline', 'client_id', 'client', 'client_id'),
        ('commission_entry', 'client_id', 'client', 'client_id'),
        ('commission_increment', 'client_id', 'client', 'client_id'),
        ('ipo_ballot', 'client_id', 'client', 'client_id'),
        ('night_figure', 'client_id', 'client', 'client_id'),
        ('task', 'client_id', 'client', 'client_id'),
        ('tier_rating', 'client_id', 'client', 'client_id'),
        ('tier_review', 'client_id', 'client', 'client_id'),
        ('unmask_grant', 'client_id', 'client', 'client_id'),
        ('unmasking', 'client_id', 'client', 'client_id'),
        ('client', 'manager_id', 'staff', 'staff_id'),
        ('holding', 'account', 'account', 'account'),
        ('instruction', 'account', 'account', 'account'),
        ('trade_order', 'account', 'account', 'account'),
        ('trade_fill', 'client_order_id', 'trade_order', 'client_order_id'),
        ('order_step', 'client_order_id', 'trade_order', 'client_order_id'),
        ('contact_revision', 'contact_id', 'contact', 'contact_id'),
        ('household_member', 'household_id', 'household', 'household_id'),
        ('held_command', 'approval_id', 'approval', 'approval_id'),
        ('export_grant', 'approval_id', 'approval', 'approval_id'),
        ('export_copy', 'approval_id', 'export_grant', 'approval_id'),
        ('unmask_grant', 'approval_id', 'approval', 'approval_id'),
        ('import_row', 'import_id', 'import_batch', 'import_id'),
        ('rejected_line', 'kind, load_id', 'loaded_file', 'kind, load_id'),
        ('stream_mark', 'stream', 'change_counter', 'stream'),
        ('audit_entry', 'chain', 'audit_head', 'chain'),
        ('commission_credit', 'manager_id', 'staff', 'staff_id'),
        ('assessment_figure', 'manager_id', 'staff', 'staff_id'),
        ('assessment_row', 'manager_id', 'staff', 'staff_id'),
        ('assessment_score', 'manager_id', 'staff', 'staff_id'),
        ('segment', 'manager_id', 'staff', 'staff_id'),
        ('course_read', 'staff_id', 'staff', 'staff_id'),
        ('exam_attempt', 'staff_id', 'staff', 'staff_id'),
        ('staff_certificate', 'staff_id', 'staff', 'staff_id'),
        ('staff_credential', 'staff_id', 'staff', 'staff_id'),
        ('staff_login', 'staff_id', 'staff', 'staff_id'),
        ('practice_record', 'staff_id', 'staff', 'staff_id')
    LOOP
        EXECUTE format('ALTER TABLE %1$I ADD CONSTRAINT %2$I FOREIGN KEY (branch_id, %3$s) '
            'REFERENCES %4$I (branch_id, %5$s) ON DELETE RESTRICT DEFERRABLE', referring,
            'fk_' || referring || '_branch_id_' || replace(own, ', ', '_'), own, referred, to_columns);
    END LOOP;

    -- The row that a person may decide on is of the branch where it was asked for, not of his own.
    ALTER TABLE approval_queue
        ADD CONSTRAINT fk_approval_queue_approval_branch_approval_id
            FOREIGN KEY (approval_branch, approval_id) REFERENCES approval (branch_id, approval_id)
            ON DELETE RESTRICT DEFERRABLE,
        ADD CONSTRAINT fk_approval_queue_approval_branch_client_id
            FOREIGN KEY (approval_branch, client_id) REFERENCES client (branch_id, client_id)
            ON DELETE RESTRICT DEFERRABLE;

    -- Each key is read from its other end: when the row that it names goes, or goes elsewhere.
    FOR referring, from_columns, its_index IN
        SELECT f.conrelid::regclass::text, string_agg(quote_ident(a.attname), ', ' ORDER BY k.place),
               'by_' || (array_agg(a.attname ORDER BY k.place DESC))[1] || '_' || f.conrelid::regclass
        FROM pg_constraint f
        CROSS JOIN LATERAL unnest(f.conkey) WITH ORDINALITY AS k (number, place)
        JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.number
        WHERE f.contype = 'f' AND f.connamespace = 'public'::regnamespace
          AND f.confrelid <> ALL (ARRAY['staff', 'audit_head', 'change_counter']::regclass[])
          AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = f.conrelid AND i.indpred IS NULL
              AND (i.indkey::int2[])[0:cardinality(f.conkey) - 1] @> f.conkey)
        GROUP BY f.oid
    LOOP
        EXECUTE format('CREATE INDEX %I ON %s (%s)', its_index, referring, from_columns);
    END LOOP;
END $$;

-- The client whom a key of a command names, if it names one: that and no more, for a worker's tasks.
CREATE FUNCTION known_client(in_branch text, key text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.client_id FROM client c
    WHERE app_role() = 'worker' AND c.branch_id = in_branch AND c.client_id = key
$$;
GRANT EXECUTE ON FUNCTION known_client TO workstation_work;
