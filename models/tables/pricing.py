"""Synced tables of what a product costs one client: annual fees (S30), capped rates (D4).

As in models.tables.firm: units of models.money, moments ISO 8601 text with +08:00, days ISO dates.
"""

from sqlalchemy import ForeignKeyConstraint, Table

from models.tables.columns import FIRM, text_column, to_client, version_column, whole_column

# The ledger of fees; entries are only added. What a correction changes is an entry about the first.
PRODUCT_FEE = Table(
    "product_fee",
    FIRM,
    text_column("branch_id", key=True),
    text_column("fee_id", key=True),  # client, product and last day of the period: once a period
    text_column("manager_id"),
    text_column("client_id"),
    text_column("product"),
    text_column("kind"),  # fee, recomputed (once its cause was gone), correction, reversal
    text_column("period_from"),  # first and last day that were counted of the period
    text_column("period_to"),
    whole_column("days"),
    whole_column("average_cents"),  # daily entrusted assets, over these days
    whole_column("amount_cents"),  # of a correction: the change
    text_column("code"),  # why nothing is charged: ENTRUSTED_UNKNOWN; "" = charged
    text_column("about"),  # the fee's own entry, of whatever comes after it
    text_column("note"),
    text_column("approval_id"),  # of a correction
    text_column("posted_at"),
    version_column(),
    to_client(),
)

# What a fee is summed of: the days that the product ran under one setting of its brackets.
PRODUCT_FEE_ROW = Table(
    "product_fee_row",
    FIRM,
    text_column("branch_id", key=True),
    text_column("fee_id", key=True),
    text_column("from_on", key=True),
    text_column("manager_id"),
    text_column("client_id"),
    text_column("to_on"),
    whole_column("days"),
    whole_column("unknown_days"),  # of them, whose entrusted assets nobody knows
    whole_column("total_cents"),  # entrusted assets, summed over the days
    text_column("brackets"),  # JSON as in the settings
    whole_column("days_in_year"),
    text_column("entrusted"),  # which assets were counted; "" = all
    whole_column("fee_cents"),
    version_column(),
    to_client(),
    ForeignKeyConstraint(
        ["branch_id", "fee_id"], ["product_fee.branch_id", "product_fee.fee_id"], deferrable=True
    ),
)

# A rate below a product's ceiling for one client whose own would not be, from a day to a day.
RATE_EXCEPTION = Table(
    "rate_exception",
    FIRM,
    text_column("branch_id", key=True),
    text_column("exception_id", key=True),
    text_column("manager_id"),
    text_column("client_id"),
    text_column("product"),
    whole_column("rate_units"),
    whole_column("computed_units"),  # what the formula gave when it was asked for
    text_column("reason"),
    text_column("starts_on"),  # the day it was approved; "" = it was not
    text_column("ends_on"),
    text_column("state"),  # models.lives.application.ExceptionState
    text_column("approval_id"),
    text_column("asked_at"),
    text_column("revoked_by"),  # the approval by which it ends earlier; "" = it was not revoked
    text_column("note"),
    version_column(),
    to_client(),
)

PRICING: tuple[Table, ...] = (PRODUCT_FEE, PRODUCT_FEE_ROW, RATE_EXCEPTION)
