"""A rate below a product's ceiling where the formula's is not: by approved exception only (D4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.clients.tier import Tier
from models.rules.basis.missing import configured
from models.rules.basis.profile import Settings
from models.rules.basis.settings.words import Product
from models.rules.decision import Decision
from models.rules.market.records.rulebook import MarketRules
from models.rules.products.rate import RateBounds, product_rate, rate_bounds, unlawful

_SOURCE = "D4"


@dataclass(frozen=True, slots=True, kw_only=True)
class CappedRateCase:
    """Who should have which product at which rate; permille, all-in. ``x_permille``: his base."""

    product: Product
    tier: Tier
    x_permille: Decimal
    rate_permille: Decimal


def judge_capped_rate(
    rules: MarketRules, settings: Settings, case: CappedRateCase, day: date
) -> Decision:
    """Tell whether such an exception may be asked for: the formula must reach the ceiling, the
    rate must not, and be lawful. ``numbers``: the formula's rate, the ceiling, the rate.
    """
    product = settings.products.of(case.product)
    computed = product_rate(product, case.x_permille)
    bounds = rate_bounds(rules, settings, day)
    reason = next(_faults(settings, case, computed, bounds), "")
    numbers = {
        "computed_permille": computed,
        "below_permille": product.below_permille,
        "rate_permille": case.rate_permille,
    }
    return Decision(reason, numbers, _SOURCE)


def _faults(
    settings: Settings, case: CappedRateCase, computed: Decimal | None, bounds: RateBounds
) -> Iterator[str]:
    if case.tier not in configured(settings.products.eligible_tiers, "ELIGIBLE_TIERS"):
        yield "TIER_NOT_ELIGIBLE"
    ceiling = settings.products.of(case.product).below_permille
    if computed is None or ceiling is None:
        yield "EXCEPTION_NO_CEILING"
        return
    if computed < ceiling:
        yield "EXCEPTION_NOT_NEEDED"
    if case.rate_permille >= ceiling:
        yield "RATE_CEILING"
    yield from unlawful(case.rate_permille, bounds)
