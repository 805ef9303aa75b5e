-- What a second person decides, and what rests on it.

-- Approvals are asked for by the author himself, decided by somebody else, who may decide at all. What is
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
-- Of a hand-over head office asks on its own stream; the manager of the receiving branch reads what is to
-- come to it, wherever it was asked for, and decides.
CREATE POLICY office_adds ON approval FOR INSERT TO workstation_work WITH CHECK (
    kind = 'hand_over' AND maker = (SELECT app_person()) AND state = 'pending' AND decided_by = ''
    AND (SELECT app_role()) = 'compliance'
    AND branch_id = (SELECT app_branch()) AND manager_id = (SELECT app_person()));
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
CREATE POLICY receiver_reads ON approval FOR SELECT TO workstation_app USING (
    CASE WHEN kind = 'hand_over' AND (SELECT app_role()) = 'branch_manager'
        THEN after::jsonb ->> 'to_branch' = (SELECT app_branch()) ELSE false END);
CREATE POLICY receiver_decides ON approval FOR UPDATE TO workstation_work
    USING (CASE WHEN kind = 'hand_over' AND (SELECT app_role()) = 'branch_manager'
        THEN state = 'pending' AND maker <> (SELECT app_person())
            AND after::jsonb ->> 'to_branch' = (SELECT app_branch()) ELSE false END)
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

-- Of those on the streams that he sees nobody reads what is not his to know. A capped rate is trading,
-- whether it stands in its table or waits for a second person.
CREATE POLICY adviser_scope ON approval AS RESTRICTIVE TO workstation_app USING (
    (SELECT app_role()) <> 'adviser' OR branch_id = '*' OR app_advises(branch_id, client_id)
    OR kind = 'training' AND maker = (SELECT app_person()));
CREATE POLICY no_trading ON approval AS RESTRICTIVE TO workstation_app USING (
    (SELECT app_role()) <> 'call_centre' OR kind NOT IN ('mandate', 'rate_exception', 'training'));
CREATE POLICY bank_apart ON approval AS RESTRICTIVE FOR SELECT TO workstation_app USING (
    kind <> 'training' OR maker = (SELECT app_person())
    OR (SELECT app_role()) IN ('compliance', 'worker'));

-- What each person may decide now, on a stream of his own: whoever stands in for somebody gets what he
-- is to decide, and nothing else of those clients.
CREATE POLICY checker_reads ON approval_queue FOR SELECT TO workstation_app USING (
    (SELECT app_is_person()) AND branch_id = (SELECT app_branch())
    AND manager_id = (SELECT app_queue()));

-- The command that waits, for whoever asked and for whoever may decide.
CREATE POLICY maker_adds ON held_command FOR INSERT TO workstation_work WITH CHECK (
    maker = (SELECT app_person()) AND EXISTS (SELECT FROM approval a
        WHERE a.branch_id = held_command.branch_id AND a.approval_id = held_command.approval_id
          AND a.manager_id = held_command.manager_id AND a.maker = held_command.maker
          AND a.state = 'pending'));
CREATE POLICY receiver_reads ON held_command FOR SELECT TO workstation_app USING (
    (SELECT app_role()) = 'branch_manager' AND EXISTS (SELECT FROM approval a
        WHERE a.branch_id = held_command.branch_id AND a.approval_id = held_command.approval_id
          AND a.kind = 'hand_over'));
CREATE POLICY for_checkers ON held_command AS RESTRICTIVE FOR SELECT TO workstation_app USING (
    (SELECT app_role()) IN ('branch_manager', 'compliance', 'worker')
    OR maker = (SELECT app_person()) OR EXISTS (SELECT FROM approval a
        WHERE a.branch_id = held_command.branch_id AND a.approval_id = held_command.approval_id
          AND is_taken_over(a.branch_id, a.client_id, a.maker)));

-- Rates, granted tiers, settings and grants rest on an approval; nothing else writes one. A fee is the
-- night's; what a command adds to that ledger is a correction that was approved, and an exception holds
-- from its approval on. Whoever may ask for its end need not be who asked for it.
CREATE POLICY approved_only ON client_rate AS RESTRICTIVE FOR INSERT TO workstation_app
    WITH CHECK (is_approved(branch_id, approval_id, ARRAY['product']));
CREATE POLICY approved_only ON tier_grant AS RESTRICTIVE FOR INSERT TO workstation_app
    WITH CHECK (is_approved(branch_id, approval_id, ARRAY['tier', 'points']));
CREATE POLICY approved_only ON product_fee AS RESTRICTIVE FOR INSERT TO workstation_work WITH CHECK (
    kind IN ('correction', 'reversal') AND about <> ''
    AND is_approved(branch_id, approval_id, ARRAY['product']));
CREATE POLICY approved_only ON rate_exception AS RESTRICTIVE FOR UPDATE TO workstation_work
    USING (true) WITH CHECK (state <> 'approved'
        OR is_approved(branch_id, approval_id, ARRAY['rate_exception'])
        OR revoked_by <> '' AND is_approved(branch_id, revoked_by, ARRAY['rate_exception']));

CREATE POLICY approved_adds ON firm_setting FOR INSERT TO workstation_work WITH CHECK (
    branch_id = '*' AND (SELECT app_is_person())
    AND is_approved('*', approval_id, ARRAY['setting']) AND approved_by <> (SELECT app_person()));
-- A setting is what was approved, word for word, and holds from a day after it was.
CREATE POLICY as_approved ON firm_setting AS RESTRICTIVE FOR INSERT TO workstation_work WITH CHECK (
    EXISTS (SELECT FROM approval a
        WHERE a.branch_id = '*' AND a.approval_id = firm_setting.approval_id
          AND a.decided_by = approved_by AND left(a.decided_at, 10) < effective_from
          AND a.after::jsonb = jsonb_build_object(name, value::jsonb, 'effective_from',
              effective_from)));

CREATE POLICY approved_adds ON unmask_grant FOR INSERT TO workstation_work WITH CHECK (
    is_visible(branch_id, manager_id) AND person = (SELECT app_person())
    AND is_approved(branch_id, approval_id, ARRAY['unmask']));
CREATE POLICY own_grants ON unmask_grant AS RESTRICTIVE FOR SELECT TO workstation_app USING (
    (SELECT app_role()) IN ('branch_manager', 'compliance') OR person = (SELECT app_person()));
