-- What every firm begins with: its name, the steps of lives, who sees what in clear, who imports what.

INSERT INTO central_identity (branch_id, central_id) VALUES ('*', gen_random_uuid()::text);

-- Life cycles: a row's state changes by the steps of models.lives.steps.
INSERT INTO life_step (branch_id, life, before, after)
SELECT '*', life, before, unnest(afters::text[]) FROM (VALUES
    ('advisory_question', '', '{open}'),
    ('advisory_question', 'open', '{taken,withdrawn}'),
    ('advisory_question', 'taken', '{answered,open,withdrawn}'),
    ('advisory_question', 'answered', '{relayed,open}'),
    ('advisory_question', 'relayed', '{open}'),
    ('application', '', '{applied}'),
    ('application', 'applied', '{signed,withdrawn}'),
    ('application', 'signed', '{submitted,withdrawn}'),
    ('application', 'submitted', '{approved,refused,withdrawn}'),
    ('approval', '', '{pending}'),
    ('approval', 'pending', '{approved,refused,withdrawn,expired}'),
    ('campaign', '', '{draft}'),
    ('campaign', 'draft', '{in_review,cancelled}'),
    ('campaign', 'in_review', '{draft,approved}'),
    ('campaign', 'approved', '{inviting,cancelled}'),
    ('campaign', 'inviting', '{held,cancelled}'),
    ('campaign', 'held', '{followed_up}'),
    ('campaign', 'followed_up', '{closed}'),
    ('campaign_invitation', '', '{invited}'),
    ('campaign_invitation', 'invited', '{accepted,declined,attended,absent,withdrawn}'),
    ('campaign_invitation', 'accepted', '{declined,attended,absent,withdrawn}'),
    ('exam_attempt', '', '{begun}'),
    ('exam_attempt', 'begun', '{passed,failed,expired}'),
    ('import_batch', '', '{known,pending}'),
    ('import_batch', 'pending', '{applied,refused}'),
    ('import_batch', 'applied', '{undone}'),
    ('loaded_file', '', '{loaded}'),
    ('loaded_file', 'loaded', '{undone}'),
    ('mandate', '', '{draft,signed,active}'),
    ('mandate', 'draft', '{signed,ended}'),
    ('mandate', 'signed', '{active,ended}'),
    ('mandate', 'active', '{ended}'),
    ('points_hold', '', '{held}'),
    ('points_hold', 'held', '{burned,released}'),
    ('rate_exception', '', '{submitted}'),
    ('rate_exception', 'submitted', '{approved,refused,withdrawn}'),
    ('rate_exception', 'approved', '{ended}'),
    ('service_call', '', '{waiting,redirected}'),
    ('service_call', 'waiting', '{taken,abandoned}'),
    ('service_call', 'taken', '{ended,done,abandoned}'),
    ('service_call', 'ended', '{done}'),
    ('subscription', '', '{active,bundled,paused}'),
    ('subscription', 'active', '{ended}'),
    ('subscription', 'bundled', '{ended}'),
    ('subscription', 'paused', '{active,ended}'),
    ('task', '', '{open,done}'),
    ('task', 'open', '{done,dismissed}')
) AS steps (life, before, afters);

INSERT INTO field_rule (branch_id, role, field, shown, unmask) VALUES
    ('*', 'manager', 'name', 'clear', 'never'),
    ('*', 'manager', 'mobile', 'masked', 'reason'),
    ('*', 'manager', 'id_no', 'masked', 'reason'),
    ('*', 'manager', 'birthday', 'masked', 'reason'),
    ('*', 'branch_manager', 'name', 'clear', 'never'),
    ('*', 'branch_manager', 'mobile', 'masked', 'reason'),
    ('*', 'branch_manager', 'id_no', 'masked', 'reason'),
    ('*', 'branch_manager', 'birthday', 'masked', 'reason'),
    ('*', 'adviser', 'name', 'clear', 'never'),
    ('*', 'adviser', 'mobile', 'masked', 'reason'),
    ('*', 'adviser', 'id_no', 'hidden', 'never'),
    ('*', 'adviser', 'birthday', 'hidden', 'never'),
    ('*', 'call_centre', 'name', 'clear', 'never'),
    ('*', 'call_centre', 'mobile', 'masked', 'reason'),
    ('*', 'call_centre', 'id_no', 'masked', 'reason'),
    ('*', 'call_centre', 'birthday', 'masked', 'never'),
    ('*', 'compliance', 'name', 'masked', 'reason'),
    ('*', 'compliance', 'mobile', 'masked', 'reason'),
    ('*', 'compliance', 'id_no', 'masked', 'reason'),
    ('*', 'compliance', 'birthday', 'masked', 'reason');

INSERT INTO import_rule (branch_id, kind, role)
SELECT '*', kind, role FROM unnest(ARRAY['clients', 'holdings', 'cash']) AS kind
CROSS JOIN unnest(ARRAY['manager', 'branch_manager']) AS role;
