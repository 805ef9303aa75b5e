"""The call centre's queue as an agent's desk may show it (service-system S8-S10, S17)."""

from sqlalchemy import Connection, select

from models.lives.teams.call import IN_HAND, CallState, may_call_back
from models.tables.staff.calls import SERVICE_CALL
from services.desk.storage.rows import Row

_CALL = SERVICE_CALL.c


def read_call_queue(connection: Connection, channel: str = "") -> tuple[Row, ...]:
    """Return who waits, at one line ("" = both), in the order in which they will be served."""
    query = select(SERVICE_CALL).where(_CALL.state == CallState.WAITING.value)
    if channel:
        query = query.where(_CALL.channel == channel)
    rows = connection.execute(query.order_by(_CALL.rank.desc(), _CALL.offered_at, _CALL.call_id))
    return tuple(dict(row) for row in rows.mappings())


def read_calls_in_hand(connection: Connection, staff_id: str) -> tuple[Row, ...]:
    """Return the agent's own calls that he has to speak in or to finish, the newest first."""
    states = [state.value for state in IN_HAND]
    query = select(SERVICE_CALL).where(_CALL.taken_by == staff_id, _CALL.state.in_(states))
    rows = connection.execute(query.order_by(_CALL.taken_at.desc(), _CALL.call_id))
    return tuple(dict(row) for row in rows.mappings())


def read_call_backs(connection: Connection) -> tuple[Row, ...]:
    """Return who is nobody's client and waits to be called back, the longest first."""
    query = select(SERVICE_CALL).where(_CALL.client_id.is_(None)).order_by(_CALL.offered_at)
    rows = connection.execute(query.order_by(_CALL.call_id)).mappings()
    return tuple(dict(row) for row in rows if may_call_back(row["state"], row["outcome"], None))
