"""How a tier is lowered: only by reviews that fail in a row (service-system D3)."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from models.clients.tier import TIERS, Tier
from models.rules.basis.missing import configured
from models.rules.basis.settings.clients import TierSettings


@dataclass(frozen=True, slots=True)
class Review:
    """The tier that the bounds give on a review day."""

    date: datetime.date
    result: Tier


@dataclass(frozen=True, slots=True)
class ReviewStep:
    """What holds after one review; ``warn`` = the client is warned and a task is made."""

    date: datetime.date
    fails: int
    warn: bool
    tier: Tier
    effective_from: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class ReviewOutcome:
    """The tier and the count of failed reviews after all of them."""

    tier: Tier
    fails: int
    steps: tuple[ReviewStep, ...]
    source: str = "D3"


def review(settings: TierSettings, tier: Tier, reviews: Sequence[Review]) -> ReviewOutcome:
    """Return what a run of reviews makes of ``tier``; raises NotConfigured DOWNGRADE."""
    allowed = configured(settings.downgrade_after_failing_reviews, "DOWNGRADE")
    failing: list[Tier] = []
    steps: list[ReviewStep] = []
    for each in reviews:
        tier, step = _step(allowed, tier, failing, each)
        steps.append(step)
    return ReviewOutcome(tier, len(failing), tuple(steps))


def _step(allowed: int, tier: Tier, failing: list[Tier], each: Review) -> tuple[Tier, ReviewStep]:
    """Judge one review; ``failing`` holds the results of the failing run and is kept up."""
    if TIERS.index(each.result) >= TIERS.index(tier):
        failing.clear()
        return tier, ReviewStep(each.date, 0, False, tier)
    failing.append(each.result)
    if len(failing) < allowed:
        return tier, ReviewStep(each.date, len(failing), True, tier)
    lowered = max(failing, key=TIERS.index)
    failing.clear()
    return lowered, ReviewStep(each.date, 0, False, lowered, each.date + datetime.timedelta(days=1))
