-- The annual fee of product D: what is entrusted, and what was unknown and is not any more.

-- Of a day's assets the cash; NULL = taken before the two were told apart.
ALTER TABLE asset_day ADD COLUMN cash_cents BIGINT;

-- Which assets were counted, as the setting says it; '' = all, before it could say.
ALTER TABLE product_fee_row ADD COLUMN entrusted TEXT DEFAULT '' NOT NULL;

ALTER TABLE product_fee_row ADD CONSTRAINT fk_product_fee_row_branch_id_fee_id
    FOREIGN KEY (branch_id, fee_id) REFERENCES product_fee (branch_id, fee_id)
    ON DELETE RESTRICT DEFERRABLE;

-- A night takes back what it told a person to do.
GRANT UPDATE (state, note, closed_at, version) ON task TO workstation_night;
