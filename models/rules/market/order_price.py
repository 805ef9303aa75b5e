"""Whether an order's price is valid now: tick, limit, cage (market-rules § 2.3, 2.4, 2.6)."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from models.market.instrument import Phase, SecurityKind
from models.rules.basis.rounding import is_multiple
from models.rules.decision import Decision
from models.rules.market.price_cage import PriceCage, Touch, cage_base, price_cage
from models.rules.market.price_limit import (
    LimitState,
    PriceBand,
    SecurityFacts,
    price_band,
    tick_of,
)
from models.rules.market.records.rulebook import MarketRules
from models.trading.order import Side


@dataclass(frozen=True, slots=True)
class PricedOrder:
    """The side and price (CNY) of a limit order, and when it comes."""

    side: Side
    price: Decimal
    phase: Phase = Phase.CONTINUOUS


def check_price(
    rules: MarketRules, facts: SecurityFacts, touch: Touch, order: PricedOrder, day: date
) -> Decision:
    """Tell whether the exchange takes the price; the day's reference is its previous close.

    ``numbers``: action (accept, refuse, or hold: kept in the exchange host), limits and cage.
    """
    band = price_band(rules, facts, day)
    base = cage_base(order.side, replace(touch, prev_close=band.reference))
    cage = _cage(rules, facts, order, base, day)
    tick = tick_of(rules, facts.kind, day)
    reason, source = _first_fault(order, tick, band, cage)
    action = "accept" if not reason else cage.outside if reason == "PRICE_CAGE" else "refuse"
    numbers = {
        "action": action,
        "limit_up": band.up,
        "limit_down": band.down,
        "ceiling": cage.ceiling,
        "floor": cage.floor,
    }
    return Decision(reason, numbers, source)


def _cage(
    rules: MarketRules,
    facts: SecurityFacts,
    order: PricedOrder,
    base: Decimal | None,
    day: date,
) -> PriceCage:
    if facts.kind is not SecurityKind.STOCK or order.phase is not Phase.CONTINUOUS:
        return PriceCage()
    return price_cage(rules, facts.board, base, day)


def _first_fault(
    order: PricedOrder, tick: Decimal, band: PriceBand, cage: PriceCage
) -> tuple[str, str]:
    faults = (
        (order.price <= 0 or not is_multiple(order.price, tick), "TICK_SIZE", "§ 2.6"),
        (band.state is LimitState.UNKNOWN, "LIMIT_UNKNOWN", band.source),
        (not band.holds(order.price), "PRICE_LIMIT", band.source),
        (not cage.holds(order.side, order.price), "PRICE_CAGE", cage.source),
    )
    found = ((reason, source) for broken, reason, source in faults if broken)
    return next(found, ("", f"{band.source}; {cage.source}"))
