"""What a command changes on this desk at once, before central has applied it (待同步)."""

from collections.abc import Iterator

import msgspec

from models.money import amount_cents
from models.tables.firm import (
    ACCOUNT,
    CLIENT,
    CONTACT,
    HOLDING,
    INSTRUCTION,
    TASK,
    TRADE_FILL,
    TRADE_ORDER,
)
from models.trading.order import Fill, Order, Side
from models.wire.commands import (
    AcknowledgeAlert,
    Envelope,
    FinishTask,
    LogContact,
    RecordDisplay,
    RecordInstruction,
    RecordOrder,
    WithdrawInstruction,
)
from services.desk.storage.rows import Row
from services.desk.storage.synced.effects.present import Effect, Rows, change, key_in_branch, owned
from services.desk.storage.synced.effects.service_effects import service_effects

# What the engine told has happened: a refusal at central does not undo it here.
FACTS = frozenset({TRADE_ORDER.name, TRADE_FILL.name})


def effects(envelope: Envelope, rows: Rows) -> tuple[Effect, ...]:
    """Return the rows as the command makes them; ``rows`` gives those that are there."""
    return tuple(_effects(envelope, rows))


def _effects(envelope: Envelope, rows: Rows) -> Iterator[Effect]:
    match envelope.command:
        case LogContact() as command:
            yield from _contact(envelope, command, rows)
        case RecordInstruction() as command:
            values = msgspec.to_builtins(command.instruction)
            yield INSTRUCTION, owned(envelope) | values
        case WithdrawInstruction() as command:
            key = key_in_branch(envelope, "instruction_id", command.instruction_id)
            yield from change(INSTRUCTION, key, {"withdrawn_at": command.withdrawn_at}, rows)
        case RecordOrder() as command:
            yield from _order(envelope, command, rows)
        case AcknowledgeAlert() as command:
            yield TASK, _acknowledged(envelope, command)
        case FinishTask() as command:
            key = key_in_branch(envelope, "task_id", command.task_id)
            yield from change(TASK, key, _closed(envelope, command), rows)
        case RecordDisplay():
            return
        case _:
            yield from service_effects(envelope, rows)


def _closed(envelope: Envelope, command: FinishTask) -> Row:
    return {"state": command.state, "note": command.note, "closed_at": envelope.created_at}


def _contact(envelope: Envelope, command: LogContact, rows: Rows) -> Iterator[Effect]:
    yield (
        CONTACT,
        owned(envelope)
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
    client = rows.read(CLIENT, key_in_branch(envelope, "client_id", command.client_id))
    if client is not None and str(client["last_contact_at"]) < command.happened_at:
        yield CLIENT, client | {"last_contact_at": command.happened_at}


def _order(envelope: Envelope, command: RecordOrder, rows: Rows) -> Iterator[Effect]:
    order, fill = command.order, command.fill
    before = rows.read(
        TRADE_ORDER, key_in_branch(envelope, "client_order_id", order.client_order_id)
    )
    yield TRADE_ORDER, (before or owned(envelope)) | msgspec.to_builtins(order)
    if fill is None:
        return
    yield (
        TRADE_FILL,
        owned(envelope)
        | {"client_id": order.client_id, "symbol": order.symbol, "side": order.side.value}
        | msgspec.to_builtins(fill),
    )
    if not rows.central_has(TRADE_FILL, key_in_branch(envelope, "fill_id", fill.fill_id)):
        yield from _position(envelope, order, fill, rows)


def _position(envelope: Envelope, order: Order, fill: Fill, rows: Rows) -> Iterator[Effect]:
    """Shares and cash after a trade, without fees: central charges them once it knows the trade."""
    traded = amount_cents(fill.price_units, fill.quantity)
    sign = 1 if order.side is Side.BUY else -1
    account = rows.read(ACCOUNT, key_in_branch(envelope, "account", order.account))
    if account is not None:
        yield ACCOUNT, account | {"cash_cents": _whole(account, "cash_cents") - sign * traded}
    key = key_in_branch(envelope, "account", order.account) | {"symbol": order.symbol}
    held = rows.read(HOLDING, key) or _no_shares(envelope, order)
    quantity, cost = _whole(held, "quantity"), _whole(held, "cost_cents")
    if order.side is Side.BUY:
        yield HOLDING, held | {"quantity": quantity + fill.quantity, "cost_cents": cost + traded}
        return
    left = quantity - fill.quantity
    yield (
        HOLDING,
        held
        | {
            "quantity": left,
            "sellable": _whole(held, "sellable") - fill.quantity,
            "cost_cents": (2 * cost * left + quantity) // (2 * quantity) if left > 0 else 0,
        },
    )


def _no_shares(envelope: Envelope, order: Order) -> Row:
    return owned(envelope) | {
        "account": order.account,
        "symbol": order.symbol,
        "client_id": order.client_id,
        "quantity": 0,
        "sellable": 0,
        "cost_cents": 0,
    }


def _whole(row: Row, name: str) -> int:
    return int(row[name] or 0)


def _acknowledged(envelope: Envelope, command: AcknowledgeAlert) -> Row:
    return owned(envelope) | {
        "task_id": f"alert-{command.alert_id}",  # as central names it
        "client_id": command.client_id,
        "kind": "alert_follow_up",
        "title": command.title,
        "body": "",
        "due_at": command.at,
        "state": "done",
        "note": command.note,
        "about": command.alert_id,
        "closed_at": command.at,
    }
