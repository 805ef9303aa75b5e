-- Numbers in the words of alerts and tasks.

CREATE FUNCTION in_yuan(cents numeric) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT to_char(cents / 100, 'FM999,999,999,999,990.00') || ' 元' $$;

CREATE FUNCTION as_price(price_units bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT trim_scale(price_units / 10000.0)::text || ' 元' $$;

CREATE FUNCTION as_shares(quantity bigint) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT to_char(quantity, 'FM999,999,999,999,990') || ' 股' $$;

CREATE FUNCTION as_move(now_units bigint, before_units bigint) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN now_units < before_units THEN '−' ELSE '+' END
        || to_char(abs(round((now_units - before_units) * 100.0 / before_units, 2)), 'FM999990.00')
        || '%'
$$;
