"""Synced tables of a manager's own plans: rules that pick clients, marks on his agenda (F4, F6)."""

from sqlalchemy import Column, Table, Text

from models.tables.columns import FIRM, text_column, version_column

# A rule that its owner has saved; deleting keeps the row, saving it again brings it back.
SEGMENT = Table(
    "segment",
    FIRM,
    text_column("branch_id", key=True),
    text_column("segment_id", key=True),
    text_column("manager_id"),  # stream: the owner
    text_column("name"),
    text_column("rule"),  # JSON of models.clients.segments.rule
    text_column("saved_at"),
    text_column("deleted_at"),  # "" = it is there
    version_column(),
)

# What a person has said of one row of his agenda; neither is set = taken back.
AGENDA_MARK = Table(
    "agenda_mark",
    FIRM,
    text_column("branch_id", key=True),
    text_column("row_id", key=True),  # kind, client and event: another event is another row
    text_column("keeper", key=True),  # whose agenda: a client who is handed over begins anew
    text_column("manager_id"),  # stream: the keeper
    Column("client_id", Text, nullable=True),
    text_column("snoozed_until"),
    text_column("dismissed_at"),
    text_column("reason"),
    text_column("marked_by"),
    text_column("marked_at"),
    version_column(),
)

PLANS: tuple[Table, ...] = (SEGMENT, AGENDA_MARK)
