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
            'USING ((SELECT app_role()) <> ''call_centre'')', guarded);
    END LOOP;

    -- Neither of the two needs what managers plan, how they are assessed, and what tells of clients
    -- without naming them; of the staff's training and answers each of them reads his own.
    FOREACH guarded IN ARRAY ARRAY['order_step', 'client_manager', 'client_hand_over', 'segment',
        'agenda_mark', 'assessment_figure', 'assessment_row', 'assessment_score', 'export_grant',
        'import_batch', 'import_row']
    LOOP
        EXECUTE format('CREATE POLICY staff_only ON %I AS RESTRICTIVE TO workstation_app '
            'USING ((SELECT app_role()) NOT IN (''adviser'', ''call_centre''))', guarded);
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
            'USING ((SELECT app_role()) = ''compliance'' AND (SELECT app_is_person()))', guarded);
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
        'rejected_line', 'security_close', 'security_event',
        'staff_certificate', 'subscription', 'task', 'tier_grant', 'tier_rating', 'tier_review',
        'timeline', 'trade_fill', 'trade_order']
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
    USING ((SELECT app_role()) <> 'adviser');
-- What stands on an adviser's own stream is his, whomever it is about: his desk is sent it, so that
-- fetching all anew must bring it too.
CREATE POLICY adviser_scope ON task AS RESTRICTIVE TO workstation_app USING (
    (SELECT app_role()) <> 'adviser' OR app_advises(branch_id, client_id)
    OR manager_id = (SELECT app_person()));

-- Commands: a person lays them in as their author, as ones that nobody has tried yet, on a stream of a
-- person: the board of a branch and a queue of approvals only come down.
CREATE POLICY author_adds ON inbox FOR INSERT TO workstation_app WITH CHECK (
    (SELECT app_is_person()) AND branch_id = (SELECT app_branch())
    AND author = (SELECT app_person()) AND manager_id = ANY ((SELECT app_streams())::text[])
    AND manager_id NOT IN ((SELECT app_queue()), (SELECT app_board()))
    AND state = 'waiting' AND attempts = 0 AND trouble = '');
CREATE POLICY author_reads ON inbox FOR SELECT TO workstation_app USING (
    (SELECT app_is_person()) AND branch_id = (SELECT app_branch())
    AND author = (SELECT app_person()));

-- Approvals: asked for by the author himself, decided by somebody else, who may decide at all. What is
-- asked of the question bank is asked on the maker's own stream: with its right answer it goes to him
-- and to whoever decides, to nobody else.
CREATE POLICY maker_adds ON approval FOR INSERT TO workstation_work WITH CHECK (
    maker = (SELECT app_person()) AND state = 'pending' AND decided_by = ''
    AND (((SELECT app_writes()) AND kind NOT IN ('setting', 'load', 'training')
            AND branch_id = ANY ((SELECT app_branches())::text[])
            AND manager_id = ANY ((SELECT app_managers())::text[]))
        OR (branch_id = '*' AND manager_id = '*' AND kind IN ('setting', 'load')
            AND (SELECT app_role()) IN ('branch_manager', 'compliance'))
        OR (kind = 'training' AND (SELECT app_role()) IN ('adviser', 'compliance')
            AND branch_id = (SELECT app_branch()) AND manager_id = (SELECT app_person()))));
CREATE POLICY maker_withdraws ON approval FOR UPDATE TO workstation_work
    USING (state = 'pending' AND maker = (SELECT app_person()))
    WITH CHECK (state = 'withdrawn' AND decided_by = '' AND maker = (SELECT app_person()));
CREATE POLICY checker_decides ON approval FOR UPDATE TO workstation_work
    USING (state = 'pending' AND maker <> (SELECT app_person())
        AND (SELECT app_role()) IN ('branch_manager', 'compliance')
        AND (branch_id = '*' OR (branch_id = ANY ((SELECT app_branches())::text[])
            AND manager_id = ANY ((SELECT app_managers())::text[]))))
    WITH CHECK (state IN ('approved', 'refused', 'expired') AND maker <> (SELECT app_person())
        AND decided_by = (SELECT app_person()));
-- What a former manager asked for about a client may be taken back by whoever looks after him now.
CREATE POLICY taker_withdraws ON approval FOR UPDATE TO workstation_work
    USING (state = 'pending' AND is_taken_over(branch_id, client_id, maker))
    WITH CHECK (state = 'withdrawn' AND decided_by = ''
        AND is_taken_over(branch_id, client_id, maker));
CREATE POLICY worker_expires ON approval FOR UPDATE TO workstation_work
    USING ((SELECT app_role()) = 'worker' AND state = 'pending')
    WITH CHECK ((SELECT app_role()) = 'worker' AND state = 'expired' AND decided_by = '');
CREATE POLICY adviser_scope ON approval AS RESTRICTIVE TO workstation_app USING (
    (SELECT app_role()) <> 'adviser' OR branch_id = '*' OR app_advises(branch_id, client_id)
    OR kind = 'training' AND maker = (SELECT app_person()));
CREATE POLICY no_trading ON approval AS RESTRICTIVE TO workstation_app USING (
    (SELECT app_role()) <> 'call_centre' OR kind NOT IN ('mandate', 'training'));
CREATE POLICY bank_apart ON approval AS RESTRICTIVE FOR SELECT TO workstation_app USING (
    kind <> 'training' OR maker = (SELECT app_person())
    OR (SELECT app_role()) IN ('compliance', 'worker'));

-- What each person may decide now, on a stream of his own: whoever stands in for somebody gets what he
-- is to decide, and nothing else of those clients.
CREATE POLICY checker_reads ON approval_queue FOR SELECT TO workstation_app USING (
    (SELECT app_is_person()) AND branch_id = (SELECT app_branch())
    AND manager_id = (SELECT app_queue()));

CREATE POLICY maker_adds ON held_command FOR INSERT TO workstation_work WITH CHECK (
    maker = (SELECT app_person()) AND EXISTS (SELECT FROM approval a
        WHERE a.branch_id = held_command.branch_id AND a.approval_id = held_command.approval_id
          AND a.manager_id = held_command.manager_id AND a.maker = held_command.maker
          AND a.state = 'pending'));
CREATE POLICY for_checkers ON held_command AS RESTRICTIVE FOR SELECT TO workstation_app USING (
    (SELECT app_role()) IN ('branch_manager', 'compliance', 'worker')
    OR maker = (SELECT app_person()) OR EXISTS (SELECT FROM approval a
        WHERE a.branch_id = held_command.branch_id AND a.approval_id = held_command.approval_id
          AND is_taken_over(a.branch_id, a.client_id, a.maker)));

-- Rates, granted tiers, settings and grants rest on an approval; nothing else writes one. A fee is the
-- night's; what a command adds to that ledger is a correction that was approved, and an exception holds
-- from its approval on.
CREATE POLICY approved_only ON client_rate AS RESTRICTIVE FOR INSERT TO workstation_app
    WITH CHECK (is_approved(branch_id, approval_id, ARRAY['product']));
CREATE POLICY approved_only ON tier_grant AS RESTRICTIVE FOR INSERT TO workstation_app
    WITH CHECK (is_approved(branch_id, approval_id, ARRAY['tier', 'points']));
CREATE POLICY approved_only ON product_fee AS RESTRICTIVE FOR INSERT TO workstation_work WITH CHECK (
    kind IN ('correction', 'reversal') AND about <> ''
    AND is_approved(branch_id, approval_id, ARRAY['product']));
CREATE POLICY approved_only ON rate_exception AS RESTRICTIVE FOR UPDATE TO workstation_work
    USING (true) WITH CHECK (state <> 'approved'
        OR is_approved(branch_id, approval_id, ARRAY['rate_exception']));
CREATE POLICY approved_adds ON firm_setting FOR INSERT TO workstation_work WITH CHECK (
    branch_id = '*' AND (SELECT app_is_person())
    AND is_approved('*', approval_id, ARRAY['setting']) AND approved_by <> (SELECT app_person()));
CREATE POLICY approved_adds ON unmask_grant FOR INSERT TO workstation_work WITH CHECK (
    is_visible(branch_id, manager_id) AND person = (SELECT app_person())
    AND is_approved(branch_id, approval_id, ARRAY['unmask']));
CREATE POLICY own_grants ON unmask_grant AS RESTRICTIVE FOR SELECT TO workstation_app USING (
    (SELECT app_role()) IN ('branch_manager', 'compliance') OR person = (SELECT app_person()));
CREATE POLICY approved_adds ON export_grant FOR INSERT TO workstation_work WITH CHECK (
    is_visible(branch_id, manager_id) AND person = (SELECT app_person())
    AND is_approved(branch_id, approval_id, ARRAY['export']));
CREATE POLICY person_reads ON export_copy FOR SELECT TO workstation_app USING (
    person = (SELECT app_person()) AND is_visible(branch_id, manager_id)
    OR (SELECT app_role()) = 'compliance' AND (SELECT app_is_person()));

-- An import is its author's; only what his role may import is begun, only what was approved is done.
CREATE POLICY author_adds ON import_batch FOR INSERT TO workstation_files WITH CHECK (
    (SELECT app_writes()) AND is_visible(branch_id, manager_id)
    AND author = (SELECT app_person()) AND state IN ('pending', 'known')
    AND EXISTS (SELECT FROM import_rule r WHERE r.branch_id = '*' AND r.kind = import_batch.kind
        AND r.role = (SELECT app_role())));
CREATE POLICY author_changes ON import_batch FOR UPDATE TO workstation_files
    USING ((SELECT app_writes()) AND is_visible(branch_id, manager_id))
    WITH CHECK (state = 'refused' OR (SELECT is_import_approved())
        OR state = 'applied' AND author = (SELECT app_person())
            AND was_let_in(branch_id, import_id));
CREATE POLICY author_works ON import_part TO workstation_files
    USING ((SELECT app_writes()) AND author = (SELECT app_person())
        AND is_visible(branch_id, manager_id));
CREATE POLICY author_adds ON import_row FOR INSERT TO workstation_files WITH CHECK (
    (SELECT app_writes()) AND branch_id = ANY ((SELECT app_branches())::text[])
    AND manager_id = ANY ((SELECT app_managers())::text[])
    AND (owner = '' OR owner = ANY ((SELECT app_managers())::text[])));

-- Whoever may ask for a load to be taken back, and whoever decides, sees what was loaded; lines in full
-- are compliance's.
CREATE POLICY branch_manager_reads ON loaded_file FOR SELECT TO workstation_app
    USING ((SELECT app_role()) = 'branch_manager' AND (SELECT app_is_person()));

-- A campaign is its branch's; an invitation its client's, whom only his manager sees.
CREATE POLICY person_reads ON campaign FOR SELECT TO workstation_app USING (
    (SELECT app_is_person()) AND branch_id = ANY ((SELECT app_branches())::text[]));
CREATE POLICY person_reads ON campaign_effect FOR SELECT TO workstation_app USING (
    (SELECT app_is_person()) AND branch_id = ANY ((SELECT app_branches())::text[]));
CREATE POLICY planner_adds ON campaign FOR INSERT TO workstation_work WITH CHECK (
    (SELECT app_writes()) AND branch_id = (SELECT app_branch())
    AND manager_id = (SELECT app_board()) AND author = (SELECT app_person()));
CREATE POLICY planner_changes ON campaign FOR UPDATE TO workstation_work USING (
    (SELECT app_writes()) AND branch_id = (SELECT app_branch())
    AND (author = (SELECT app_person()) OR (SELECT app_role()) = 'branch_manager'));
CREATE POLICY approved_only ON campaign AS RESTRICTIVE FOR UPDATE TO workstation_work
    USING (true) WITH CHECK (state <> 'approved'
        OR is_approved(branch_id, approval_id, ARRAY['campaign']));

-- Questions. Head office sees what was passed on to it, an adviser of a branch what his branch asks; the
-- call centre sees none. An answer is signed by who gives it, and nobody answers what he asked.
CREATE POLICY desk_scope ON advisory_question AS RESTRICTIVE TO workstation_app USING (
    (SELECT app_role()) NOT IN ('adviser', 'call_centre')
    OR ((SELECT app_role()) = 'adviser'
        AND (desk = 'head_office') = (branch_id <> (SELECT app_branch()))));
CREATE POLICY asker_adds ON advisory_question FOR INSERT TO workstation_work WITH CHECK (
    (SELECT app_writes()) AND is_visible(branch_id, manager_id)
    AND asked_by = (SELECT app_person()) AND state = 'open' AND desk = 'branch');
CREATE POLICY branch_changes ON advisory_question FOR UPDATE TO workstation_work USING (
    (SELECT app_writes()) AND is_visible(branch_id, manager_id));
CREATE POLICY adviser_changes ON advisory_question FOR UPDATE TO workstation_work
    USING ((SELECT app_is_person()) AND (SELECT app_role()) = 'adviser')
    WITH CHECK ((SELECT app_is_person()) AND (SELECT app_role()) = 'adviser'
        AND taken_by IN ('', (SELECT app_person())));
CREATE POLICY signed_only ON advisory_question AS RESTRICTIVE FOR UPDATE TO workstation_work
    USING (true) WITH CHECK (state <> 'answered'
        OR (answered_by = (SELECT app_person()) AND asked_by <> (SELECT app_person())
            AND (SELECT app_role()) IN ('branch_manager', 'adviser')));
CREATE POLICY adviser_reads ON question_queue FOR SELECT TO workstation_app USING (
    (SELECT app_is_person()) AND branch_id = (SELECT app_branch())
    AND manager_id = (SELECT app_queue()));

-- Calls: on the stream of the call centre; an agent works on what nobody has, and on what he has.
CREATE POLICY centre_reads ON service_call FOR SELECT TO workstation_app USING (
    (SELECT app_is_person()) AND ((SELECT app_role()) = 'compliance'
        OR ((SELECT app_role()) = 'call_centre' AND branch_id = (SELECT app_branch()))));
CREATE POLICY agent_works ON service_call FOR UPDATE TO workstation_work
    USING ((SELECT app_is_person()) AND (SELECT app_role()) = 'call_centre'
        AND branch_id = (SELECT app_branch()) AND taken_by IN ('', (SELECT app_person())))
    WITH CHECK (taken_by = (SELECT app_person()));

-- Training. The question bank stays at central, its right answers in a table of their own: no log, no
-- stream, and of people compliance alone. Answers are judged, and what is overdue is ended, by a
-- worker: nobody passes himself. A certificate comes from an exam that its holder has passed, and goes
-- by compliance's word.
CREATE POLICY approved_adds ON course FOR INSERT TO workstation_work WITH CHECK (
    branch_id = '*' AND manager_id = '*'
    AND is_approved((SELECT app_branch()), approval_id, ARRAY['training']));
CREATE POLICY head_office_reads ON question FOR SELECT TO workstation_app USING (
    (SELECT app_is_person()) AND (SELECT app_role()) IN ('adviser', 'compliance'));
CREATE POLICY approved_adds ON question FOR INSERT TO workstation_work WITH CHECK (
    branch_id = '*' AND is_approved((SELECT app_branch()), approval_id, ARRAY['training']));
CREATE POLICY approved_adds ON question_key FOR INSERT TO workstation_work WITH CHECK (
    branch_id = '*' AND is_approved((SELECT app_branch()), approval_id, ARRAY['training']));
CREATE POLICY approved_retires ON question FOR UPDATE TO workstation_work
    USING ((SELECT app_role()) IN ('adviser', 'compliance'))
    WITH CHECK (is_approved((SELECT app_branch()), retired_by, ARRAY['training']));
CREATE POLICY worker_judges ON exam_attempt FOR UPDATE TO workstation_work
    USING ((SELECT app_role()) = 'worker' AND state = 'begun')
    WITH CHECK ((SELECT app_role()) = 'worker' AND state IN ('passed', 'failed', 'expired'));
CREATE POLICY passed_adds ON staff_certificate FOR INSERT TO workstation_work WITH CHECK (
    (SELECT app_role()) = 'worker' AND manager_id = staff_id
    AND EXISTS (SELECT FROM exam_attempt a WHERE a.branch_id = staff_certificate.branch_id
        AND a.attempt_id = staff_certificate.attempt_id AND a.staff_id = staff_certificate.staff_id
        AND a.certificate = staff_certificate.certificate AND a.state = 'passed'));
CREATE POLICY passed_renews ON staff_certificate FOR UPDATE TO workstation_work
    USING ((SELECT app_role()) = 'worker')
    WITH CHECK ((SELECT app_role()) = 'worker'
        AND EXISTS (SELECT FROM exam_attempt a WHERE a.branch_id = staff_certificate.branch_id
        AND a.attempt_id = staff_certificate.attempt_id AND a.staff_id = staff_certificate.staff_id
        AND a.certificate = staff_certificate.certificate AND a.state = 'passed'));
CREATE POLICY compliance_revokes ON staff_certificate FOR UPDATE TO workstation_work
    USING ((SELECT app_role()) = 'compliance' AND revoked_on = '')
    WITH CHECK ((SELECT app_role()) = 'compliance' AND revoked_on <> '');
CREATE POLICY taker_adds ON practice_record FOR INSERT TO workstation_work WITH CHECK (
    (SELECT app_is_person()) AND (SELECT app_practice()) = '' AND branch_id = (SELECT app_branch())
    AND manager_id = (SELECT app_person()) AND staff_id = (SELECT app_person()));

-- Who signs in is asked by the hub alone.
CREATE POLICY hub_signs_in ON staff_credential FOR SELECT TO workstation_sync
    USING ((SELECT app_role()) = 'hub');
CREATE POLICY hub_reads ON central_identity FOR SELECT TO workstation_sync
    USING ((SELECT app_role()) = 'hub');
