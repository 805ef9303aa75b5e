"""Posts one trade: charges on the order, holding, cash, points, the year's commission."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import RowMapping, select, update
from sqlalchemy.dialects.postgresql import insert

from models.dates import day_text
from models.money import amount_cents
from models.tables.firm import ACCOUNT, CLIENT, HOLDING, TRADE_FILL, TRADE_ORDER
from models.trading.order import Fill, Order, Side
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.orders.charges import Charges, charges_of
from services.central.handlers.orders.commission import (
    Booking,
    book_commission,
    charged_so_far,
)
from services.central.handlers.orders.earned_points import earn_points
from services.central.handlers.orders.position import Position, after_trade
from services.central.handlers.orders.reconcile import ask_to_reconcile
from services.central.handlers.products.facts import charged_rate_units
from services.central.handlers.work import Work


@dataclass(frozen=True, slots=True)
class Posting:
    """One trade with the part of its order's charges that it adds, in cents."""

    order: Order
    fill: Fill
    trade_date: date
    amount_cents: int
    commission_cents: int
    fees_cents: int

    @property
    def cash_cents(self) -> int:
        """Change of the account's cash."""
        charged = self.commission_cents + self.fees_cents
        if self.order.side is Side.BUY:
            return -self.amount_cents - charged
        return self.amount_cents - charged


async def post_fill(work: Work, client: RowMapping, order: Order, fill: Fill) -> None:
    """Count a trade that was just stored. Raises NotConfigured when it cannot be charged."""
    day = date.fromisoformat(day_text(fill.filled_at))
    settings = await settings_on(work, day)
    rate_units = await charged_rate_units(work, client, day)
    charges = charges_of(settings, order, rate_units, await _amounts(work, order), day)
    posting = await _charge(work, order, fill, day, charges)
    position = await _move_holding(work, posting)
    cash_cents = await _move_cash(work, posting)
    await earn_points(work, settings, client, posting.fill, posting.commission_cents)
    await book_commission(work, _booking(posting))
    await _move_client(work, posting)
    if not position.is_possible or cash_cents < 0:
        await ask_to_reconcile(work, order, fill, position, cash_cents)


def _booking(posting: Posting) -> Booking:
    return Booking(
        entry_id=posting.fill.fill_id,
        client_id=posting.order.client_id,
        kind="commission",
        trade_date=posting.trade_date.isoformat(),
        amount_cents=posting.commission_cents,
        turnover_cents=posting.amount_cents,
    )


async def _amounts(work: Work, order: Order) -> list[int]:
    """Amounts of all trades of the order, in price units times shares."""
    query = select(TRADE_FILL.c.price_units * TRADE_FILL.c.quantity).where(
        TRADE_FILL.c.branch_id == work.branch_id,
        TRADE_FILL.c.client_order_id == order.client_order_id,
    )
    return list((await work.connection.scalars(query)).all())


async def _charge(work: Work, order: Order, fill: Fill, day: date, now: Charges) -> Posting:
    """What this trade adds to the charges of its order, also on the order itself.

    Commission is measured against what the earlier trades were charged: a correction changes what
    the order stands at, not what a later trade costs.
    """
    this = (
        TRADE_ORDER.c.branch_id == work.branch_id,
        TRADE_ORDER.c.client_order_id == order.client_order_id,
    )
    fees_cents = await work.connection.scalar(select(TRADE_ORDER.c.fees_cents).where(*this))
    posting = Posting(
        order=order,
        fill=fill,
        trade_date=day,
        amount_cents=amount_cents(fill.price_units, fill.quantity),
        commission_cents=now.commission_cents - await charged_so_far(work, order.client_order_id),
        fees_cents=now.fees_cents - (fees_cents or 0),
    )
    await work.connection.execute(
        update(TRADE_ORDER)
        .where(*this)
        .values(
            commission_cents=TRADE_ORDER.c.commission_cents + posting.commission_cents,
            fees_cents=now.fees_cents,
            version=TRADE_ORDER.c.version + 1,
        )
    )
    return posting


async def _move_holding(work: Work, posting: Posting) -> Position:
    order, table = posting.order, HOLDING.c
    query = (
        select(table.quantity, table.sellable, table.cost_cents)
        .where(table.branch_id == work.branch_id, table.account == order.account)
        .where(table.symbol == order.symbol)
        .with_for_update()
    )
    found = (await work.connection.execute(query)).one_or_none()
    before = Position(*found) if found else Position()
    after = after_trade(before, order.side, posting.fill.quantity, -posting.cash_cents)
    figures = {
        "quantity": after.quantity,
        "sellable": after.sellable,
        "cost_cents": after.cost_cents,
    }
    row = work.owner | {
        "account": order.account,
        "symbol": order.symbol,
        "client_id": order.client_id,
    }
    await work.connection.execute(
        insert(HOLDING)
        .values(row | figures)
        .on_conflict_do_update(
            index_elements=[table.branch_id, table.account, table.symbol],
            set_=figures | {"version": table.version + 1},
        )
    )
    return after


async def _move_cash(work: Work, posting: Posting) -> int:
    """Return the cash there is now."""
    moved = await work.connection.execute(
        update(ACCOUNT)
        .where(ACCOUNT.c.branch_id == work.branch_id, ACCOUNT.c.account == posting.order.account)
        .values(cash_cents=ACCOUNT.c.cash_cents + posting.cash_cents, version=ACCOUNT.c.version + 1)
        .returning(ACCOUNT.c.cash_cents)
    )
    return int(moved.scalar_one())


async def _move_client(work: Work, posting: Posting) -> None:
    if not posting.commission_cents:
        return
    await work.connection.execute(
        update(CLIENT)
        .where(CLIENT.c.branch_id == work.branch_id)
        .where(CLIENT.c.client_id == posting.order.client_id)
        .values(
            year_commission_cents=CLIENT.c.year_commission_cents + posting.commission_cents,
            version=CLIENT.c.version + 1,
        )
    )
