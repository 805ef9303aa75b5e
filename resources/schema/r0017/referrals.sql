-- A referral between clients of two managers: who brought the new client is known by his number to
-- the new client's manager, and by nothing else.

-- Whether the branch has such a client: that and no more, for who may write.
CREATE FUNCTION is_client(in_branch text, of_client text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT app_writes() AND in_branch = app_branch() AND EXISTS (SELECT FROM client c
        WHERE c.branch_id = in_branch AND c.client_id = of_client)
$$;

-- Posts the referrer's points on his own manager's stream, and the relation on each client's own; true
-- the first time for a new client. What is posted is what was approved.
CREATE FUNCTION post_referral(in_branch text, by_approval text, milli bigint, now_at text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    told jsonb;
    bringer text; -- before this revision the approval was about him
    brought text;
BEGIN
    IF is_approved(in_branch, by_approval, ARRAY['points']) THEN
        SELECT a.after::jsonb, coalesce(a.after::jsonb ->> 'referrer', a.client_id)
        INTO told, bringer FROM approval a
        WHERE a.branch_id = in_branch AND a.approval_id = by_approval;
    END IF;
    brought := told ->> 'referred';
    IF brought IS NULL OR brought = bringer OR NOT is_visible(in_branch, (
            SELECT c.manager_id FROM client c
            WHERE c.branch_id = in_branch AND c.client_id = brought))
    THEN
        RAISE EXCEPTION 'NO_REFERRAL' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO points_entry (branch_id, entry_id, manager_id, client_id, kind, points_milli, note,
        posted_at)
    SELECT c.branch_id, 'referral-' || brought, c.manager_id, c.client_id, 'referral', milli,
           '推荐新客户 ' || brought, now_at
    FROM client c WHERE c.branch_id = in_branch AND c.client_id = bringer
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO relation (branch_id, relation_id, client_id, manager_id, other_id, kind, since)
    SELECT c.branch_id, 'referral-' || brought, c.client_id, c.manager_id,
           CASE c.client_id WHEN brought THEN bringer ELSE brought END,
           CASE c.client_id WHEN brought THEN 'referred' ELSE 'referrer' END,
           told ->> 'recommended_on'
    FROM client c WHERE c.branch_id = in_branch
      AND c.client_id IN (brought, bringer);
    INSERT INTO timeline (branch_id, entry_id, manager_id, client_id, kind, title, about, author,
        happened_at)
    SELECT c.branch_id, by_approval || '-relation-' || c.client_id, c.manager_id, c.client_id,
           'relation', '登记推荐关系', by_approval, app_person(), now_at
    FROM client c WHERE c.branch_id = in_branch
      AND c.client_id IN (brought, bringer)
    UNION ALL
    SELECT c.branch_id, by_approval || '-points', c.manager_id, c.client_id, 'points',
           '推荐新客户 ' || brought || ',积分 ' || trim(to_char(milli / 1000, '999,999,990')),
           by_approval, app_person(), now_at
    FROM client c WHERE c.branch_id = in_branch AND c.client_id = bringer;
    RETURN true;
END $$;

GRANT EXECUTE ON FUNCTION is_client, post_referral TO workstation_work;
