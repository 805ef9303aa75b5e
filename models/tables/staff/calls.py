"""The synced table of calls at the service line: on the stream of the call centre (S8-S10, S17)."""

from sqlalchemy import Column, Table, Text

from models.tables.columns import FIRM, text_column, version_column, whole_column

# The number itself is not kept: who is known has it in his record, under its own rules.
SERVICE_CALL = Table(
    "service_call",
    FIRM,
    text_column("branch_id", key=True),  # of the call centre
    text_column("call_id", key=True),  # as the telephone system names it
    text_column("manager_id"),  # stream: branch:<call centre's branch>
    text_column("line"),  # as dialled
    text_column("channel"),  # at which it waits: call_centre, dedicated_line; "" = redirected
    text_column("caller"),  # masked
    text_column("match"),  # models.lives.teams.call.Match
    text_column("client_branch"),
    Column("client_id", Text, nullable=True),  # NULL = not known
    text_column("tier"),
    whole_column("rank"),  # more is served earlier
    text_column("state"),  # models.lives.teams.call.CallState
    text_column("offered_at"),
    text_column("taken_by"),  # who spoke to him last
    text_column("taken_at"),
    text_column("answered_at"),
    text_column("ended_at"),
    text_column("abandoned_at"),  # he hung up before anybody spoke to him; "" = he did not
    whole_column("waited_ms"),  # until it was taken or abandoned
    text_column("outcome"),  # models.lives.teams.call.CallOutcome
    text_column("summary"),
    text_column("allowed"),  # channels that a redirected caller was told
    version_column(),
)

CALLS: tuple[Table, ...] = (SERVICE_CALL,)
