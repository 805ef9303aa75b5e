-- What each role may do with which table at all; which rows, say the policies (the other files here).

-- People read. Of clients not what is personal, of the log and of imports not the rows themselves.

GRANT SELECT ON staff, staff_certificate, household, household_member, relation, account, holding,
    contact, contact_revision, consent, risk_test, timeline, task, instruction, mandate,
    trade_order, trade_fill, order_step, application, subscription, client_rate, client_tier,
    points_entry, points_hold, tier_grant, tier_rating, tier_review, product_fee, product_fee_row,
    rate_exception, asset_day, commission_entry, commission_baseline, commission_increment,
    commission_credit, client_alert, ipo_ballot, advisory_question, question_queue, service_call,
    client_manager, client_hand_over, approval, approval_queue, held_command, command_answer,
    change_counter, firm_setting, security_event, security_close, corporate_action,
    ipo_event, campaign, campaign_invitation, campaign_effect, segment, agenda_mark, course,
    course_read, exam_attempt, question, question_key, practice_record, assessment_figure,
    assessment_row, assessment_score, import_rule, import_batch, export_grant, export_copy,
    loaded_file, rejected_line, night_run, audit_entry, audit_head, life_step, field_rule,
    unmasking, unmask_grant TO workstation_app;
GRANT SELECT (branch_id, client_id, manager_id, gender, opened_on, tier, tier_by,
    average_assets_cents, year_commission_cents, risk_class, risk_tested_on, rate_units,
    points_milli, last_contact_at, version) ON client TO workstation_app;
GRANT SELECT (branch_id, stream, number, table_name, row_key) ON change_log TO workstation_app;
GRANT SELECT (branch_id, import_id, row, manager_id, outcome, reason, field, about, owner,
    client_id, account, symbol) ON import_row TO workstation_app;
-- What a command says; when it came and where it stands in the line is central's to say. Its place would
-- tell its author how many all the others have sent since his last one.
GRANT SELECT (branch_id, command_id, manager_id, author, desk, sequence, key, envelope, received_at,
    state, attempts, trouble) ON inbox TO workstation_app;
GRANT INSERT (branch_id, command_id, manager_id, author, desk, sequence, key, envelope, received_at,
    state) ON inbox TO workstation_app;

-- The hub: personal data for the desk that keeps it, and who signs in.
GRANT SELECT ON client, change_log, staff_credential, central_identity TO workstation_sync;

-- Workers write for the author of a command. Where columns are named, nothing else ever changes.
GRANT SELECT ON applied_command, inbox TO workstation_work;
GRANT INSERT ON applied_command, command_answer, held_command, approval, approval_queue,
    audit_entry, application, subscription, client_rate, client_tier, points_entry, points_hold,
    tier_grant, product_fee, rate_exception, commission_entry, advisory_question, service_call,
    consent, contact, contact_revision, risk_test, timeline, task, household, household_member,
    relation, holding, instruction, mandate, trade_order, trade_fill, order_step, campaign,
    campaign_invitation, segment, agenda_mark, firm_setting, unmask_grant, export_grant, course,
    course_read, exam_attempt, question, question_key, practice_record, staff_certificate TO
    workstation_work;
GRANT UPDATE ON inbox, command_answer, account, holding, contact, task, instruction, mandate,
    trade_order, trade_fill, order_step, subscription, client_tier, points_entry TO
    workstation_work;

-- Of a client a command changes what it learns of him; whose he is goes by a hand-over, his points by
-- their entries, his figures and rate by nights.
GRANT UPDATE (tier, tier_by, year_commission_cents, risk_class, risk_tested_on, last_contact_at,
    version) ON client TO workstation_work;
GRANT UPDATE (name, version) ON household TO workstation_work;
GRANT UPDATE (left_by, version) ON household_member TO workstation_work;
GRANT UPDATE (ended_at, version) ON relation TO workstation_work;
GRANT UPDATE (agreement_ref, risk_statement_ref, recording_ref, warning_signed, x_units,
    rate_units, state, approval_id, note, version) ON application TO workstation_work;
GRANT UPDATE (ends_on, version) ON client_rate TO workstation_work;
GRANT UPDATE (state, ended_at, version) ON points_hold TO workstation_work;
GRANT UPDATE (state, starts_on, ends_on, revoked_by, note, version) ON rate_exception TO
    workstation_work;
GRANT UPDATE (desk, state, due_at, overdue_at, escalated_at, escalated_by, taken_by, taken_at,
    answer, citations, advice, answered_by, answered_at, contact_id, note, version) ON
    advisory_question TO workstation_work;
GRANT UPDATE (match, client_branch, client_id, tier, state, taken_by, taken_at, answered_at,
    abandoned_at, ended_at, waited_ms, outcome, summary, version) ON service_call TO
    workstation_work;
GRANT UPDATE (state, decided_by, decided_at, note, version) ON approval TO workstation_work;
GRANT UPDATE (title, place, channel, starts_at, capacity, state, approval_id, note, version) ON
    campaign TO workstation_work;
GRANT UPDATE (state, answered_at, answered_over, version) ON campaign_invitation TO
    workstation_work;
GRANT UPDATE (name, rule, saved_at, deleted_at, version) ON segment TO workstation_work;
GRANT UPDATE (snoozed_until, dismissed_at, reason, marked_by, marked_at, version) ON agenda_mark TO
    workstation_work;
GRANT UPDATE (until_day, retired_by) ON question TO workstation_work;
GRANT UPDATE (state, answers, submitted_at, ended_at, points, most, topics, version) ON
    exam_attempt TO workstation_work;
GRANT UPDATE (title, passed_on, valid_to, attempt_id, revoked_on, revoked_for, version) ON
    staff_certificate TO workstation_work;
GRANT DELETE ON approval_queue TO workstation_work;

-- Imports make clients and accounts, and change personal data.
GRANT SELECT, INSERT, UPDATE ON client TO workstation_files;
GRANT INSERT ON account, import_batch, import_part, import_row TO workstation_files;
GRANT UPDATE (state, approval_id, finished_at, version) ON import_batch TO workstation_files;
GRANT SELECT ON import_part, import_row TO workstation_files;
GRANT DELETE ON holding, import_part TO workstation_files;

-- Nights: no personal data; figures are their own and made anew each time.
GRANT SELECT ON firm_setting, security_event, security_close, corporate_action, ipo_event,
    ipo_ballot, account, holding, trade_order, trade_fill, subscription, client_rate, client_tier,
    points_entry, points_hold, tier_grant, tier_rating, tier_review, product_fee, product_fee_row,
    rate_exception, task, timeline, consent, client_manager, client_alert, campaign,
    campaign_invitation, campaign_effect, asset_day, commission_entry, commission_baseline,
    commission_increment, commission_credit, night_figure, night_run, loaded_file, loaded_event,
    rejected_line, assessment_figure, assessment_row, assessment_score, staff_certificate,
    service_call TO workstation_night;
GRANT SELECT (branch_id, client_id, manager_id, opened_on, tier, tier_by, average_assets_cents,
    year_commission_cents, risk_tested_on, rate_units, points_milli, version) ON client TO
    workstation_night;
GRANT SELECT (branch_id, client_id, contact_id, happened_at) ON contact TO workstation_night;
GRANT SELECT (branch_id, staff_id, role) ON staff TO workstation_night;
GRANT INSERT ON security_event, security_close, corporate_action, ipo_event, ipo_ballot,
    client_tier, points_entry, tier_rating, tier_review, product_fee, product_fee_row, task,
    timeline, client_alert, campaign_effect, asset_day, commission_entry, commission_baseline,
    commission_increment, commission_credit, night_figure, night_run, loaded_file, loaded_event,
    rejected_line, assessment_figure, assessment_row, assessment_score, staff_certificate,
    audit_entry TO workstation_night;

GRANT UPDATE (tier, tier_by, average_assets_cents, year_commission_cents, rate_units, version) ON
    client TO workstation_night;
GRANT UPDATE (tier, tier_by) ON client_tier TO workstation_night;
GRANT UPDATE (sellable, version) ON holding TO workstation_night;
GRANT UPDATE (state, version) ON subscription TO workstation_night;
GRANT UPDATE (state, version) ON rate_exception TO workstation_night;
GRANT UPDATE (state, version) ON campaign TO workstation_night;
GRANT UPDATE (credited_cents, increment_cents, restated_on) ON commission_increment TO
    workstation_night;
GRANT UPDATE (credited_cents, restated_on) ON commission_credit TO workstation_night;
GRANT UPDATE (cash_cents, cash_load_id) ON asset_day TO workstation_night;
GRANT UPDATE (title, passed_on, valid_to, version) ON staff_certificate TO workstation_night;
GRANT UPDATE (state, started_at, finished_at, attempts, counts, trouble) ON night_run TO
    workstation_night;
-- A night takes back what it told a person to do, and lets go what was kept long enough: what of a call
-- concerns a client stands in his contacts.
GRANT UPDATE (state, note, closed_at, version) ON task TO workstation_night;
GRANT DELETE ON night_figure, service_call TO workstation_night;
