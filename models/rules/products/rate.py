"""What rate a product makes of a client's base rate X, and what rates are lawful (§ 2.5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from models.rules.basis.missing import configured
from models.rules.basis.profile import Settings
from models.rules.basis.settings.products import ProductSettings
from models.rules.decision import Decision
from models.rules.market.fees import charge_permille
from models.rules.market.records.charges import Charge
from models.rules.market.records.rulebook import MarketRules

_INSIDE = (Charge.HANDLING, Charge.REGULATORY)


class Basis(StrEnum):
    """Whether a rate contains the exchange's and the regulator's fees."""

    ALL_IN = "all_in"
    NET_PLUS_FEES = "net_plus_fees"


@dataclass(frozen=True, slots=True)
class RateBounds:
    """All-in bounds of a commission in permille, both allowed; ``cap`` None where it is not set."""

    cap: Decimal | None
    fees: Decimal


def rate_bounds(rules: MarketRules, settings: Settings, day: date) -> RateBounds:
    """Return the bounds of ``day`` for an SSE/SZSE A share."""
    return RateBounds(settings.fees.commission_cap_permille, charge_permille(rules, _INSIDE, day))


def all_in(rate_permille: Decimal, basis: Basis, fees: Decimal) -> Decimal:
    """Return a rate of ``basis`` with the fees inside."""
    return rate_permille + fees if basis is Basis.NET_PLUS_FEES else rate_permille


def product_rate(product: ProductSettings, x_permille: Decimal) -> Decimal | None:
    """Return the all-in rate of a product on an all-in X; None where its fee is no rate."""
    if product.flat_permille is not None:
        return product.flat_permille
    if product.uplift_permille is not None:
        return x_permille + product.uplift_permille
    return None


def has_fee(product: ProductSettings) -> bool:
    """Tell whether a product has a price at all: a rate, or an annual fee by brackets."""
    rates = (product.flat_permille, product.uplift_permille)
    return bool(product.brackets) or any(rate is not None for rate in rates)


def unlawful(rate_permille: Decimal, bounds: RateBounds) -> Iterator[str]:
    """Yield why an all-in rate may not be charged; without a cap none may."""
    if bounds.cap is None:
        yield "COMMISSION_CAP_NOT_CONFIGURED"
    elif rate_permille > bounds.cap:
        yield "COMMISSION_CAP_EXCEEDED"
    if rate_permille < bounds.fees:
        yield "COMMISSION_BELOW_FEES"


def check_rate(
    rules: MarketRules, settings: Settings, rate_permille: Decimal, basis: Basis, day: date
) -> Decision:
    """Tell whether a rate is within the statutory bounds, tested all-in (§ 2.5).

    Raises NotConfigured COMMISSION_CAP.
    """
    bounds = rate_bounds(rules, settings, day)
    cap = configured(bounds.cap, "COMMISSION_CAP")
    tested = all_in(rate_permille, basis, bounds.fees)
    reason = next(unlawful(tested, bounds), "")
    numbers = {
        "all_in_permille": tested,
        "cap_permille": cap,
        "floor_permille": bounds.fees,
        "highest_net_permille": cap - bounds.fees,
    }
    return Decision(reason, numbers, "§ 2.5, D5")
