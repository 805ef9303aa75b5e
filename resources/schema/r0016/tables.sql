-- Campaigns and report meetings: the event on the stream of its branch, invitations on those of the
-- clients' managers, the effect beside the event.

CREATE TABLE campaign (
    branch_id TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    author TEXT DEFAULT '' NOT NULL,
    kind TEXT DEFAULT '' NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    place TEXT DEFAULT '' NOT NULL,
    channel TEXT DEFAULT '' NOT NULL,
    starts_at TEXT DEFAULT '' NOT NULL,
    capacity BIGINT DEFAULT '0' NOT NULL,
    seats_taken BIGINT DEFAULT '0' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    approval_id TEXT DEFAULT '' NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_campaign PRIMARY KEY (branch_id, campaign_id),
    CONSTRAINT ck_campaign_seats CHECK (seats_taken BETWEEN 0 AND capacity)
);

CREATE TABLE campaign_invitation (
    branch_id TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    channel TEXT DEFAULT '' NOT NULL,
    state TEXT DEFAULT '' NOT NULL,
    invited_by TEXT DEFAULT '' NOT NULL,
    invited_at TEXT DEFAULT '' NOT NULL,
    answered_at TEXT DEFAULT '' NOT NULL,
    answered_over TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_campaign_invitation PRIMARY KEY (branch_id, campaign_id, client_id),
    CONSTRAINT fk_campaign_invitation_branch_id_client_id FOREIGN KEY(branch_id, client_id) REFERENCES client (branch_id, client_id),
    CONSTRAINT fk_campaign_invitation_branch_id_campaign_id FOREIGN KEY(branch_id, campaign_id) REFERENCES campaign (branch_id, campaign_id)
);

CREATE TABLE campaign_effect (
    branch_id TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    treated TEXT NOT NULL,
    manager_id TEXT DEFAULT '' NOT NULL,
    reckoned_on TEXT DEFAULT '' NOT NULL,
    outcome TEXT DEFAULT '' NOT NULL,
    treated_clients BIGINT DEFAULT '0' NOT NULL,
    control_clients BIGINT DEFAULT '0' NOT NULL,
    treated_assets_cents BIGINT DEFAULT '0' NOT NULL,
    control_assets_cents BIGINT DEFAULT '0' NOT NULL,
    treated_commission_cents BIGINT DEFAULT '0' NOT NULL,
    control_commission_cents BIGINT DEFAULT '0' NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    CONSTRAINT pk_campaign_effect PRIMARY KEY (branch_id, campaign_id, treated),
    CONSTRAINT fk_campaign_effect_branch_id_campaign_id FOREIGN KEY(branch_id, campaign_id) REFERENCES campaign (branch_id, campaign_id)
);

CREATE INDEX by_stream_campaign ON campaign (branch_id, manager_id);
CREATE INDEX by_stream_campaign_invitation ON campaign_invitation (branch_id, manager_id);
CREATE INDEX by_client_campaign_invitation ON campaign_invitation (branch_id, client_id);
CREATE INDEX by_stream_campaign_effect ON campaign_effect (branch_id, manager_id);

CALL log_changes_of('campaign');
CALL log_changes_of('campaign_invitation');
CALL log_changes_of('campaign_effect');

INSERT INTO life_step (branch_id, life, before, after) VALUES
    ('*', 'campaign', '', 'draft'),
    ('*', 'campaign', 'draft', 'in_review'),
    ('*', 'campaign', 'draft', 'cancelled'),
    ('*', 'campaign', 'in_review', 'draft'),
    ('*', 'campaign', 'in_review', 'approved'),
    ('*', 'campaign', 'approved', 'inviting'),
    ('*', 'campaign', 'approved', 'cancelled'),
    ('*', 'campaign', 'inviting', 'held'),
    ('*', 'campaign', 'inviting', 'cancelled'),
    ('*', 'campaign', 'held', 'followed_up'),
    ('*', 'campaign', 'followed_up', 'closed'),
    ('*', 'campaign_invitation', '', 'invited'),
    ('*', 'campaign_invitation', 'invited', 'accepted'),
    ('*', 'campaign_invitation', 'invited', 'declined'),
    ('*', 'campaign_invitation', 'invited', 'attended'),
    ('*', 'campaign_invitation', 'invited', 'absent'),
    ('*', 'campaign_invitation', 'invited', 'withdrawn'),
    ('*', 'campaign_invitation', 'accepted', 'declined'),
    ('*', 'campaign_invitation', 'accepted', 'attended'),
    ('*', 'campaign_invitation', 'accepted', 'absent'),
    ('*', 'campaign_invitation', 'accepted', 'withdrawn');
CREATE TRIGGER keep_steps BEFORE INSERT OR UPDATE OF state ON campaign
FOR EACH ROW EXECUTE FUNCTION keep_steps();
CREATE TRIGGER keep_steps BEFORE INSERT OR UPDATE OF state ON campaign_invitation
FOR EACH ROW EXECUTE FUNCTION keep_steps();
