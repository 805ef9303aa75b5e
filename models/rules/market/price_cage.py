"""The valid price range of continuous trading (market-rules § 2.4)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.market.instrument import Board, SecurityKind
from models.rules.basis.rounding import half_up
from models.rules.market.price_limit import tick_of
from models.rules.market.records.dated import Subject, in_force
from models.rules.market.records.pricing import CageAction, CageRecord
from models.rules.market.records.rulebook import MarketRules
from models.trading.order import Side


@dataclass(frozen=True, slots=True)
class Touch:
    """The prices an order meets, in CNY; None = there is none."""

    best_bid: Decimal | None = None
    best_ask: Decimal | None = None
    last: Decimal | None = None
    prev_close: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PriceCage:
    """A buy may not be above ``ceiling``, a sell not below ``floor``; None = no cage."""

    base: Decimal | None = None
    ceiling: Decimal | None = None
    floor: Decimal | None = None
    outside: CageAction = CageAction.REFUSE
    source: str = "§ 2.4"

    def holds(self, side: Side, price: Decimal) -> bool:
        """Tell whether an order at ``price`` is inside."""
        if side is Side.BUY:
            return self.ceiling is None or price <= self.ceiling
        return self.floor is None or price >= self.floor


def cage_base(side: Side, touch: Touch) -> Decimal | None:
    """Return the first known of: opposite best, own best, last trade, previous close."""
    opposite, own = touch.best_ask, touch.best_bid
    if side is Side.SELL:
        opposite, own = own, opposite
    chain = (opposite, own, touch.last, touch.prev_close)
    return next((price for price in chain if price is not None), None)


def price_cage(rules: MarketRules, board: Board, base: Decimal | None, day: date) -> PriceCage:
    """Return the cage around ``base``: half-up to the tick and at least one tick from it."""
    record = in_force(rules.cages, day, Subject(board=board, kind=SecurityKind.STOCK))
    if record is None or base is None:
        return PriceCage(base)
    tick = tick_of(rules, SecurityKind.STOCK, day)
    return PriceCage(
        base,
        max(half_up(base + _reach(record, base, tick), tick), base + tick),
        min(half_up(base - _reach(record, base, tick), tick), base - tick),
        record.outside,
        record.source,
    )


def _reach(record: CageRecord, base: Decimal, tick: Decimal) -> Decimal:
    return max(base * record.pct / 100, record.ticks * tick)
