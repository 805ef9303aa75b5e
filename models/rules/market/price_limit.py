"""How far a price may go today (market-rules § 2.3)."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from models.market.instrument import Board, SecurityKind, SecurityStatus
from models.rules.basis.bounds import Amount
from models.rules.basis.missing import known
from models.rules.basis.rounding import down_to, half_up, up_to
from models.rules.market.records.dated import Subject, all_in_force, required
from models.rules.market.records.pricing import BandBase, BandRecord, LimitRounding, Period
from models.rules.market.records.rulebook import MarketRules

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ExRights:
    """What one share is given today, per share: cash and rights price in CNY, shares in parts."""

    cash: Amount = _ZERO
    bonus: Amount = _ZERO
    rights: Amount = _ZERO
    rights_price: Amount = _ZERO


@dataclass(frozen=True, slots=True)
class SecurityFacts:
    """A security on its trade date; prices in CNY.

    ``prev_close`` is the ex-right reference; without it, it follows from ``last_close`` and ``ex``.
    ``listing_day`` and ``delisting_day`` count trading days from 1, None = no such period.
    """

    board: Board = Board.UNKNOWN
    kind: SecurityKind = SecurityKind.STOCK
    status: SecurityStatus = SecurityStatus.NORMAL
    prev_close: Decimal | None = None
    last_close: Decimal | None = None
    ex: ExRights = field(default_factory=ExRights)
    listing_day: int | None = None
    delisting_day: int | None = None
    issue_price: Decimal | None = None
    all_20pct: bool = False

    @property
    def subject(self) -> Subject:
        """What dated rules are asked for."""
        return Subject(board=self.board, kind=self.kind, status=self.status)


class LimitState(StrEnum):
    """Unknown is not unlimited."""

    LIMITED = "LIMITED"
    UNLIMITED = "UNLIMITED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class PriceBand:
    """Today's highest and lowest price in CNY, bounds allowed; None unless LIMITED."""

    state: LimitState
    up: Decimal | None = None
    down: Decimal | None = None
    reference: Decimal | None = None
    source: str = "§ 2.3"

    def holds(self, price: Decimal) -> bool:
        """Tell whether ``price`` is inside; on an unlimited day every price is."""
        if self.up is None or self.down is None:
            return self.state is LimitState.UNLIMITED
        return self.down <= price <= self.up


def tick_of(rules: MarketRules, kind: SecurityKind, day: date) -> Decimal:
    """Return the smallest price step in CNY (§ 2.6)."""
    return required(rules.ticks, day, Subject(kind=kind), "TICK").tick


def reference_price(facts: SecurityFacts, tick: Decimal) -> Decimal | None:
    """Return the price the day starts from; on the first day that may be the issue price.

    (last close - cash + rights price * rights) / (1 + bonus + rights); None where no price is
    known.
    """
    if facts.prev_close is not None:
        return facts.prev_close
    if facts.last_close is None:
        return facts.issue_price if facts.listing_day == 1 else None
    ex = facts.ex
    value = facts.last_close - ex.cash + ex.rights_price * ex.rights
    return half_up(value / (1 + ex.bonus + ex.rights), tick)


def price_band(rules: MarketRules, facts: SecurityFacts, day: date) -> PriceBand:
    """Return the price limits of ``day``: limited, unlimited, or unknown.

    Raises MissingFact where a limited security has no price to start from.
    """
    tick = tick_of(rules, facts.kind, day)
    reference = reference_price(facts, tick)
    record = _band_record(rules, facts, day)
    if record is None:
        return PriceBand(LimitState.UNKNOWN, reference=reference)
    if record.up_pct is None or record.down_pct is None:
        return PriceBand(LimitState.UNLIMITED, reference=reference, source=record.source)
    if record.base is BandBase.ISSUE_PRICE:
        if facts.issue_price is None:
            return PriceBand(LimitState.UNKNOWN, reference=reference, source=record.source)
        reference = facts.issue_price
    base = known(reference, "prev_close")
    up, down = _limits(base, record, tick)
    return PriceBand(LimitState.LIMITED, up, down, base, record.source)


def _band_record(rules: MarketRules, facts: SecurityFacts, day: date) -> BandRecord | None:
    running = [r for r in all_in_force(rules.bands, day, facts.subject) if _is_about(r, facts)]
    return min(running, key=lambda record: record.period is Period.ANY, default=None)


def _is_about(record: BandRecord, facts: SecurityFacts) -> bool:
    if record.all_20pct not in (None, facts.all_20pct):
        return False
    if record.period is Period.ANY:
        return True
    listed = record.period is Period.LISTING
    day_of_period = facts.listing_day if listed else facts.delisting_day
    return day_of_period is not None and 1 <= day_of_period <= record.days


def _limits(base: Decimal, record: BandRecord, tick: Decimal) -> tuple[Decimal, Decimal]:
    raw_up = base * (100 + (record.up_pct or _ZERO)) / 100
    raw_down = base * (100 - (record.down_pct or _ZERO)) / 100
    if record.rounding is LimitRounding.INWARD:
        up, down = down_to(raw_up, tick), up_to(raw_down, tick)
    else:
        up, down = half_up(raw_up, tick), half_up(raw_down, tick)
    if record.one_tick:
        up, down = max(up, base + tick), min(down, base - tick)
    return up, down
