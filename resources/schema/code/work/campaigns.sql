-- Campaigns and report meetings: what is done to one by whoever may not see all of it.

-- One command at a time on a campaign, also for those who may not change its row.
CREATE FUNCTION lock_campaign(of_campaign text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT FROM campaign c
    WHERE c.branch_id = app_branch() AND c.campaign_id = of_campaign AND app_writes() FOR UPDATE
$$;

-- What still is to be done for a held campaign by whomever: attendance, calls.
CREATE FUNCTION open_follow_ups(of_campaign text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT (SELECT count(*) FROM campaign_invitation i
            WHERE i.branch_id = app_branch() AND i.campaign_id = of_campaign AND app_writes()
              AND i.state IN ('invited', 'accepted'))
         + (SELECT count(*) FROM task t
            WHERE t.branch_id = app_branch() AND t.kind = 'campaign_follow_up' AND app_writes()
              AND t.about = of_campaign AND t.state = 'open')
$$;

-- Withdraws the invitations to a cancelled campaign; each manager gets a task a client who is to be
-- told. For whoever may cancel it.
CREATE FUNCTION withdraw_invitations(of_campaign text, now_at text, by_command text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    off campaign;
    told bigint;
BEGIN
    SELECT c.* INTO off FROM campaign c
    WHERE c.branch_id = app_branch() AND c.campaign_id = of_campaign AND c.state = 'cancelled'
      AND app_writes() AND (c.author = app_person() OR app_role() = 'branch_manager');
    IF off.campaign_id IS NULL THEN
        RAISE EXCEPTION 'CAMPAIGN_NOT_CANCELLED' USING ERRCODE = 'insufficient_privilege';
    END IF;
    WITH gone AS (
        UPDATE campaign_invitation i SET state = 'withdrawn', version = i.version + 1
        WHERE i.branch_id = off.branch_id AND i.campaign_id = of_campaign
          AND i.state IN ('invited', 'accepted')
        RETURNING i.branch_id, i.client_id, i.manager_id
    ), entries AS (
        INSERT INTO timeline (branch_id, entry_id, manager_id, client_id, kind, title, about,
            author, happened_at)
        SELECT g.branch_id, by_command || '-campaign-' || g.client_id, g.manager_id, g.client_id,
               'campaign', '活动取消:' || off.title, of_campaign, app_person(), now_at
        FROM gone g
    )
    INSERT INTO task (branch_id, task_id, manager_id, client_id, kind, title, body, due_at, state,
        about)
    SELECT g.branch_id, 'cancelled-' || of_campaign || '-' || g.client_id, g.manager_id,
           g.client_id, 'campaign_cancelled', '活动取消,请告知客户:' || off.title, off.note, now_at,
           'open', of_campaign
    FROM gone g;
    GET DIAGNOSTICS told = ROW_COUNT;
    RETURN told;
END $$;

GRANT EXECUTE ON FUNCTION lock_campaign, open_follow_ups, withdraw_invitations TO workstation_work;
