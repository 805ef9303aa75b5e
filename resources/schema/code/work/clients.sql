-- Clients: what a household is worth, who had whom when, and what a command does to clients of others.

-- What a household is worth: the sum of its present members, for those who may see them.
CREATE VIEW household_total WITH (security_invoker = true) AS
SELECT m.branch_id, m.household_id, m.manager_id, count(*) AS members,
       sum(c.average_assets_cents) AS average_assets_cents,
       sum(c.year_commission_cents) AS year_commission_cents, sum(c.points_milli) AS points_milli
FROM household_member m JOIN client c USING (branch_id, client_id)
WHERE m.left_by = ''
GROUP BY m.branch_id, m.household_id, m.manager_id;
GRANT SELECT ON household_total TO workstation_app;

-- Who looked after a client on a day, and in which branch; no row = nobody yet.
CREATE FUNCTION keeper_on(of_branch text, of_client text, day text)
RETURNS TABLE (branch_id text, manager_id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT m.branch_id, m.manager_id FROM client_manager m
    WHERE m.client_branch = of_branch AND m.client_id = of_client AND m.from_on <= day
    ORDER BY m.from_on DESC LIMIT 1
$$;

-- In which branch the client is who has this number in that branch, or had it when he left; NULL = nobody.
CREATE FUNCTION home_of(of_branch text, of_client text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(
        (SELECT c.branch_id FROM client c WHERE c.branch_id = of_branch AND c.client_id = of_client),
        (SELECT max(h.client_branch) FROM client_hand_over h
            WHERE h.from_branch = of_branch AND h.client_id = of_client))
$$;

-- Whether the branch has such a client, or had him until he was handed over: that and no more, for who may
-- write.
CREATE FUNCTION is_client(in_branch text, of_client text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN app_writes() AND in_branch = app_branch() AND home_of(in_branch, of_client) IS NOT NULL;
END $$;

-- The client whom a key of a command names, if it names one: that and no more, for a worker's tasks.
CREATE FUNCTION known_client(in_branch text, key text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.client_id FROM client c
    WHERE app_role() = 'worker' AND c.branch_id = in_branch AND c.client_id = key
$$;

-- Posts the referrer's points on his own manager's stream, and the relation on each client's own, in
-- whichever branches they are now; '' the first time for a new client, else why not. What is posted is
-- what was approved: the referrer is the client of that number of the branch in which it was asked for.
CREATE FUNCTION post_referral(in_branch text, by_approval text, milli bigint, now_at text)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    told constant jsonb := what_was_approved(in_branch, by_approval, 'points');
    bringer constant text := told ->> 'referrer';
    brought constant text := told ->> 'referred';
    home constant text := home_of(coalesce(told ->> 'referrer_branch', in_branch), bringer);
BEGIN
    IF bringer IS NULL OR brought IS NULL OR brought = bringer OR NOT is_visible(in_branch, (
            SELECT c.manager_id FROM client c
            WHERE c.branch_id = in_branch AND c.client_id = brought))
    THEN
        RAISE EXCEPTION 'NO_REFERRAL' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF home IS NULL THEN
        RETURN 'REFERRER_NOT_FOUND';
    END IF;
    INSERT INTO points_entry (branch_id, entry_id, manager_id, client_id, kind, points_milli, note,
        posted_at)
    SELECT c.branch_id, 'referral-' || brought, c.manager_id, c.client_id, 'referral', milli,
           '推荐新客户 ' || brought, now_at
    FROM client c WHERE c.branch_id = home AND c.client_id = bringer
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN 'DUPLICATE';
    END IF;
    WITH sides AS (
        INSERT INTO relation (branch_id, relation_id, client_id, manager_id, other_id, kind, since)
        SELECT c.branch_id, 'referral-' || brought, c.client_id, c.manager_id,
               CASE c.client_id WHEN brought THEN bringer ELSE brought END,
               CASE c.client_id WHEN brought THEN 'referred' ELSE 'referrer' END,
               told ->> 'recommended_on'
        FROM client c WHERE (c.branch_id, c.client_id) IN ((in_branch, brought), (home, bringer))
        RETURNING branch_id, client_id, manager_id
    )
    INSERT INTO timeline (branch_id, entry_id, manager_id, client_id, kind, title, about, author,
        happened_at)
    SELECT s.branch_id, by_approval || '-relation-' || s.client_id, s.manager_id, s.client_id,
           'relation', '登记推荐关系', by_approval, app_person(), now_at
    FROM sides s
    UNION ALL
    SELECT s.branch_id, by_approval || '-points', s.manager_id, s.client_id, 'points',
           '推荐新客户 ' || brought || ',积分 ' || trim(to_char(milli / 1000, '999,999,990')),
           by_approval, app_person(), now_at
    FROM sides s WHERE s.client_id = bringer;
    RETURN '';
END $$;

-- Ends a relation on both sides, for who looks after either: the other client may have gone to another
-- manager or branch since, which is told to nobody here. False where none of this client runs, or it is
-- a referral, which is a fact. The other side is where he is now who was in one branch with him then.
CREATE FUNCTION end_relation(in_branch text, of_relation text, of_client text, by_command text,
    now_at text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    kin text;
    homes text[];
BEGIN
    SELECT r.other_id INTO kin FROM relation r
    JOIN client c ON c.branch_id = r.branch_id AND c.client_id = r.client_id
    WHERE r.branch_id = in_branch AND r.relation_id = of_relation AND r.client_id = of_client
      AND r.kind NOT IN ('referrer', 'referred')
      AND app_writes() AND is_visible(c.branch_id, c.manager_id);
    homes := ARRAY(SELECT home_of(in_branch, kin) UNION SELECT home_of(h.from_branch, kin)
        FROM client_hand_over h WHERE h.client_branch = in_branch AND h.client_id = of_client);
    WITH sides AS MATERIALIZED ( -- in order: two may end it at once, one from each side
        SELECT r.branch_id, r.client_id FROM relation r
        WHERE r.relation_id = of_relation AND r.ended_at = ''
          AND (r.branch_id = in_branch AND r.client_id = of_client AND r.other_id = kin
              OR r.branch_id = ANY (homes) AND r.client_id = kin AND r.other_id = of_client)
        ORDER BY r.branch_id, r.client_id FOR UPDATE
    ), ended AS (
        UPDATE relation r SET ended_at = now_at, version = r.version + 1 FROM sides s
        WHERE r.branch_id = s.branch_id AND r.relation_id = of_relation
          AND r.client_id = s.client_id
        RETURNING r.branch_id, r.client_id, r.manager_id
    )
    INSERT INTO timeline (branch_id, entry_id, manager_id, client_id, kind, title, about, author,
        happened_at)
    SELECT e.branch_id, by_command || '-relation-' || e.client_id, e.manager_id, e.client_id,
           'relation', '客户关系终止', by_command, app_person(), now_at
    FROM ended e;
    RETURN FOUND;
END $$;

GRANT EXECUTE ON FUNCTION keeper_on, is_client, known_client, post_referral, end_relation TO
    workstation_work;
GRANT EXECUTE ON FUNCTION keeper_on TO workstation_night;
