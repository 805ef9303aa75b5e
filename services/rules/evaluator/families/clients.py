"""Tiers, points, redemption and upgrade (rules_eval § 2, 3)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.clients.tier import Tier
from models.rules.basis.missing import known
from models.rules.points.accrue import TierSpan, accrue
from models.rules.points.balance import balance_of
from models.rules.points.events import PointsEvent
from models.rules.points.redeem import RedeemCase, redeem
from models.rules.points.upgrade import UpgradeCase, upgrade
from models.rules.tiers.assign import TierCase, assign
from models.rules.tiers.review import Review, review
from services.rules.evaluator.world import Judge, World, family


@dataclass(frozen=True, slots=True)
class _ReviewGiven:
    tier: Tier
    reviews: tuple[Review, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _AccrueGiven:
    tier: Tier | None = None
    tiers: tuple[TierSpan, ...] | None = None
    events: tuple[PointsEvent, ...]


@dataclass(frozen=True, slots=True)
class _BalanceGiven:
    entries: tuple[Decimal, ...]
    holds: tuple[Decimal, ...] = ()


def _accrue(given: _AccrueGiven, world: World) -> object:
    return accrue(world.settings.points, _tiers(given), given.events, world.day)


def _tiers(given: _AccrueGiven) -> tuple[TierSpan, ...]:
    if given.tiers is not None:
        return given.tiers
    return (TierSpan(date.min, known(given.tier, "tier")),)


CLIENTS: dict[str, Judge] = {
    "tier.assign": family(
        TierCase, lambda given, world: assign(world.settings.tier, world.calendar, given, world.day)
    ),
    "tier.review": family(
        _ReviewGiven, lambda given, world: review(world.settings.tier, given.tier, given.reviews)
    ),
    "points.accrue": family(_AccrueGiven, _accrue),
    "points.balance": family(
        _BalanceGiven, lambda given, world: balance_of(given.entries, given.holds)
    ),
    "redeem.request": family(
        RedeemCase, lambda given, world: redeem(world.settings, given, world.day)
    ),
    "upgrade.apply": family(
        UpgradeCase, lambda given, world: upgrade(world.settings.upgrade, given, world.day)
    ),
}
