-- How central reads: a stream whole (resync), what is due; one client's rows by the keys (keys.sql).

DO $$
DECLARE
    read_table text;
BEGIN
    FOR read_table IN -- what travels has a version; assessments are served by their primary keys
        SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
          AND a.attname = 'version' AND c.relname NOT LIKE 'assessment\_%'
    LOOP
        EXECUTE format('CREATE INDEX %I ON %I (branch_id, manager_id)',
            'by_stream_' || read_table, read_table);
    END LOOP;
END $$;
CREATE INDEX by_mobile_client ON client (mobile);
CREATE INDEX by_id_no_client ON client (branch_id, id_no) WHERE id_no <> '';
CREATE INDEX by_manager_client_manager ON client_manager (branch_id, manager_id);
CREATE INDEX by_about_points_entry ON points_entry (branch_id, about) WHERE about <> '';
CREATE INDEX by_account_account ON account (account);
CREATE INDEX by_about_product_fee ON product_fee (branch_id, about) WHERE about <> '';
CREATE INDEX by_rank_service_call ON service_call (rank DESC, offered_at, call_id)
WHERE state = 'waiting';
CREATE INDEX by_due_advisory_question ON advisory_question (due_at)
WHERE state IN ('open', 'taken') AND overdue_at = '';
CREATE INDEX by_due_approval ON approval (branch_id, due_at) WHERE state = 'pending';

CREATE INDEX by_client_commission_entry ON commission_entry (branch_id, client_id, trade_date)
INCLUDE (booked_on, amount_cents);
CREATE INDEX by_booked_commission_entry ON commission_entry (branch_id, booked_on);
CREATE INDEX by_about_commission_entry ON commission_entry (branch_id, about) WHERE about <> '';
CREATE INDEX by_event_commission_entry ON commission_entry (branch_id, event_id) WHERE event_id <> '';
CREATE INDEX by_source_commission_entry ON commission_entry (source, about) WHERE source <> 'fill';
CREATE INDEX by_day_ipo_ballot ON ipo_ballot (branch_id, drawn_on);
CREATE INDEX by_file_loaded_file ON loaded_file (branch_id, kind, file_id);
CREATE INDEX by_load_loaded_event ON loaded_event (load_id);

CREATE INDEX by_taker_exam_attempt ON exam_attempt (branch_id, staff_id, certificate);
CREATE INDEX by_closing_exam_attempt ON exam_attempt (closes_at) WHERE state = 'begun';
CREATE INDEX by_hash_export_copy ON export_copy (branch_id, file_hash);

-- What there is but once: one household at a time, one exam at a time, one exception of a product at a
-- time, a mark a copy; an approval is good for one deed.
CREATE UNIQUE INDEX by_member_household_member ON household_member (branch_id, client_id)
WHERE left_by = '';
CREATE UNIQUE INDEX by_running_exam_attempt ON exam_attempt (branch_id, staff_id, certificate)
WHERE state = 'begun';
CREATE UNIQUE INDEX by_product_rate_exception ON rate_exception (branch_id, client_id, product)
WHERE state IN ('submitted', 'approved');
CREATE UNIQUE INDEX by_mark_export_copy ON export_copy (branch_id, mark);
CREATE UNIQUE INDEX by_approval_client_rate ON client_rate (branch_id, approval_id)
WHERE approval_id <> '';
CREATE UNIQUE INDEX by_approval_tier_grant ON tier_grant (branch_id, approval_id)
WHERE approval_id <> '';
CREATE UNIQUE INDEX by_approval_firm_setting ON firm_setting (branch_id, approval_id)
WHERE approval_id <> '';
CREATE UNIQUE INDEX by_approval_rate_exception ON rate_exception (branch_id, approval_id)
WHERE approval_id <> '';
CREATE UNIQUE INDEX by_approval_product_fee ON product_fee (branch_id, approval_id)
WHERE approval_id <> '';
