-- Every column that names a row has its key: nothing of a client is left behind, and nothing stands on
-- what is not there. What is named is not deleted (RESTRICT: the other way a deleted row is looked for
-- once more in each of some forty tables, which took half of the time that an import of many clients took
-- to be taken back). A client may change his branch, which leads all these keys: they wait for the end of
-- the transaction where it says so, and only there.

DO $$
DECLARE
    named text;
    its text;
    own text;
    naming text[];
    referring text;
    index_name text;
BEGIN
    -- What is named, by which of its columns, and by which columns of what tables; the branch leads.
    FOR named, its, own, naming IN VALUES
        ('client', 'client_id', 'client_id',
            '{account, advisory_question, agenda_mark, application, approval, asset_day,
            campaign_invitation, client_alert, client_hand_over, client_manager,
            client_rate, client_tier, commission_baseline, commission_entry,
            commission_increment, consent, contact, contact_revision, holding,
            household_member, instruction, ipo_ballot, mandate, night_figure, points_entry,
            points_hold, product_fee, product_fee_row, rate_exception, relation, risk_test,
            subscription, task, tier_grant, tier_rating, tier_review, timeline, trade_fill,
            trade_order, unmask_grant, unmasking}'),
        ('staff', 'staff_id', 'manager_id',
            '{assessment_figure, assessment_row, assessment_score, client, commission_credit,
            segment}'),
        ('staff', 'staff_id', 'staff_id',
            '{course_read, exam_attempt, practice_record, staff_certificate, staff_credential,
            staff_login}'),
        ('account', 'account', 'account',
            '{holding, instruction, trade_order}'),
        ('trade_order', 'client_order_id', 'client_order_id',
            '{order_step, trade_fill}'),
        ('approval', 'approval_id', 'approval_id',
            '{export_grant, held_command, unmask_grant}'),
        ('audit_head', 'chain', 'chain',
            '{audit_entry}'),
        ('campaign', 'campaign_id', 'campaign_id',
            '{campaign_effect, campaign_invitation}'),
        ('change_counter', 'stream', 'stream',
            '{stream_mark}'),
        ('contact', 'contact_id', 'contact_id',
            '{contact_revision}'),
        ('export_grant', 'approval_id', 'approval_id',
            '{export_copy}'),
        ('household', 'household_id', 'household_id',
            '{household_member}'),
        ('import_batch', 'import_id', 'import_id',
            '{import_row}'),
        ('loaded_file', 'kind, load_id', 'kind, load_id',
            '{rejected_line}'),
        ('question', 'question_id', 'question_id',
            '{question_key}')
    LOOP
        FOREACH referring IN ARRAY naming LOOP
            EXECUTE format('ALTER TABLE %1$I ADD CONSTRAINT %2$I FOREIGN KEY (branch_id, %3$s) '
                'REFERENCES %4$I (branch_id, %5$s) ON DELETE RESTRICT DEFERRABLE', referring,
                'fk_' || referring || '_branch_id_' || replace(own, ', ', '_'), own, named, its);
        END LOOP;
    END LOOP;

    -- Copies for persons of another branch name the branch where the row is.
    FOR referring, its, own, named IN VALUES
        ('approval_queue', 'approval_branch', 'approval_id', 'approval'),
        ('approval_queue', 'approval_branch', 'client_id', 'client'),
        ('question_queue', 'question_branch', 'question_id', 'advisory_question'),
        ('question_queue', 'question_branch', 'client_id', 'client'),
        ('service_call', 'client_branch', 'client_id', 'client')
    LOOP
        EXECUTE format('ALTER TABLE %1$I ADD CONSTRAINT %2$I FOREIGN KEY (%3$I, %4$I) '
            'REFERENCES %5$I (branch_id, %4$I) ON DELETE RESTRICT DEFERRABLE', referring,
            format('fk_%s_%s_%s', referring, its, own), its, own, named);
    END LOOP;

    -- Each key is read from its other end: when the row that it names goes, or goes elsewhere.
    FOR referring, own, index_name IN
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
        EXECUTE format('CREATE INDEX %I ON %s (%s)', index_name, referring, own);
    END LOOP;
END $$;
