"""The synced tables that commands are judged by: the firm's dated settings, staff certificates."""

from sqlalchemy import Column, Table, Text

from models.tables.columns import FIRM, text_column, version_column

WHOLE_FIRM = "*"  # branch and stream of what the whole firm has decided

# What the firm has decided, each value from a day on; a row is written once.
FIRM_SETTING = Table(
    "firm_setting",
    FIRM,
    text_column("branch_id", key=True),
    text_column("name", key=True),
    text_column("effective_from", key=True),
    Column("manager_id", Text, nullable=False, server_default=WHOLE_FIRM),  # stream: always "*"
    Column("value", Text, nullable=False),  # JSON; null takes a setting away
    text_column("approved_by"),
    text_column("approval_id"),  # "" = set when central was built
    version_column(),
)

# What a member of staff has passed, and until when it holds.
STAFF_CERTIFICATE = Table(
    "staff_certificate",
    FIRM,
    text_column("branch_id", key=True),
    text_column("staff_id", key=True),
    text_column("certificate", key=True),
    text_column("manager_id"),  # stream: the member of staff himself
    text_column("title"),
    text_column("passed_on"),
    text_column("valid_to"),  # "" = without end
    text_column("attempt_id"),  # the exam that earned it; "" = it was there before exams
    text_column("revoked_on"),  # "" = it holds
    text_column("revoked_for"),
    version_column(),
)

GROUNDS: tuple[Table, ...] = (FIRM_SETTING, STAFF_CERTIFICATE)
