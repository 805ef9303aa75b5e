"""What a command changes on this desk at once, before central has applied it (待同步)."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import msgspec
from sqlalchemy import Table

from models.tables.firm import CLIENT, CONTACT, INSTRUCTION, TASK, TRADE_FILL, TRADE_ORDER
from models.wire.commands import (
    AcknowledgeAlert,
    Envelope,
    FinishTask,
    LogContact,
    RecordInstruction,
    RecordOrder,
    WithdrawInstruction,
)
from services.storage.rows import Row

ReadRow: TypeAlias = Callable[[Table, Row], Row | None]
Effect: TypeAlias = tuple[Table, Row]


def is_fact(envelope: Envelope) -> bool:
    """Whether the command tells what has happened: a refusal at central does not undo it here."""
    return isinstance(envelope.command, RecordOrder)


def effects(envelope: Envelope, read: ReadRow) -> tuple[Effect, ...]:
    """Return the rows as the command makes them; ``read`` gives the rows as they are."""
    return tuple(_effects(envelope, read))


def _effects(envelope: Envelope, read: ReadRow) -> Iterator[Effect]:
    match envelope.command:
        case LogContact() as command:
            yield from _contact(envelope, command, read)
        case RecordInstruction() as command:
            values = msgspec.to_builtins(command.instruction)
            yield INSTRUCTION, _owned(envelope) | values
        case WithdrawInstruction() as command:
            key = _key(envelope, "instruction_id", command.instruction_id)
            yield from _change(INSTRUCTION, key, {"withdrawn_at": command.withdrawn_at}, read)
        case RecordOrder() as command:
            yield from _order(envelope, command, read)
        case AcknowledgeAlert() as command:
            yield TASK, _acknowledged(envelope, command)
        case FinishTask() as command:
            key = _key(envelope, "task_id", command.task_id)
            yield from _change(TASK, key, {"state": command.state, "note": command.note}, read)


def _owned(envelope: Envelope) -> Row:
    return {"branch_id": envelope.branch_id, "manager_id": envelope.manager_id, "version": 1}


def _key(envelope: Envelope, name: str, value: str) -> Row:
    return {"branch_id": envelope.branch_id, name: value}


def _change(table: Table, key: Row, values: Row, read: ReadRow) -> Iterator[Effect]:
    row = read(table, key)
    if row is not None:
        yield table, row | values


def _contact(envelope: Envelope, command: LogContact, read: ReadRow) -> Iterator[Effect]:
    yield (
        CONTACT,
        _owned(envelope)
        | {
            "contact_id": command.contact_id,
            "client_id": command.client_id,
            "channel": command.channel,
            "direction": command.direction,
            "summary": command.summary,
            "by_staff": envelope.author,
            "happened_at": command.happened_at,
        },
    )
    client = read(CLIENT, _key(envelope, "client_id", command.client_id))
    if client is not None and str(client["last_contact_at"]) < command.happened_at:
        yield CLIENT, client | {"last_contact_at": command.happened_at}


def _order(envelope: Envelope, command: RecordOrder, read: ReadRow) -> Iterator[Effect]:
    order = command.order
    before = read(TRADE_ORDER, _key(envelope, "client_order_id", order.client_order_id))
    yield TRADE_ORDER, (before or _owned(envelope)) | msgspec.to_builtins(order)
    if command.fill is None:
        return
    yield (
        TRADE_FILL,
        _owned(envelope)
        | {"client_id": order.client_id, "symbol": order.symbol, "side": order.side.value}
        | msgspec.to_builtins(command.fill),
    )


def _acknowledged(envelope: Envelope, command: AcknowledgeAlert) -> Row:
    return _owned(envelope) | {
        "task_id": f"ack-{command.alert_id}",
        "client_id": command.client_id,
        "kind": "alert_follow_up",
        "title": command.title,
        "body": "",
        "due_at": "",
        "state": "done",
        "note": command.note,
        "about": command.alert_id,
    }
