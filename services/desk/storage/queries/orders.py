"""Orders, fills and instructions as the store holds them."""

import msgspec
from sqlalchemy import Connection, RowMapping, select

from models.tables.firm import INSTRUCTION, TRADE_FILL, TRADE_ORDER
from models.trading.instruction import Instruction
from models.trading.order import Fill, Order


def read_orders(connection: Connection, day: str) -> tuple[Order, ...]:
    """Return the orders entered on ``day`` (ISO date), newest first."""
    statement = select(TRADE_ORDER).where(TRADE_ORDER.c.entered_at.startswith(day))
    newest = statement.order_by(TRADE_ORDER.c.entered_at.desc(), TRADE_ORDER.c.client_order_id)
    return tuple(order_of(row) for row in connection.execute(newest).mappings())


def read_client_orders(connection: Connection, client_id: str, limit: int) -> tuple[Order, ...]:
    """Return a client's latest orders, newest first."""
    statement = select(TRADE_ORDER).where(TRADE_ORDER.c.client_id == client_id)
    newest = statement.order_by(TRADE_ORDER.c.entered_at.desc(), TRADE_ORDER.c.client_order_id)
    return tuple(order_of(row) for row in connection.execute(newest.limit(limit)).mappings())


def read_fills(connection: Connection, client_order_id: str) -> tuple[Fill, ...]:
    """Return the trades of one order, oldest first."""
    statement = select(TRADE_FILL).where(TRADE_FILL.c.client_order_id == client_order_id)
    oldest = statement.order_by(TRADE_FILL.c.filled_at, TRADE_FILL.c.fill_id)
    return tuple(
        msgspec.convert(_only(row, Fill), Fill) for row in connection.execute(oldest).mappings()
    )


def read_instructions(connection: Connection, client_id: str, day: str) -> tuple[Instruction, ...]:
    """Return a client's instructions, newest first; ``day`` "" = of all days."""
    statement = select(INSTRUCTION).where(INSTRUCTION.c.client_id == client_id)
    if day:
        statement = statement.where(INSTRUCTION.c.day == day)
    newest = statement.order_by(INSTRUCTION.c.recorded_at.desc(), INSTRUCTION.c.instruction_id)
    return tuple(
        msgspec.convert(_only(row, Instruction), Instruction)
        for row in connection.execute(newest).mappings()
    )


def order_of(row: RowMapping) -> Order:
    """Return the row as an order."""
    return msgspec.convert(_only(row, Order), Order)


def _only(row: RowMapping, kind: type[msgspec.Struct]) -> dict[str, object]:
    return {name: row[name] for name in kind.__struct_fields__}
