"""What a client's events earn in points (service-system S6-S11, S33-S35, D8-D10)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from models.clients.tier import Tier
from models.dates import years_later
from models.rules.basis.settings.clients import PointSettings
from models.rules.basis.spans import running_on
from models.rules.points.balance import spendable
from models.rules.points.events import (
    BonusEvent,
    CommissionEvent,
    CorrectionEvent,
    FeeEvent,
    LoyaltyEvent,
    PointsEvent,
    ReferralEvent,
    ReversalEvent,
)

_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class TierSpan:
    """The tier held from a day on."""

    from_: date
    tier: Tier


@dataclass(frozen=True, slots=True)
class PointsEntry:
    """Exact points of one event; None = held until the setting named by ``reason`` is there."""

    id: str
    points: Decimal | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PointsAccount:
    """All entries and their sum; ``spendable`` is the whole part, never below 0."""

    entries: tuple[PointsEntry, ...]
    balance: Decimal
    spendable: int


@dataclass(slots=True)
class _Earned:
    """What one event stands at now: corrections and reversals move ``amount`` (CNY; a bonus has
    none) and ``points``; ``of`` = the commission that a correction changed; ``held_because`` = the
    setting that ``points`` wait for."""

    points: Decimal | None
    amount: Decimal = _NONE
    factor: Decimal | None = None
    of: "_Earned | None" = None
    is_reversed: bool = False
    held_because: str = ""


@dataclass(slots=True)
class _Ledger:
    settings: PointSettings
    tiers: Sequence[TierSpan]
    day: date
    seen: set[str] = field(default_factory=set)
    rewarded: set[tuple[object, ...]] = field(default_factory=set)
    earned: dict[str, _Earned] = field(default_factory=dict)


def tier_on(tiers: Sequence[TierSpan], day: date) -> Tier | None:
    """Return the tier held on ``day``; None before the first span."""
    running = running_on(tiers, day)
    return None if running is None else running.tier


def points_per_yuan(settings: PointSettings, tier: Tier) -> Decimal | None:
    """Return the points of one CNY of commission at ``tier``; None where it is not set."""
    multiplier = settings.multiplier.get(tier)
    if multiplier is None or settings.per_yuan is None:
        return None
    return settings.per_yuan * multiplier


def accrue(
    settings: PointSettings, tiers: Sequence[TierSpan], events: Sequence[PointsEvent], day: date
) -> PointsAccount:
    """Return the entries of ``events`` in order; a repeated event gives 0, DUPLICATE."""
    ledger = _Ledger(settings, tiers, day)
    entries = tuple(_enter(ledger, event) for event in events)
    balance = sum((entry.points or _NONE for entry in entries), _NONE)
    return PointsAccount(entries, balance, spendable(balance))


def _enter(ledger: _Ledger, event: PointsEvent) -> PointsEntry:
    if event.id in ledger.seen:
        return PointsEntry(event.id, _NONE, "DUPLICATE")
    ledger.seen.add(event.id)
    if isinstance(event, CommissionEvent):
        return _enter_commission(ledger, event)
    if isinstance(event, CorrectionEvent):
        return _correct(ledger, event)
    if isinstance(event, ReversalEvent):
        return _take_back(ledger, event)
    if isinstance(event, FeeEvent):
        return PointsEntry(event.id, _NONE, "NOT_COMMISSION")
    return _enter_bonus(ledger, event)


def _enter_commission(ledger: _Ledger, event: CommissionEvent) -> PointsEntry:
    tier = tier_on(ledger.tiers, event.trade_date or ledger.day)
    factor = None if tier is None else points_per_yuan(ledger.settings, tier)
    points = None if factor is None else event.amount * factor
    reason = "" if factor is not None else _held_because(ledger.settings, tier)
    ledger.earned[event.id] = _Earned(points, event.amount, factor, held_because=reason)
    return PointsEntry(event.id, points, reason)


def _held_because(settings: PointSettings, tier: Tier | None) -> str:
    """Without a multiplier the reason is that one, whatever else is missing."""
    if tier is None or settings.multiplier.get(tier) is None:
        return "MULTIPLIER_NOT_CONFIGURED"
    return "PER_YUAN_NOT_CONFIGURED"


def _correct(ledger: _Ledger, event: CorrectionEvent) -> PointsEntry:
    earned = ledger.earned.get(event.of)
    if earned is None or (earned.factor is None and earned.points is not None):
        return PointsEntry(event.id, _NONE, "UNKNOWN_ENTRY")
    if earned.factor is None:
        return PointsEntry(event.id, None, earned.held_because)
    more = event.amount - earned.amount
    change = more * earned.factor
    _move(earned, change, more)
    ledger.earned[event.id] = _Earned(change, more, of=earned)
    return PointsEntry(event.id, change)


def _move(earned: _Earned, points: Decimal, amount: Decimal) -> None:
    earned.points = (earned.points or _NONE) + points
    earned.amount += amount


def _take_back(ledger: _Ledger, event: ReversalEvent) -> PointsEntry:
    """Take back what the entry stands at: a commission with all its corrections."""
    earned = ledger.earned.get(event.of)
    if earned is None:
        return PointsEntry(event.id, _NONE, "UNKNOWN_ENTRY")
    if earned.points is None:
        return PointsEntry(event.id, None, earned.held_because)
    back = -earned.points
    if earned.of is not None:
        _move(earned.of, back, -earned.amount)
    gone = [each for each in ledger.earned.values() if each is earned or each.of is earned]
    for each in gone:
        each.points, each.amount = _NONE, _NONE
    again, earned.is_reversed = earned.is_reversed, True
    return PointsEntry(event.id, back, "DUPLICATE" if again and not back else "")


def _enter_bonus(ledger: _Ledger, event: BonusEvent) -> PointsEntry:
    reason = _bonus_fault(event)
    key = _bonus_key(event)
    if reason or key in ledger.rewarded:
        return PointsEntry(event.id, _NONE, reason or "DUPLICATE")
    ledger.rewarded.add(key)
    points = _bonus_points(ledger.settings, event)
    reason = "" if points is not None else f"{event.kind.upper()}_NOT_CONFIGURED"
    ledger.earned[event.id] = _Earned(points, held_because=reason)
    return PointsEntry(event.id, points, reason)


def _bonus_fault(event: BonusEvent) -> str:
    if isinstance(event, ReferralEvent):
        if event.referrer == event.referred:
            return "SELF_REFERRAL"
        return "NOT_NEW_CLIENT" if event.already_client else ""
    if isinstance(event, LoyaltyEvent):
        return "" if _is_anniversary(event) else "NO_ANNIVERSARY"
    return "" if event.state == "awarded" else "NOT_AWARDED"


def _is_anniversary(event: LoyaltyEvent) -> bool:
    years = event.on.year - event.opened.year
    on_the_day = years >= 1 and years_later(event.opened, years) == event.on
    return on_the_day and (event.closed is None or event.on < event.closed)


def _bonus_key(event: BonusEvent) -> tuple[object, ...]:
    if isinstance(event, ReferralEvent):
        return (event.kind, event.referred)
    if isinstance(event, LoyaltyEvent):
        return (event.kind, event.opened, event.on)
    return (event.kind, event.suggestion)


def _bonus_points(settings: PointSettings, event: BonusEvent) -> Decimal | None:
    table = {
        "referral": settings.referral,
        "loyalty": settings.loyalty_per_year,
        "suggestion": settings.suggestion,
    }
    return table[event.kind]
