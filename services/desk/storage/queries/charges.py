"""What central booked on an order; nothing is said before it knows every trade of it."""

from sqlalchemy import Connection, func, select

from models.clients.tier import Tier
from models.tables.firm import CLIENT, POINTS_ENTRY, TRADE_FILL, TRADE_ORDER
from models.tables.local import PROVISIONAL_BASE
from models.trading.charges import OrderCharges
from services.desk.storage.rows import key_of, read_row, row_text

_COMMISSION = "commission"


def read_charges(connection: Connection, client_order_id: str) -> OrderCharges | None:
    """Return what was charged; None = central has not booked all trades yet, or there are none."""
    fills = _fill_keys(connection, client_order_id)
    if not fills or any(_is_ours_only(connection, key) for key in fills.values()):
        return None
    statement = (
        select(TRADE_ORDER.c.commission_cents, TRADE_ORDER.c.fees_cents, CLIENT.c.tier)
        .join(CLIENT, CLIENT.c.client_id == TRADE_ORDER.c.client_id)
        .where(TRADE_ORDER.c.client_order_id == client_order_id)
    )
    row = connection.execute(statement).first()
    if row is None or not (row.commission_cents or row.fees_cents):
        return None
    points = _points(connection, tuple(fills))
    return OrderCharges(row.commission_cents, row.fees_cents, points, Tier(row.tier))


def _fill_keys(connection: Connection, client_order_id: str) -> dict[str, str]:
    """Return the local keys of the order's trades by trade id."""
    statement = select(TRADE_FILL).where(TRADE_FILL.c.client_order_id == client_order_id)
    rows = connection.execute(statement).mappings()
    return {row["fill_id"]: row_text(key_of(TRADE_FILL, dict(row))) for row in rows}


def _is_ours_only(connection: Connection, key: str) -> bool:
    held = read_row(connection, PROVISIONAL_BASE, {"table_name": TRADE_FILL.name, "row_key": key})
    return held is not None and not held["base"]


def _points(connection: Connection, fill_ids: tuple[str, ...]) -> int:
    """Return the thousandths of a point; central names an entry after the trade that earned it."""
    entries = POINTS_ENTRY.c
    names = [f"{_COMMISSION}-{fill_id}" for fill_id in fill_ids]
    statement = select(func.coalesce(func.sum(entries.points_milli), 0)).where(
        entries.kind == _COMMISSION, entries.entry_id.in_(names)
    )
    return int(connection.execute(statement).scalar_one())
