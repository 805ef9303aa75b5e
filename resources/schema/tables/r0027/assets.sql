-- Assets of days that no night has taken come as a file (`central load assets`).

-- Which load brought the row, or told its cash apart later; '' = a night. booked_on: the first day whose
-- night counts it, so that a past night run again gives the same; '' = its own.
ALTER TABLE asset_day
    ADD COLUMN load_id TEXT DEFAULT '' NOT NULL,
    ADD COLUMN cash_load_id TEXT DEFAULT '' NOT NULL,
    ADD COLUMN booked_on TEXT DEFAULT '' NOT NULL;
CREATE INDEX by_load_asset_day ON asset_day (load_id) WHERE load_id <> '';
CREATE INDEX by_cash_load_asset_day ON asset_day (cash_load_id) WHERE cash_load_id <> '';
