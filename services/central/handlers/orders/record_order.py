"""RecordOrder: one step of an order from an engine's ledger, with the trade it brought."""

import msgspec
from sqlalchemy import RowMapping, select
from sqlalchemy.dialects.postgresql import insert

from models.tables.central import ORDER_STEP
from models.tables.firm import TRADE_FILL, TRADE_ORDER
from models.trading.order import Fill, Order
from models.wire.commands import RecordOrder
from services.central.handlers.orders.post_fill import post_fill
from services.central.handlers.orders.record_instruction import require_account
from services.central.handlers.work import Refused, Work, add_new, require_client


async def record_order(work: Work, command: RecordOrder) -> None:
    """Keep the newest step of the order, and count its fill once, in whatever order they come."""
    order = command.order
    client = await require_client(work, order.client_id)
    await require_account(work, order.client_id, order.account)
    stored = await _stored_order(work, order)
    if await _is_newest(work, command, stored):
        await _keep_order(work, order)
        await _keep_step(work, command)
    if command.fill is not None and await _is_new_fill(work, order, command.fill):
        await post_fill(work, client, order, command.fill)


async def _stored_order(work: Work, order: Order) -> RowMapping | None:
    query = (
        select(TRADE_ORDER)
        .where(TRADE_ORDER.c.branch_id == work.branch_id)
        .where(TRADE_ORDER.c.client_order_id == order.client_order_id)
    )
    stored = (await work.connection.execute(query)).mappings().one_or_none()
    if stored is not None and stored["client_id"] != order.client_id:
        raise Refused("ORDER_CONFLICT", f"委托号 {order.client_order_id} 属于另一客户")
    return stored


async def _is_newest(work: Work, command: RecordOrder, stored: RowMapping | None) -> bool:
    """Numbers of one ledger decide; between two ledgers (a journal begun anew) the time does."""
    step, order = ORDER_STEP.c, command.order
    query = select(step.ledger, step.number).where(
        step.branch_id == work.branch_id, step.client_order_id == order.client_order_id
    )
    known = (await work.connection.execute(query)).one_or_none()
    if known is not None and stored is not None:
        if command.ledger == known.ledger:
            return command.number > int(known.number)
        return order.updated_at > str(stored["updated_at"])
    return True


async def _keep_step(work: Work, command: RecordOrder) -> None:
    """Remember which event the order's row stands for."""
    step = ORDER_STEP.c
    row = work.owner | {
        "client_order_id": command.order.client_order_id,
        "ledger": command.ledger,
        "number": command.number,
    }
    adding = insert(ORDER_STEP).values(row)
    newest = {"ledger": adding.excluded.ledger, "number": adding.excluded.number}
    await work.connection.execute(
        adding.on_conflict_do_update(
            index_elements=[step.branch_id, step.client_order_id], set_=newest
        )
    )


async def _keep_order(work: Work, order: Order) -> None:
    """Write the order as it is in this step; what was charged on it stays."""
    row = work.owner | msgspec.structs.asdict(order)
    adding = insert(TRADE_ORDER).values(row)
    changed = {name: adding.excluded[name] for name in row if name not in TRADE_ORDER.primary_key}
    await work.connection.execute(
        adding.on_conflict_do_update(
            index_elements=[TRADE_ORDER.c.branch_id, TRADE_ORDER.c.client_order_id],
            set_=changed | {"version": TRADE_ORDER.c.version + 1},
        )
    )


async def _is_new_fill(work: Work, order: Order, fill: Fill) -> bool:
    """Store the trade; False when it was counted before."""
    if fill.client_order_id != order.client_order_id:
        raise Refused("FILL_CONFLICT", f"成交 {fill.fill_id} 不属于委托 {order.client_order_id}")
    row = work.owner | msgspec.structs.asdict(fill)
    row |= {"client_id": order.client_id, "symbol": order.symbol, "side": order.side}
    return await add_new(work, TRADE_FILL, row)
