-- Who sees and changes what. Hubs and workers say for whom they act (identity.sql); without that there
-- are no rows.
--   manager         his own clients                    reads, writes
--   branch_manager  all managers of his branch         reads, writes
--   adviser         clients with a product A-E (S14)   reads
--   call_centre     all clients, but no trading        reads
--   compliance      everything, and the audit trail    reads
--   worker          inbox, answers, tasks, audit: no client
--   hub             who signs in
-- What a person reads is said for workstation_app, what he writes for the worker that has his command
-- in hand (workstation_work) or his import (workstation_files). A table that nothing names here is for
-- nobody but functions.

DO $$
DECLARE
    guarded text;
    visible constant text := 'branch_id = ANY ((SELECT app_branches())::text[]) '
        'AND manager_id = ANY ((SELECT app_managers())::text[])';
    writes constant text := '(SELECT app_writes()) AND ' || visible;
BEGIN
    FOR guarded IN SELECT relname FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
    END LOOP;

    -- Rows on a manager's stream: whoever sees the manager.
    FOREACH guarded IN ARRAY ARRAY['client', 'account', 'holding', 'contact', 'contact_revision',
        'consent', 'risk_test', 'timeline', 'task', 'household', 'household_member', 'relation',
        'instruction', 'mandate', 'trade_order', 'trade_fill', 'order_step', 'command_answer',
        'application', 'subscription', 'client_rate', 'client_tier', 'points_entry', 'points_hold',
        'tier_grant', 'tier_rating', 'tier_review', 'product_fee', 'product_fee_row',
        'rate_exception', 'asset_day', 'commission_entry', 'commission_baseline',
        'commission_increment', 'commission_credit', 'client_alert', 'ipo_ballot',
        'advisory_question', 'campaign_invitation', 'client_manager', 'client_hand_over', 'segment',
        'agenda_mark', 'assessment_figure', 'assessment_row', 'assessment_score',
        'staff_certificate', 'course_read', 'exam_attempt', 'practice_record', 'unmask_grant',
        'export_grant', 'import_batch', 'import_row']
    LOOP
        EXECUTE format('CREATE POLICY person_reads ON %I FOR SELECT TO workstation_app USING (%s)',
            guarded, visible);
    END LOOP;
    FOREACH guarded IN ARRAY ARRAY['client', 'account', 'holding', 'contact', 'contact_revision',
        'consent', 'risk_test', 'timeline', 'task', 'household', 'household_member', 'relation',
        'instruction', 'mandate', 'trade_order', 'trade_fill', 'order_step', 'command_answer',
        'application', 'subscription', 'client_rate', 'client_tier', 'points_entry', 'points_hold',
        'tier_grant', 'product_fee', 'rate_exception', 'commission_entry',
        'campaign_invitation', 'segment', 'agenda_mark']
    LOOP
        EXECUTE format('CREATE POLICY person_adds ON %I FOR INSERT TO workstation_work '
            'WITH CHECK (%s)', guarded, writes);
    END LOOP;
    FOREACH guarded IN ARRAY ARRAY['client', 'account', 'holding', 'contact', 'task', 'household',
        'household_member', 'relation', 'instruction', 'mandate', 'trade_order', 'trade_fill',
        'order_step', 'command_answer', 'application', 'subscription', 'client_rate',
        'client_tier', 'points_entry', 'points_hold', 'rate_exception', 'campaign_invitation',
        'segment', 'agenda_mark']
    LOOP
        EXECUTE format('CREATE POLICY person_changes ON %I FOR UPDATE TO workstation_work '
            'USING (%s)', guarded, writes);
    END LOOP;
    -- What concerns the whole firm stands on branch and stream '*'.
    FOREACH guarded IN ARRAY ARRAY['approval', 'held_command'] LOOP
        EXECUTE format('CREATE POLICY person_reads ON %I FOR SELECT TO workstation_app '
            'USING (%s OR branch_id = ''*'' AND (SELECT app_is_person()))', guarded, visible);
    END LOOP;

    -- The head-office adviser serves clients who hold a commission product, nobody else.
    FOREACH guarded IN ARRAY ARRAY['client', 'account', 'holding', 'contact', 'contact_revision',
        'consent', 'risk_test', 'timeline', 'household_member', 'relation', 'instruction',
        'mandate', 'trade_order', 'trade_fill', 'application', 'subscription', 'client_rate',
        'client_tier', 'points_entry', 'points_hold', 'tier_grant', 'tier_rating', 'tier_review',
        'product_fee', 'product_fee_row', 'rate_exception', 'asset_day', 'commission_entry',
        'commission_baseline', 'commission_increment', 'client_alert', 'ipo_ballot', 'campaign_invitation']
    LOOP
        EXECUTE format('CREATE POLICY adviser_scope ON %I AS RESTRICTIVE TO workstation_app '
            'USING ((SELECT app_role()) <> ''adviser'' OR app_advises(branch_id, client_id))',
            guarded);
    END LOOP;

    -- The call centre answers for a client's card, not for his trading.
    FOREACH guarded IN ARRAY ARRAY['instruction', 'mandate', 'trade_order', 'trade_fill',
        'commission_entry', 'commission_baseline', 'commission_increment', 'commission_credit',
        'product_fee', 'product_fee_row', 'rate_exception']
    LOOP
        EXECUTE format('CREATE POLICY no_trading ON %I AS RESTRICTIVE TO workstation_app '
            'USING ((SELECT app_role() <> ''call_centre''))', guarded);
    END LOOP;

    -- Neither of the two needs what managers plan, how they are assessed, and what tells of clients
    -- without naming them; of the staff's training and answers each of them reads his own.
    FOREACH guarded IN ARRAY ARRAY['order_step', 'client_manager', 'client_hand_over', 'segment',
        'agenda_mark', 'assessment_figure', 'assessment_row', 'assessment_score', 'export_grant',
        'import_batch', 'import_row']
    LOOP
        EXECUTE format('CREATE POLICY staff_only ON %I AS RESTRICTIVE TO workstation_app '
            'USING ((SELECT app_role() NOT IN (''adviser'', ''call_centre'')))', guarded);
    END LOOP;
    FOREACH guarded IN ARRAY ARRAY['command_answer', 'commission_credit', 'staff_certificate',
        'course_read', 'exam_attempt', 'practice_record']
    LOOP
        EXECUTE format('CREATE POLICY own_only ON %I AS RESTRICTIVE TO workstation_app '
            'USING ((SELECT app_role()) NOT IN (''adviser'', ''call_centre'') '
            'OR manager_id = (SELECT app_person()))', guarded);
    END LOOP;

    -- What the whole firm may read, and what compliance alone.
    FOREACH guarded IN ARRAY ARRAY['staff', 'security_event', 'firm_setting'] LOOP
        EXECUTE format('CREATE POLICY firm_reads ON %I FOR SELECT TO workstation_app '
            'USING ((SELECT app_is_person() OR app_role() IN (''hub'', ''worker'')))', guarded);
    END LOOP;
    FOREACH guarded IN ARRAY ARRAY['security_close', 'corporate_action', 'ipo_event', 'course'] LOOP
        EXECUTE format('CREATE POLICY firm_reads ON %I FOR SELECT TO workstation_app '
            'USING ((SELECT app_is_person()))', guarded);
    END LOOP;
    FOREACH guarded IN ARRAY ARRAY['life_step', 'field_rule', 'import_rule'] LOOP
        EXECUTE format('CREATE POLICY everybody_reads ON %I FOR SELECT TO workstation_app '
            'USING (true)', guarded);
    END LOOP;
    FOREACH guarded IN ARRAY ARRAY['audit_entry', 'audit_head', 'unmasking', 'question_key',
        'night_run', 'loaded_file', 'rejected_line']
    LOOP
        EXECUTE format('CREATE POLICY compliance_reads ON %I FOR SELECT TO workstation_app '
            'USING ((SELECT app_role() = ''compliance'' AND app_is_person()))', guarded);
    END LOOP;

    -- The change log by stream.
    FOREACH guarded IN ARRAY ARRAY['change_counter', 'change_log'] LOOP
        EXECUTE format('CREATE POLICY stream_reads ON %I FOR SELECT TO workstation_app USING '
            '((stream = ''*'' AND (SELECT app_is_person())) OR (branch_id = (SELECT app_branch()) '
            'AND stream = ANY ((SELECT app_streams())::text[])))', guarded);
    END LOOP;

    -- A worker without a person: takes commands, answers, queues, keeps calls, looks for what is overdue.
    FOREACH guarded IN ARRAY ARRAY['inbox', 'applied_command', 'command_answer', 'approval_queue',
        'advisory_question', 'service_call']
    LOOP
        EXECUTE format('CREATE POLICY worker_works ON %I TO workstation_work '
            'USING ((SELECT app_role()) = ''worker'')', guarded);
    END LOOP;
    FOREACH guarded IN ARRAY ARRAY['approval', 'held_command', 'exam_attempt', 'question',
        'question_key', 'staff_certificate']
    LOOP
        EXECUTE format('CREATE POLICY worker_reads ON %I FOR SELECT TO workstation_work '
            'USING ((SELECT app_role()) = ''worker'')', guarded);
    END LOOP;
    FOREACH guarded IN ARRAY ARRAY['task', 'audit_entry'] LOOP
        EXECUTE format('CREATE POLICY worker_adds ON %I FOR INSERT TO workstation_work '
            'WITH CHECK ((SELECT app_role()) = ''worker'')', guarded);
    END LOOP;

    -- The night sees every row of what it may read at all.
    FOREACH guarded IN ARRAY ARRAY['account', 'assessment_figure', 'assessment_row',
        'assessment_score', 'asset_day', 'campaign', 'campaign_effect', 'client', 'client_alert',
        'client_manager', 'client_rate', 'client_tier', 'commission_baseline', 'commission_credit',
        'commission_entry', 'commission_increment', 'corporate_action', 'firm_setting', 'holding',
        'ipo_ballot', 'ipo_event', 'loaded_event', 'loaded_file', 'night_figure', 'night_run',
        'points_entry', 'points_hold', 'product_fee', 'product_fee_row', 'rate_exception',
        'rejected_line', 'security_close', 'security_event', 'service_call', 'staff_certificate',
        'subscription', 'task', 'tier_grant', 'tier_rating', 'tier_review', 'timeline',
        'trade_fill', 'trade_order']
    LOOP
        EXECUTE format('CREATE POLICY night_works ON %I TO workstation_night '
            'USING (true) WITH CHECK (true)', guarded);
    END LOOP;
    FOREACH guarded IN ARRAY ARRAY['campaign_invitation', 'consent', 'contact', 'staff'] LOOP
        EXECUTE format('CREATE POLICY night_reads ON %I FOR SELECT TO workstation_night '
            'USING (true)', guarded);
    END LOOP;

    -- What an import writes rests on it; no other command makes clients or changes personal data.
    FOREACH guarded IN ARRAY ARRAY['client', 'account', 'holding'] LOOP
        EXECUTE format('CREATE POLICY approved_adds ON %I AS RESTRICTIVE FOR INSERT '
            'TO workstation_files WITH CHECK ((SELECT is_import_approved()) '
            'AND branch_id = (SELECT app_branch()))', guarded);
        EXECUTE format('CREATE POLICY approved_changes ON %I AS RESTRICTIVE FOR UPDATE '
            'TO workstation_files USING (true) WITH CHECK ((SELECT is_import_approved()) '
            'AND branch_id = (SELECT app_branch()))', guarded);
    END LOOP;
    EXECUTE format('CREATE POLICY approved_takes_back ON holding FOR DELETE TO workstation_files '
        'USING (%s AND (SELECT is_import_approved()) AND branch_id = (SELECT app_branch()))', writes);

    -- What a person has read, sat and practised is recorded by himself.
    FOREACH guarded IN ARRAY ARRAY['course_read', 'exam_attempt'] LOOP
        EXECUTE format('CREATE POLICY taker_adds ON %I FOR INSERT TO workstation_work WITH CHECK ('
            '(SELECT app_is_person()) AND branch_id = (SELECT app_branch()) '
            'AND manager_id = (SELECT app_person()) AND staff_id = (SELECT app_person()))', guarded);
    END LOOP;
END $$;

CREATE POLICY night_adds ON audit_entry FOR INSERT TO workstation_night WITH CHECK (true);

CREATE POLICY adviser_scope ON household AS RESTRICTIVE TO workstation_app
    USING ((SELECT app_role() <> 'adviser'));
-- What stands on an adviser's own stream is his, whomever it is about: his desk is sent it, so that
-- fetching all anew must bring it too.
CREATE POLICY adviser_scope ON task AS RESTRICTIVE TO workstation_app USING (
    (SELECT app_role()) <> 'adviser' OR app_advises(branch_id, client_id)
    OR manager_id = (SELECT app_person()));

-- A worker closes notices to staff, which name no client, when what they tell of is over.
CREATE POLICY worker_reads ON task FOR SELECT TO workstation_work
    USING ((SELECT app_role()) = 'worker' AND client_id IS NULL);
CREATE POLICY worker_closes ON task FOR UPDATE TO workstation_work
    USING ((SELECT app_role()) = 'worker' AND client_id IS NULL AND state = 'open')
    WITH CHECK ((SELECT app_role()) = 'worker' AND client_id IS NULL AND state <> 'open');

-- Who signs in is asked by the hub alone.
CREATE POLICY hub_signs_in ON staff_credential FOR SELECT TO workstation_sync
    USING ((SELECT app_role()) = 'hub');
CREATE POLICY hub_reads ON central_identity FOR SELECT TO workstation_sync
    USING ((SELECT app_role()) = 'hub');
