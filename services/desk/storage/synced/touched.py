"""Which ids a changed row speaks of: what the screens are told after a transaction."""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from sqlalchemy import Table

from models.status import ChangeSet
from services.desk.storage.rows import Value

_OF_ORDERS = frozenset({"trade_order", "trade_fill"})
_OF_ALERTS = frozenset({"security_event", "client_alert"})
_OF_APPROVALS = frozenset({"approval", "approval_queue"})
_OF_CAMPAIGNS = frozenset({"campaign", "campaign_invitation", "campaign_effect"})
_OF_PLANS = frozenset({"segment", "agenda_mark"})
_OF_QUESTIONS = frozenset({"advisory_question", "question_queue"})
_OF_GROUNDS = frozenset({"firm_setting", "staff_certificate"})
_OF_TRAINING = frozenset({"course", "course_read", "exam_attempt"})


def touched(table: str, row: Mapping[str, Value]) -> ChangeSet:
    """Return the ids of one row of ``table``."""
    client, order = row.get("client_id"), row.get("client_order_id")
    return ChangeSet(
        clients=frozenset({str(client)}) if client else frozenset(),
        orders=frozenset({str(order)}) if order and table in _OF_ORDERS else frozenset(),
        alerts=table in _OF_ALERTS or (table == "task" and bool(row.get("about"))),
        tasks=table == "task",
        status=table == "command_answer",
        approvals=table in _OF_APPROVALS,
        grounds=table in _OF_GROUNDS,
        training=table in _OF_TRAINING,
        campaigns=table in _OF_CAMPAIGNS,
        questions=table in _OF_QUESTIONS,
        calls=table == "service_call",
        plans=table in _OF_PLANS,
    )


def touched_rows(table: Table, rows: Sequence[object]) -> ChangeSet:
    """Return the ids of many rows of ``table``, whose columns they have as attributes."""
    if not rows:
        return ChangeSet()
    is_task = table.name == "task"
    return ChangeSet(
        clients=_ids(rows, table, "client_id"),
        orders=_ids(rows, table, "client_order_id") if table.name in _OF_ORDERS else frozenset(),
        alerts=table.name in _OF_ALERTS or (is_task and any(map(attrgetter("about"), rows))),
        tasks=is_task,
        status=table.name == "command_answer",
        approvals=table.name in _OF_APPROVALS,
        grounds=table.name in _OF_GROUNDS,
        training=table.name in _OF_TRAINING,
        campaigns=table.name in _OF_CAMPAIGNS,
        questions=table.name in _OF_QUESTIONS,
        calls=table.name == "service_call",
        plans=table.name in _OF_PLANS,
    )


def _ids(rows: Sequence[object], table: Table, name: str) -> frozenset[str]:
    if name not in table.columns:
        return frozenset()
    return frozenset(filter(None, map(attrgetter(name), rows)))


def together(changes: Iterable[ChangeSet]) -> ChangeSet:
    """Return all of them as one."""
    parts = tuple(changes)
    return ChangeSet(
        clients=frozenset().union(*(part.clients for part in parts)),
        orders=frozenset().union(*(part.orders for part in parts)),
        alerts=any(part.alerts for part in parts),
        tasks=any(part.tasks for part in parts),
        status=any(part.status for part in parts),
        approvals=any(part.approvals for part in parts),
        grounds=any(part.grounds for part in parts),
        training=any(part.training for part in parts),
        campaigns=any(part.campaigns for part in parts),
        questions=any(part.questions for part in parts),
        calls=any(part.calls for part in parts),
        plans=any(part.plans for part in parts),
        whole=any(part.whole for part in parts),
    )
