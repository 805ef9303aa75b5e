-- Life cycles: a row's state changes by the steps of models.lives.steps, whatever program writes.

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

CREATE FUNCTION keep_steps() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    earlier constant text := CASE TG_OP WHEN 'INSERT' THEN '' ELSE OLD.state END;
BEGIN
    IF earlier <> NEW.state AND NOT EXISTS (SELECT FROM life_step s
        WHERE s.branch_id = '*' AND s.life = TG_TABLE_NAME
          AND s.before = earlier AND s.after = NEW.state)
    THEN
        RAISE EXCEPTION '% may not step from "%" to "%"', TG_TABLE_NAME, earlier, NEW.state
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

DO $$
DECLARE
    living text;
BEGIN
    FOR living IN SELECT DISTINCT life FROM life_step LOOP
        EXECUTE format('CREATE TRIGGER keep_steps BEFORE INSERT OR UPDATE OF state ON %I '
            'FOR EACH ROW EXECUTE FUNCTION keep_steps()', living);
    END LOOP;
END $$;
