"""Synced tables of campaigns: the event itself, who was invited, what came of it (features F26).

A campaign and its effect are on the stream of a branch, ``branch:<id>``; an invitation is on that
of the client's manager, and on nobody's once the client has gone to another branch.
"""

from sqlalchemy import ForeignKeyConstraint, Table

from models.tables.columns import FIRM, text_column, to_client, version_column, whole_column


def branch_stream(branch_id: str) -> str:
    """Return the stream that all managers of a branch follow."""
    return f"branch:{branch_id}"


def _to_campaign() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["branch_id", "campaign_id"], ["campaign.branch_id", "campaign.campaign_id"]
    )


CAMPAIGN = Table(
    "campaign",
    FIRM,
    text_column("branch_id", key=True),
    text_column("campaign_id", key=True),
    text_column("manager_id"),  # stream: that of the branch
    text_column("author"),
    text_column("kind"),  # models.rules.messages.campaigns.kinds
    text_column("title"),
    text_column("place"),
    text_column("channel"),  # that clients are invited over: sms, phone, im, email
    text_column("starts_at"),
    whole_column("capacity"),
    whole_column("seats_taken"),  # moved by a trigger of campaign_invitation
    text_column("state"),  # models.lives.teams.campaign
    text_column("approval_id"),
    text_column("note"),
    version_column(),  # changes by people; a taken seat is none
)

CAMPAIGN_INVITATION = Table(
    "campaign_invitation",
    FIRM,
    text_column("branch_id", key=True),
    text_column("campaign_id", key=True),
    text_column("client_id", key=True),
    text_column("manager_id"),
    text_column("channel"),
    text_column("state"),  # models.lives.teams.campaign
    text_column("invited_by"),  # the command
    text_column("invited_at"),
    text_column("answered_at"),
    text_column("answered_over"),  # channel of the answer
    text_column("client_branch"),  # where the client is now
    version_column(),
    to_client("client_branch"),
    _to_campaign(),
)

# Mean changes in cents of two groups over the same days; written once, by a night.
CAMPAIGN_EFFECT = Table(
    "campaign_effect",
    FIRM,
    text_column("branch_id", key=True),
    text_column("campaign_id", key=True),
    text_column("treated", key=True),  # attended, invited
    text_column("manager_id"),  # stream: that of the branch
    text_column("reckoned_on"),
    text_column("outcome"),  # "", EFFECT_TOO_FEW
    whole_column("treated_clients"),
    whole_column("control_clients"),
    whole_column("treated_assets_cents"),
    whole_column("control_assets_cents"),
    whole_column("treated_commission_cents"),
    whole_column("control_commission_cents"),
    version_column(),
    _to_campaign(),
)

CAMPAIGNS: tuple[Table, ...] = (CAMPAIGN, CAMPAIGN_INVITATION, CAMPAIGN_EFFECT)
