"""What the agenda reads of the store beside the clients: open tasks, approvals, marks."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, Table, or_, select

from models.lives.task import TaskState
from models.tables.firm import CLIENT, TASK
from models.tables.service import APPROVAL_QUEUE
from models.tables.staff.plans import AGENDA_MARK
from services.desk.storage.rows import Row

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class PlanRows:
    """Rows as they are in the store; of some clients, and of none."""

    clients: tuple[Row, ...]
    tasks: tuple[Row, ...]
    marks: tuple[Row, ...]


def read_plans(connection: Connection, client_ids: Collection[str] | None = None) -> PlanRows:
    """Return what there is of these clients (all of them by default), and of no client."""
    if client_ids is None:
        return _read(connection, None)
    wanted = sorted(client_ids)
    parts = [_read(connection, wanted[at : at + _CHUNK]) for at in range(0, len(wanted), _CHUNK)]
    return PlanRows(
        tuple(row for part in parts for row in part.clients),
        tuple(row for part in parts for row in part.tasks),
        tuple(row for part in parts for row in part.marks),
    )


def read_approvals(connection: Connection) -> tuple[Row, ...]:
    """Return what this person may decide now."""
    return tuple(dict(row) for row in connection.execute(select(APPROVAL_QUEUE)).mappings())


def _read(connection: Connection, ids: list[str] | None) -> PlanRows:
    state = TaskState.OPEN.value
    return PlanRows(
        _rows(connection, CLIENT, ids),
        tuple(row for row in _rows(connection, TASK, ids) if row["state"] == state),
        _rows(connection, AGENDA_MARK, ids),
    )


def _rows(connection: Connection, table: Table, ids: list[str] | None) -> tuple[Row, ...]:
    query = select(table)
    if ids is not None:
        column = table.c.client_id
        query = query.where(or_(column.in_(ids), column.is_(None), column == ""))
    return tuple(dict(row) for row in connection.execute(query).mappings())
