-- Clients go to managers of other branches too: what stays in its own branch names that of the client.

DO $$
DECLARE
    staying text;
BEGIN
    FOREACH staying IN ARRAY ARRAY['campaign_invitation', 'client_hand_over', 'client_manager',
        'unmask_grant', 'unmasking']
    LOOP
        EXECUTE format('ALTER TABLE %I ADD COLUMN client_branch TEXT DEFAULT '''' NOT NULL', staying);
        EXECUTE format('UPDATE %I SET client_branch = branch_id', staying);
        EXECUTE format('ALTER TABLE %1$I DROP CONSTRAINT %2$I, ADD CONSTRAINT %3$I FOREIGN KEY '
            '(client_branch, client_id) REFERENCES client (branch_id, client_id) '
            'ON DELETE RESTRICT DEFERRABLE', staying, format('fk_%s_branch_id_client_id', staying),
            format('fk_%s_client_branch_client_id', staying));
        EXECUTE format('DROP INDEX IF EXISTS %I', 'by_client_id_' || staying);
    END LOOP;
END $$;
CREATE INDEX by_client_campaign_invitation ON campaign_invitation (client_branch, client_id);
CREATE INDEX by_client_client_hand_over ON client_hand_over (client_branch, client_id);
CREATE INDEX by_client_unmask_grant ON unmask_grant (client_branch, client_id);
CREATE INDEX by_client_unmasking ON unmasking (client_branch, client_id);

-- One a day, whatever branches he has been in; a number that another client has now is another client's.
ALTER TABLE client_manager DROP CONSTRAINT pk_client_manager,
    ADD CONSTRAINT pk_client_manager PRIMARY KEY (branch_id, client_branch, client_id, from_on);
CREATE UNIQUE INDEX by_client_client_manager ON client_manager (client_branch, client_id, from_on);

ALTER TABLE client_hand_over ADD COLUMN from_branch TEXT DEFAULT '' NOT NULL;
UPDATE client_hand_over SET from_branch = branch_id;
CREATE INDEX by_giver_client_hand_over ON client_hand_over (from_branch, client_id);

-- A trade is credited to whoever had the client on its day, in the branch of that day.
ALTER TABLE commission_entry ADD COLUMN credited_branch TEXT DEFAULT '' NOT NULL;
UPDATE commission_entry SET credited_branch = branch_id WHERE credited_to <> '';
ALTER TABLE commission_entry ADD CONSTRAINT ck_commission_entry_credited
    CHECK (credited_to = '' OR credited_branch <> '');
CREATE INDEX by_credited_commission_entry ON commission_entry (credited_branch, trade_date);
