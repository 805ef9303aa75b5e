-- Exceptions that end earlier, and the annual fee of product D.

-- By which approval an exception ends earlier (D4).
ALTER TABLE rate_exception ADD COLUMN revoked_by TEXT DEFAULT '' NOT NULL;

-- Of a day's assets the cash; NULL = taken before the two were told apart.
ALTER TABLE asset_day ADD COLUMN cash_cents BIGINT;

-- Which assets were counted, as the setting says it; '' = all, before it could say.
ALTER TABLE product_fee_row ADD COLUMN entrusted TEXT DEFAULT '' NOT NULL;

ALTER TABLE product_fee_row ADD CONSTRAINT fk_product_fee_row_branch_id_fee_id
    FOREIGN KEY (branch_id, fee_id) REFERENCES product_fee (branch_id, fee_id)
    ON DELETE RESTRICT DEFERRABLE;
