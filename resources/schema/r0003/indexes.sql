-- How nights and people read: a stream's rows, one client's rows, one day's.

CREATE INDEX by_stream_client_alert ON client_alert (branch_id, manager_id);
CREATE INDEX by_client_client_alert ON client_alert (branch_id, client_id);
CALL log_changes_of('client_alert');

CREATE INDEX by_client_commission_entry ON commission_entry (branch_id, client_id, trade_date)
INCLUDE (booked_on, amount_cents);
CREATE INDEX by_booked_commission_entry ON commission_entry (branch_id, client_id, booked_on);
CREATE INDEX by_about_commission_entry ON commission_entry (branch_id, about) WHERE about <> '';
CREATE INDEX by_day_ipo_ballot ON ipo_ballot (branch_id, drawn_on);

-- What was frozen stays so, whoever asks.
CREATE FUNCTION keep_as_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is written once', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER written_once BEFORE UPDATE OF amount_cents, year, client_id, frozen_on OR DELETE
ON commission_baseline FOR EACH STATEMENT EXECUTE FUNCTION keep_as_written();
CREATE TRIGGER not_emptied BEFORE TRUNCATE
ON commission_baseline FOR EACH STATEMENT EXECUTE FUNCTION keep_as_written();

-- Tiers as numbers, lowest first, the same order as models.clients.tier.
CREATE FUNCTION tier_rank(tier text) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT array_position(ARRAY['ordinary', 'silver', 'gold', 'platinum'], tier) $$;

CREATE FUNCTION tier_of(rank bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT (ARRAY['ordinary', 'silver', 'gold', 'platinum'])[rank] $$;
