"""Turns the rows of one client into the lines of his page."""

from collections.abc import Iterable

from models.clients.profile import (
    ContactLine,
    FeeLine,
    HoldingLine,
    MandateLine,
    PointsLine,
    SubscriptionLine,
)
from models.money import amount_cents, yuan_of_cents
from models.trading.order import FINAL_STATES, Order, Side
from services.desk.clients import words
from services.desk.clients.prices import Prices, price_of
from services.desk.storage.queries.client_file import ClientFile
from services.desk.storage.queries.entries import ClientEntry, HeldSecurity
from services.desk.storage.rows import Row


def holding_lines(
    entry: ClientEntry, orders: Iterable[Order], prices: Prices, assets_cents: int
) -> tuple[HoldingLine, ...]:
    """Return the positions, largest first; what open sell orders hold is not sellable."""
    held_back = _held_back(orders)
    lines = [
        _holding(held, held_back.get(held.symbol, 0), prices, assets_cents)
        for held in entry.holdings
    ]
    return tuple(sorted(lines, key=lambda line: -line.value_cents))


def frozen_cents(orders: Iterable[Order]) -> int:
    """Return what open buy orders hold of the cash, without fees."""
    return sum(
        amount_cents(order.price_units, order.left)
        for order in orders
        if order.side is Side.BUY and order.state not in FINAL_STATES
    )


def points_lines(file: ClientFile) -> tuple[PointsLine, ...]:
    """Return the points entries, newest first."""
    return tuple(
        PointsLine(
            _text(row, "posted_at"),
            words.word(words.POINTS_KINDS, _text(row, "kind")),
            _whole(row, "points_milli"),
            _text(row, "note"),
        )
        for row in file.points
    )


def subscription_lines(file: ClientFile) -> tuple[SubscriptionLine, ...]:
    """Return the products, newest first."""
    return tuple(
        SubscriptionLine(
            words.word(words.PRODUCTS, _text(row, "product")),
            words.word(words.SUBSCRIPTION_STATES, _text(row, "state")),
            _text(row, "starts_on"),
            _text(row, "ends_on"),
            words.word(words.PAID_BY, _text(row, "paid_by")) + _fee_of(row, file),
        )
        for row in file.subscriptions
    )


def fee_lines(file: ClientFile) -> tuple[FeeLine, ...]:
    """Return the annual fees, newest first."""
    return tuple(
        FeeLine(
            product=words.word(words.PRODUCTS, fee.product),
            period_from=fee.period_from,
            period_to=fee.period_to,
            days=fee.days,
            average_cents=fee.average_cents,
            amount_cents=fee.amount_cents,
            reason=words.word(words.FEE_CODES, fee.code)
            if fee.code and not fee.recomputed_at
            else "",
        )
        for fee in file.fees
    )


def _fee_of(row: Row, file: ClientFile) -> str:
    """The newest fee of a product that has one."""
    fee = next((one for one in file.fees if one.product == row["product"]), None)
    if fee is None:
        return ""
    if fee.code and not fee.amount_cents:
        return f"(至 {fee.period_to} 未收取)"
    return f"(至 {fee.period_to} {yuan_of_cents(fee.amount_cents):,.2f} 元)"


def contact_lines(file: ClientFile) -> tuple[ContactLine, ...]:
    """Return the timeline, newest first; pending = not yet applied at central."""
    return tuple(
        ContactLine(
            _text(row, "happened_at"),
            words.word(words.CHANNELS, _text(row, "channel")),
            words.word(words.DIRECTIONS, _text(row, "direction")),
            _text(row, "summary"),
            file.staff_names.get(_text(row, "by_staff"), _text(row, "by_staff")),
            _text(row, "contact_id") in file.pending,
        )
        for row in file.contacts
    )


def mandate_lines(file: ClientFile) -> tuple[MandateLine, ...]:
    """Return the program-trading mandates, newest first."""
    return tuple(
        MandateLine(
            _text(row, "strategy"),
            words.word(words.MANDATE_STATES, _text(row, "state")),
            words.word(words.REPORT_STATES, _text(row, "report_state")),
            _whole(row, "capital_cents"),
            _text(row, "starts_on"),
            _text(row, "ends_on"),
        )
        for row in file.mandates
    )


def _held_back(orders: Iterable[Order]) -> dict[str, int]:
    held: dict[str, int] = {}
    for order in orders:
        if order.side is Side.SELL and order.state not in FINAL_STATES:
            held[order.symbol] = held.get(order.symbol, 0) + order.left
    return held


def _holding(held: HeldSecurity, held_back: int, prices: Prices, assets_cents: int) -> HoldingLine:
    quote, instrument = prices.quote(held.symbol), prices.instrument(held.symbol)
    last = price_of(quote) if quote else 0
    previous = quote.previous_close_units if quote else 0
    value = amount_cents(last, held.quantity) if last else held.cost_cents
    return HoldingLine(
        symbol=held.symbol,
        name=instrument.name if instrument else held.symbol,
        quantity=held.quantity,
        sellable=max(held.sellable - held_back, 0),
        cost_cents=held.cost_cents,
        last_units=last,
        previous_close_units=previous,
        value_cents=value,
        profit_cents=value - held.cost_cents,
        day_change_cents=amount_cents(last - previous, held.quantity) if last else 0,
        share_permille=(2_000 * value + assets_cents) // (2 * assets_cents)
        if assets_cents > 0
        else 0,
    )


def _text(row: Row, name: str) -> str:
    return str(row[name])


def _whole(row: Row, name: str) -> int:
    return int(row[name] or 0)
