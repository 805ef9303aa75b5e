-- Personal data: masked for everybody, in clear only after the reason stands in the audit trail.
-- workstation_app cannot read personal columns at all; workstation_sync (the hub on behalf of a
-- desk that keeps its own clients, under the same row policies) can.

-- As models.rules.messages.mask; what is too short to hide a part of is hidden whole.
CREATE FUNCTION hide_middle(value text, first int, last int) RETURNS text LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE WHEN length(value) <= first + last THEN repeat('*', length(value))
        ELSE left(value, first) || repeat('*', length(value) - first - last) || right(value, last)
    END
$$;

CREATE FUNCTION mask_field(field text, value text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE field
        WHEN 'name' THEN hide_middle(value, 1, 0)
        WHEN 'mobile' THEN hide_middle(value, 3, 4)
        WHEN 'id_no' THEN hide_middle(value, 6, 4)
        WHEN 'birthday' THEN left(value, 4) || regexp_replace(substr(value, 5), '[^-]', '*', 'g')
        ELSE repeat('*', length(value)) END
$$;

CREATE FUNCTION shown_as(of_field text) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce((SELECT shown FROM field_rule
        WHERE branch_id = '*' AND role = app_role() AND field = of_field), 'hidden')
$$;

CREATE FUNCTION show_field(field text, shown text, value text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE shown WHEN 'clear' THEN value WHEN 'masked' THEN mask_field(field, value)
        ELSE '' END
$$;

CREATE VIEW client_masked WITH (security_barrier = true) AS
SELECT branch_id, client_id, manager_id,
       show_field('name', (SELECT shown_as('name')), name) AS name,
       show_field('mobile', (SELECT shown_as('mobile')), mobile) AS mobile,
       show_field('id_no', (SELECT shown_as('id_no')), id_no) AS id_no,
       show_field('birthday', (SELECT shown_as('birthday')), birthday) AS birthday,
       gender, opened_on, tier, tier_by, average_assets_cents, year_commission_cents, risk_class,
       risk_tested_on, rate_units, points_milli, last_contact_at, version
FROM client
WHERE branch_id = ANY ((SELECT app_branches())::text[])
  AND manager_id = ANY ((SELECT app_managers())::text[])
  AND ((SELECT NOT asks_himself()) OR (SELECT as_set(app_branches()))[branch_id] IS NOT NULL
      AND (SELECT as_set(app_managers()))[manager_id] IS NOT NULL
      AND ((SELECT app_role() <> 'adviser')
          OR (SELECT app_advised())[branch_id][client_id] IS NOT NULL))
  AND ((SELECT app_role() <> 'adviser') OR app_advises(branch_id, client_id));

GRANT SELECT ON client_masked TO workstation_app;
GRANT EXECUTE ON FUNCTION hide_middle, mask_field, shown_as, show_field TO workstation_app;
