"""The price cage a ladder shows: the same dated rule that checks an order (§ 2.4)."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from models.dates import BEIJING
from models.market.instrument import Phase, SecurityKind
from models.market.picture import Cage, Quote
from models.money import price_units, yuan_of_price
from models.rules.market.price_cage import PriceCage, cage_base, price_cage
from models.rules.ticket.facts import Security, TicketRules
from models.rules.ticket.market_lines import session_at, touch_of
from models.trading.order import Side


def cage_at(
    rules: TicketRules, now: datetime, security: Security, quote: Quote | None
) -> Cage | None:
    """Return the bounds of this moment; None = no cage for this security, day or phase."""
    phase = session_at(rules, now, security).numbers["phase"]
    if security.kind is not SecurityKind.STOCK or phase is not Phase.CONTINUOUS:
        return None
    day = now.astimezone(BEIJING).date()
    if price_cage(rules.market, security.board, Decimal(1), day).ceiling is None:
        return None
    previous = security.previous_close_units
    touch = replace(touch_of(quote), prev_close=yuan_of_price(previous) if previous else None)
    buying, selling = (
        price_cage(rules.market, security.board, cage_base(side, touch), day)
        for side in (Side.BUY, Side.SELL)
    )
    return _cage(buying, selling)


def _cage(buying: PriceCage, selling: PriceCage) -> Cage:
    ceiling, floor = buying.ceiling, selling.floor
    return Cage(
        price_units(ceiling) if ceiling is not None else 0,
        price_units(floor) if floor is not None else 0,
    )
