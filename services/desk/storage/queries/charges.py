"""What central booked: on an order, once it knows every trade of it; of a product's annual fee."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, func, select

from models.clients.tier import Tier
from models.tables.firm import CLIENT, POINTS_ENTRY, TRADE_FILL, TRADE_ORDER
from models.tables.local import PROVISIONAL_BASE
from models.tables.pricing import PRODUCT_FEE, PRODUCT_FEE_ROW
from models.trading.charges import OrderCharges
from services.desk.storage.rows import key_of, read_row, row_text

_COMMISSION = "commission"
_RECOMPUTED = "recomputed"


@dataclass(frozen=True, slots=True)
class FeeRow:
    """Days of a fee that one setting of brackets holds for; ``brackets`` is JSON, money in cents.

    ``unknown_days``: of them, whose entrusted assets nobody knows; ``entrusted``: which assets were
    counted, "" = all.
    """

    from_on: str
    to_on: str
    days: int
    unknown_days: int
    total_cents: int
    brackets: str
    days_in_year: int
    entrusted: str
    fee_cents: int


@dataclass(frozen=True, slots=True)
class PostedFee:
    """The annual fee of a period: as posted, and what it stands at with what came after.

    ``code`` says why nothing was charged at first; "" = it was. One that was unknown shows days and
    rows of its computing again, ``recomputed_at``, once there is one. Days are ISO dates.
    """

    fee_id: str
    product: str
    period_from: str
    period_to: str
    days: int
    average_cents: int
    posted_cents: int
    amount_cents: int
    code: str
    recomputed_at: str
    rows: tuple[FeeRow, ...]


def read_fees(connection: Connection, client_id: str) -> tuple[PostedFee, ...]:
    """Return the annual fees of a client, the newest period first."""
    entry, part = PRODUCT_FEE.c, PRODUCT_FEE_ROW.c
    of_client = select(PRODUCT_FEE).where(entry.client_id == client_id)
    entries = connection.execute(of_client.order_by(entry.period_to.desc())).mappings().all()
    rows = connection.execute(
        select(PRODUCT_FEE_ROW).where(part.client_id == client_id).order_by(part.from_on)
    ).mappings()
    parts: dict[str, list[FeeRow]] = {}
    for row in rows:
        told = FeeRow(*(row[name] for name in FeeRow.__dataclass_fields__))
        parts.setdefault(row["fee_id"], []).append(told)
    since: dict[str, int] = {}
    for one in entries:
        since[one["about"]] = since.get(one["about"], 0) + one["amount_cents"]
    again = {one["about"]: one for one in entries if one["kind"] == _RECOMPUTED}
    return tuple(
        _posted(one, again.get(one["fee_id"]), since.get(one["fee_id"], 0), parts)
        for one in entries
        if not one["about"]
    )


def _posted(
    fee: RowMapping, again: RowMapping | None, since_cents: int, parts: Mapping[str, list[FeeRow]]
) -> PostedFee:
    counted = fee if again is None else again
    return PostedFee(
        fee["fee_id"],
        fee["product"],
        fee["period_from"],
        fee["period_to"],
        counted["days"],
        counted["average_cents"],
        fee["amount_cents"],
        fee["amount_cents"] + since_cents,
        fee["code"],
        "" if again is None else again["posted_at"],
        tuple(parts.get(counted["fee_id"], ())),
    )


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
