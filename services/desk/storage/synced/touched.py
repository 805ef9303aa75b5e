"""Which ids a changed row speaks of: what the screens are told after a transaction."""

from collections.abc import Iterable, Mapping, Sequence

from models.status import ChangeSet
from services.desk.storage.rows import Value

_OF_ORDERS = frozenset({"trade_order", "trade_fill"})
_OF_ALERTS = frozenset({"security_event", "client_alert"})


def touched(table: str, row: Mapping[str, Value]) -> ChangeSet:
    """Return the ids of one row of ``table``."""
    client, order = row.get("client_id"), row.get("client_order_id")
    return ChangeSet(
        clients=frozenset({str(client)}) if client else frozenset(),
        orders=frozenset({str(order)}) if order and table in _OF_ORDERS else frozenset(),
        alerts=table in _OF_ALERTS or (table == "task" and bool(row.get("about"))),
        tasks=table == "task",
        status=table == "command_answer",
    )


def touched_rows(
    table: str, places: Mapping[str, int], rows: Sequence[Sequence[Value]]
) -> ChangeSet:
    """Return the ids of many rows of ``table``, given as values; ``places`` finds the columns."""
    return ChangeSet(
        clients=_ids(rows, places.get("client_id")),
        orders=_ids(rows, places.get("client_order_id")) if table in _OF_ORDERS else frozenset(),
        alerts=bool(rows)
        and (table in _OF_ALERTS or (table == "task" and bool(_ids(rows, places.get("about"))))),
        tasks=bool(rows) and table == "task",
        status=bool(rows) and table == "command_answer",
    )


def _ids(rows: Sequence[Sequence[Value]], place: int | None) -> frozenset[str]:
    return (
        frozenset() if place is None else frozenset(str(row[place]) for row in rows if row[place])
    )


def together(changes: Iterable[ChangeSet]) -> ChangeSet:
    """Return all of them as one."""
    parts = tuple(changes)
    return ChangeSet(
        clients=frozenset().union(*(part.clients for part in parts)),
        orders=frozenset().union(*(part.orders for part in parts)),
        alerts=any(part.alerts for part in parts),
        tasks=any(part.tasks for part in parts),
        status=any(part.status for part in parts),
        whole=any(part.whole for part in parts),
    )
