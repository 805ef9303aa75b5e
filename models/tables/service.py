"""Synced tables of client service: approvals, applications, rates, holds, consent, households.

As in models.tables.firm: units of models.money, moments ISO 8601 text with +08:00, days ISO dates.
"""

from sqlalchemy import Column, Table, Text

from models.tables.columns import (
    FIRM,
    flag_column,
    text_column,
    to_client,
    version_column,
    whole_column,
)

# What waits for a second person, with its whole difference. A setting's stands on stream "*".
APPROVAL = Table(
    "approval",
    FIRM,
    text_column("branch_id", key=True),
    text_column("approval_id", key=True),  # the command that asked for it
    text_column("manager_id"),
    Column("client_id", Text, nullable=True),
    text_column("kind"),  # models.rules.basis.settings.words.ApprovalKind
    text_column("title"),
    text_column("before"),  # JSON: what is
    text_column("after"),  # JSON: what will be
    text_column("maker"),
    text_column("made_at"),
    text_column("due_at"),
    text_column("state"),  # models.lives.approval
    text_column("decided_by"),
    text_column("decided_at"),
    text_column("note"),
    version_column(),
)

# What a person may decide now, on his own stream "queue:<staff id>"; a row goes when he may not.
APPROVAL_QUEUE = Table(
    "approval_queue",
    FIRM,
    text_column("branch_id", key=True),  # of the checker
    text_column("approval_id", key=True),
    text_column("checker", key=True),
    text_column("manager_id"),
    text_column("as_role"),  # the role he decides in
    text_column("from_on"),  # first and last day of the delegation; "" = his own role
    text_column("until"),
    text_column("approval_branch"),
    Column("client_id", Text, nullable=True),
    text_column("kind"),
    text_column("title"),
    text_column("before"),
    text_column("after"),
    text_column("maker"),
    text_column("made_at"),
    text_column("due_at"),
    version_column(),
)

APPLICATION = Table(
    "application",
    FIRM,
    text_column("branch_id", key=True),
    text_column("application_id", key=True),
    text_column("manager_id"),
    text_column("client_id"),
    text_column("product"),  # A B C D E
    text_column("action"),  # new, renew
    whole_column("months"),  # 0 = without end
    text_column("switch_from"),
    text_column("initiative"),  # client, staff
    flag_column("on_site"),
    flag_column("discretionary"),
    whole_column("x_units"),  # base rate on the quote, 0.0001 permille
    whole_column("rate_units"),  # quoted rate; 0 = the product has none (D)
    text_column("agreement_ref"),
    text_column("risk_statement_ref"),
    text_column("recording_ref"),
    flag_column("warning_signed"),
    text_column("state"),  # models.lives.application
    text_column("approval_id"),
    text_column("applied_at"),
    text_column("note"),
    version_column(),
    to_client(),
)

# Rates by day. product "" = base rate X; a product's rate ends, then X holds again.
CLIENT_RATE = Table(
    "client_rate",
    FIRM,
    text_column("branch_id", key=True),
    text_column("client_id", key=True),
    text_column("starts_on", key=True),
    text_column("product", key=True),
    text_column("manager_id"),
    whole_column("rate_units"),
    text_column("ends_on"),  # "" = open
    text_column("approval_id"),
    version_column(),
    to_client(),
)

POINTS_HOLD = Table(
    "points_hold",
    FIRM,
    text_column("branch_id", key=True),
    text_column("hold_id", key=True),
    text_column("manager_id"),
    text_column("client_id"),
    whole_column("points_milli"),
    text_column("purpose"),  # redemption, upgrade
    text_column("state"),  # models.lives.points_hold
    text_column("held_at"),
    text_column("ended_at"),
    version_column(),
    to_client(),
)

TIER_GRANT = Table(
    "tier_grant",
    FIRM,
    text_column("branch_id", key=True),
    text_column("grant_id", key=True),
    text_column("manager_id"),
    text_column("client_id"),
    text_column("tier"),
    text_column("starts_on"),
    text_column("ends_on"),
    text_column("reason"),
    text_column("approval_id"),
    version_column(),
    to_client(),
)

RISK_TEST = Table(
    "risk_test",
    FIRM,
    text_column("branch_id", key=True),
    text_column("test_id", key=True),
    text_column("manager_id"),
    text_column("client_id"),
    whole_column("score"),
    text_column("risk_class"),
    flag_column("lowest_class"),
    text_column("tested_on"),
    text_column("valid_to"),
    text_column("evidence_ref"),
    text_column("recorded_by"),
    version_column(),
    to_client(),
)

# The register of consent; entries are only added, the newest of a purpose and channel counts.
CONSENT = Table(
    "consent",
    FIRM,
    text_column("branch_id", key=True),
    text_column("consent_id", key=True),
    text_column("manager_id"),
    text_column("client_id"),
    text_column("purpose"),  # marketing, service
    text_column("channel"),  # sms, phone, im, email, *
    text_column("form"),  # explicit, implied, withdrawn
    text_column("proof_ref"),
    text_column("at"),
    text_column("recorded_by"),
    version_column(),
    to_client(),
)

# What a contact said before it was edited.
CONTACT_REVISION = Table(
    "contact_revision",
    FIRM,
    text_column("branch_id", key=True),
    text_column("contact_id", key=True),
    text_column("number", key=True),  # the version that was replaced, six digits
    text_column("manager_id"),
    text_column("client_id"),
    text_column("channel"),
    text_column("direction"),
    text_column("summary"),
    text_column("edited_by"),
    text_column("edited_at"),
    version_column(),
    to_client(),
)

# What happened to a client beside contacts and orders; entries appear by themselves.
TIMELINE = Table(
    "timeline",
    FIRM,
    text_column("branch_id", key=True),
    text_column("entry_id", key=True),
    text_column("manager_id"),
    text_column("client_id"),
    text_column("kind"),  # approval, subscription, product, points, tier, risk_test, consent …
    text_column("title"),
    text_column("about"),
    text_column("author"),
    text_column("happened_at"),
    version_column(),
    to_client(),
)

HOUSEHOLD = Table(
    "household",
    FIRM,
    text_column("branch_id", key=True),
    text_column("household_id", key=True),
    text_column("manager_id"),
    text_column("name"),
    text_column("formed_at"),
    version_column(),
)

# Who belongs to a household; left_by names the change that took him out, "" = still there.
HOUSEHOLD_MEMBER = Table(
    "household_member",
    FIRM,
    text_column("branch_id", key=True),
    text_column("client_id", key=True),
    text_column("joined_by", key=True),  # the change that brought him in
    text_column("manager_id"),
    text_column("household_id"),
    text_column("left_by"),
    version_column(),
    to_client(),
)

RELATION = Table(
    "relation",
    FIRM,
    text_column("branch_id", key=True),
    text_column("relation_id", key=True),
    text_column("client_id", key=True),
    text_column("manager_id"),
    text_column("other_id"),
    text_column("kind"),  # what client_id is to other_id
    text_column("since"),
    text_column("ended_at"),
    version_column(),
    to_client(),
)

SERVICE: tuple[Table, ...] = (
    APPROVAL,
    APPROVAL_QUEUE,
    APPLICATION,
    CLIENT_RATE,
    POINTS_HOLD,
    TIER_GRANT,
    RISK_TEST,
    CONSENT,
    CONTACT_REVISION,
    TIMELINE,
    HOUSEHOLD,
    HOUSEHOLD_MEMBER,
    RELATION,
)
