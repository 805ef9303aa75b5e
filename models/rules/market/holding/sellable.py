"""What may be sold today: three books, position, sellable and working (market-rules § 2.7)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from models.rules.basis.calendar import TradingCalendar
from models.rules.decision import Decision
from models.rules.market.records.dated import Subject, all_in_force
from models.rules.market.records.rulebook import MarketRules
from models.rules.market.records.sizes import HeldInstrument

_SOURCE = "§ 2.7"


@dataclass(frozen=True, slots=True)
class Lock:
    """Bought shares that may be sold from ``opens`` on."""

    opens: date
    qty: int


@dataclass(frozen=True, slots=True)
class Holding:
    """One account's shares of one security.

    ``position`` counts working sell orders, ``sellable`` does not; ``working`` by order id.
    """

    position: int
    locks: tuple[Lock, ...] = ()
    working: Mapping[str, int] = field(default_factory=dict)

    @property
    def reserved(self) -> int:
        """Shares in working sell orders."""
        return sum(self.working.values())

    def locked(self, day: date) -> int:
        """Shares that may not be sold yet on ``day``."""
        return sum(lock.qty for lock in self.locks if lock.opens > day)

    def sellable(self, day: date) -> int:
        """Shares that may still be offered on ``day``."""
        return self.position - self.locked(day) - self.reserved

    def sellable_from(self, day: date) -> date | None:
        """First day on which a buy locked on ``day`` may be sold."""
        return min((lock.opens for lock in self.locks if lock.opens > day), default=None)


def may_sell_same_day(
    rules: MarketRules, instrument: HeldInstrument, same_day_underlying: bool, day: date
) -> bool:
    """Tell whether what is bought on ``day`` may be sold on it (T+0)."""
    return any(
        instrument in record.instruments
        and (same_day_underlying or not record.only_same_day_underlying)
        for record in all_in_force(rules.same_day, day, Subject())
    )


def sellable_from(calendar: TradingCalendar, bought_on: date, same_day: bool) -> date:
    """Return the first day on which shares bought on ``bought_on`` may be sold."""
    return bought_on if same_day else calendar.next_after(bought_on)


def bought(holding: Holding, qty: int, opens: date) -> Holding:
    """Add ``qty`` filled shares that may be sold from ``opens`` on."""
    return Holding(holding.position + qty, (*holding.locks, Lock(opens, qty)), holding.working)


def sold(holding: Holding, qty: int, day: date) -> tuple[Holding, Decision]:
    """Take away ``qty`` sold shares, or refuse and change nothing."""
    answer = check_sellable(holding, qty, day)
    if not answer.ok:
        return holding, answer
    return Holding(holding.position - qty, holding.locks, holding.working), answer


def reserve(holding: Holding, order_id: str, qty: int, day: date) -> tuple[Holding, Decision]:
    """Reserve ``qty`` for a working sell order, or refuse and change nothing."""
    answer = check_sellable(holding, qty, day)
    if not answer.ok:
        return holding, answer
    working = {**holding.working, order_id: holding.working.get(order_id, 0) + qty}
    return Holding(holding.position, holding.locks, working), answer


def release(holding: Holding, order_id: str) -> tuple[Holding, Decision]:
    """Free what a cancelled sell order reserved."""
    if order_id not in holding.working:
        return holding, Decision("UNKNOWN_ORDER", source=_SOURCE)
    working = {key: qty for key, qty in holding.working.items() if key != order_id}
    return Holding(holding.position, holding.locks, working), Decision(source=_SOURCE)


def check_sellable(holding: Holding, qty: int, day: date) -> Decision:
    """Refuse INSUFFICIENT_SELLABLE above the sellable of ``day``."""
    left = holding.sellable(day)
    reason = "" if qty <= left else "INSUFFICIENT_SELLABLE"
    return Decision(reason, {"sellable": left, "qty": qty}, _SOURCE)
