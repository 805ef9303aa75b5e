"""Which tier a client has by assets or commission, and what is missing to the next (S1-S2, D1)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from models.clients.tier import TIERS, Tier
from models.rules.basis.calendar import TradingCalendar
from models.rules.basis.missing import MissingFact, known
from models.rules.basis.settings.clients import TierSettings

_ABOVE_ORDINARY = TIERS[1:]
Criterion = Literal["assets", "commission", "grant"]


@dataclass(frozen=True, slots=True)
class TierGrant:
    """A tier given from a day to a day, both included."""

    tier: Tier
    from_: date
    to: date

    def runs_on(self, day: date) -> bool:
        """Tell whether the grant holds on ``day``."""
        return self.from_ <= day <= self.to


@dataclass(frozen=True, slots=True, kw_only=True)
class TierCase:
    """What a client is graded by, in CNY: ``assets``, or the mean of ``daily_assets``."""

    commission: Decimal
    assets: Decimal | None = None
    daily_assets: tuple[Decimal, ...] | None = None
    current_tier: Tier | None = None
    grant: TierGrant | None = None


@dataclass(frozen=True, slots=True)
class NextTier:
    """The tier above and what is missing to either bound (CNY); None = no such bound."""

    tier: Tier
    assets_gap: Decimal | None
    commission_gap: Decimal | None


@dataclass(frozen=True, slots=True)
class TierAssignment:
    """``rule_tier`` follows from the bounds, ``tier`` also from a grant, ``by`` says from what.

    ``effective_from``: an upgrade's first day; a downgrade has none, only a review lowers.
    """

    tier: Tier | None
    rule_tier: Tier | None
    by: tuple[Criterion, ...]
    assets_used: Decimal
    next: NextTier | None = None
    change: Literal["none", "up", "down"] | None = None
    effective_from: date | None = None
    reason: str = ""
    source: str = "S1, S2, D1"


def assign(
    settings: TierSettings, calendar: TradingCalendar, case: TierCase, day: date
) -> TierAssignment:
    """Return the tier of ``day``.

    No tier without a bound for each, or without the rule itself: THRESHOLDS_NOT_CONFIGURED,
    TIER_RULE_NOT_CONFIGURED; no first day of an upgrade: UPGRADE_EFFECTIVE_NOT_CONFIGURED.
    """
    assets = _assets_used(case)
    missing = _missing(settings)
    if missing:
        return TierAssignment(None, None, (), assets, reason=missing)
    rule_tier = _highest_reached(settings, assets, case.commission)
    tier = with_grant(rule_tier, case.grant, day)
    change = _change(case.current_tier, tier)
    is_dated = change != "up" or settings.upgrade_effective is not None
    return TierAssignment(
        tier=tier,
        rule_tier=rule_tier,
        by=_reasons(settings, tier, assets, case.commission),
        assets_used=assets,
        next=_next(settings, rule_tier, assets, case.commission),
        change=change,
        effective_from=calendar.next_after(day) if change == "up" and is_dated else None,
        reason="" if is_dated else "UPGRADE_EFFECTIVE_NOT_CONFIGURED",
    )


def _assets_used(case: TierCase) -> Decimal:
    if case.daily_assets is None:
        return known(case.assets, "assets")
    if not case.daily_assets:
        raise MissingFact("daily_assets")
    return sum(case.daily_assets, Decimal(0)) / len(case.daily_assets)


def _missing(settings: TierSettings) -> str:
    bounds = (settings.bounds(tier) for tier in _ABOVE_ORDINARY)
    if any(b.assets is None and b.commission is None for b in bounds):
        return "THRESHOLDS_NOT_CONFIGURED"
    return "" if settings.rule is not None else "TIER_RULE_NOT_CONFIGURED"


def _reached_by(
    settings: TierSettings, tier: Tier, assets: Decimal, commission: Decimal
) -> tuple[Criterion, ...]:
    bounds = settings.bounds(tier)
    reached: list[Criterion] = []
    if bounds.assets is not None and assets >= bounds.assets:
        reached.append("assets")
    if bounds.commission is not None and commission >= bounds.commission:
        reached.append("commission")
    return tuple(reached)


def _highest_reached(settings: TierSettings, assets: Decimal, commission: Decimal) -> Tier:
    reached = (
        tier
        for tier in reversed(_ABOVE_ORDINARY)
        if _reached_by(settings, tier, assets, commission)
    )
    return next(reached, Tier.ORDINARY)


def with_grant(rule_tier: Tier, grant: TierGrant | None, day: date) -> Tier:
    """Return the higher of the tier by rule and a grant that runs on ``day``."""
    if grant is None or not grant.runs_on(day):
        return rule_tier
    return max(rule_tier, grant.tier, key=TIERS.index)


def _reasons(
    settings: TierSettings, tier: Tier, assets: Decimal, commission: Decimal
) -> tuple[Criterion, ...]:
    if tier is Tier.ORDINARY:
        return ()
    return _reached_by(settings, tier, assets, commission) or ("grant",)


def _next(
    settings: TierSettings, rule_tier: Tier, assets: Decimal, commission: Decimal
) -> NextTier | None:
    if rule_tier is Tier.PLATINUM:
        return None
    above = TIERS[TIERS.index(rule_tier) + 1]
    bounds = settings.bounds(above)
    return NextTier(above, _gap(bounds.assets, assets), _gap(bounds.commission, commission))


def _gap(bound: Decimal | None, reached: Decimal) -> Decimal | None:
    return None if bound is None else bound - reached


def _change(current: Tier | None, tier: Tier) -> Literal["none", "up", "down"] | None:
    if current is None:
        return None
    if current is tier:
        return "none"
    return "up" if TIERS.index(tier) > TIERS.index(current) else "down"
