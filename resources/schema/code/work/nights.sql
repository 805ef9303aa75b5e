-- What the nightly runs reckon and write with.

-- How many runs have begun: what was loaded before the last one is read.
CREATE FUNCTION nights_begun() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(sum(attempts), 0)::bigint FROM night_run WHERE branch_id = '*'
$$;

-- The first day from now on whose night has not begun.
CREATE FUNCTION next_night(now_at text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT greatest(left(now_at, 10), (SELECT to_char(max(day)::date + 1, 'YYYY-MM-DD')
        FROM night_run WHERE branch_id = '*'))
$$;

-- Numbers in the words of alerts and tasks.
CREATE FUNCTION in_yuan(cents numeric) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT to_char(cents / 100, 'FM999,999,999,999,990.00') || ' 元' $$;

CREATE FUNCTION as_price(price_units bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN price_units % 100 = 0 THEN round(price_units / 10000.0, 2)
        ELSE trim_scale(price_units / 10000.0) END::text || ' 元'
$$;

CREATE FUNCTION as_shares(quantity bigint) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT to_char(quantity, 'FM999,999,999,999,990') || ' 股' $$;

CREATE FUNCTION as_move(now_units bigint, before_units bigint) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN now_units < before_units THEN '−' ELSE '+' END
        || to_char(abs(round((now_units - before_units) * 100.0 / before_units, 2)), 'FM999990.00')
        || '%'
$$;

-- Tiers as numbers, lowest first, the same order as models.clients.tier.
CREATE FUNCTION tier_rank(tier text) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT array_position(ARRAY['ordinary', 'silver', 'gold', 'platinum'], tier) $$;

CREATE FUNCTION tier_of(rank bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT (ARRAY['ordinary', 'silver', 'gold', 'platinum'])[rank] $$;

-- How many of these fields of a client are filled: the night learns that, never what stands in them.
CREATE FUNCTION filled_fields(of_branch text, of_clients text[], fields text[])
RETURNS TABLE (client_id text, filled bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.client_id, count(*) FILTER (WHERE CASE f.field
        WHEN 'name' THEN c.name WHEN 'gender' THEN c.gender WHEN 'birthday' THEN c.birthday
        WHEN 'mobile' THEN c.mobile WHEN 'id_no' THEN c.id_no
        WHEN 'risk_class' THEN c.risk_class END <> '')
    FROM client c CROSS JOIN unnest(fields) AS f (field)
    WHERE c.branch_id = of_branch AND c.client_id = ANY (of_clients) GROUP BY 1
$$;

GRANT EXECUTE ON FUNCTION nights_begun, in_yuan, as_price, as_shares, as_move, tier_rank, tier_of,
    filled_fields TO workstation_night;
