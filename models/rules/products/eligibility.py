"""Who may have which product (service-system S19, S24, D13; § 2.9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from models.clients.tier import Tier
from models.rules.basis.missing import configured
from models.rules.basis.profile import Settings
from models.rules.basis.rounding import half_up
from models.rules.basis.settings.words import Product, Sms
from models.rules.decision import Decision

_SOURCE = "S19, S24, D13; § 2.9"


class Action(StrEnum):
    """What is done with a product: begin, prolong, or let it run to its term's end."""

    NEW = "new"
    RENEW = "renew"
    KEEP = "keep"


class Mandate(StrEnum):
    """Who decides: the client after advice, or staff."""

    ADVICE = "advice"
    DISCRETIONARY = "discretionary"


class AnyProduct(StrEnum):
    """Everything a client can apply for."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    SMS1 = "SMS1"
    SMS2 = "SMS2"
    SMS3 = "SMS3"


_SMS = tuple(Sms)
_OFFERS: dict[str, tuple[str, ...]] = {
    "DISCRETION_NOT_ALLOWED": ("ADVICE_WITH_CONSENT", "SINGLE_PLAN"),
    "TIER_NOT_ELIGIBLE": (*_SMS, "UPGRADE"),
    "PRODUCT_CONFLICT": ("SWITCH",),
}
Held: TypeAlias = tuple[AnyProduct, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityCase:
    """What a client applies for and what he has."""

    apply: AnyProduct
    tier: Tier
    action: Action = Action.NEW
    holds: Held = ()
    switch_from: AnyProduct | None = None
    mandate: Mandate = Mandate.ADVICE


def check_eligibility(settings: Settings, case: EligibilityCase) -> Decision:
    """Tell whether he may have it; ``numbers``: offers instead, price of an SMS product (CNY)."""
    price = _price(settings, case)
    reason = next(_faults(settings, case, price), "")
    numbers = {"offers": _OFFERS.get(reason, ()), "price_per_month": price}
    return Decision(reason, numbers, _SOURCE)


def _faults(settings: Settings, case: EligibilityCase, price: Decimal | None) -> Iterator[str]:
    if case.mandate is Mandate.DISCRETIONARY:
        yield "DISCRETION_NOT_ALLOWED"
    if case.apply.value in _SMS:
        if price is None:
            yield "FEE_NOT_CONFIGURED"
        return
    if case.action is Action.KEEP:
        return
    if case.tier not in configured(settings.products.eligible_tiers, "ELIGIBLE_TIERS"):
        yield "TIER_NOT_ELIGIBLE"
    if _conflicts(settings, case):
        yield "PRODUCT_CONFLICT"


def _conflicts(settings: Settings, case: EligibilityCase) -> bool:
    exclusive = configured(settings.products.at_most_one_of, "AT_MOST_ONE_OF")
    if not _is_in(case.apply, exclusive):
        return False
    allowed = {case.switch_from}
    if case.action is Action.RENEW:
        allowed.add(case.apply)
    return any(_is_in(held, exclusive) and held not in allowed for held in case.holds)


def _is_in(product: AnyProduct, products: tuple[Product, ...]) -> bool:
    return any(product.value == each.value for each in products)


def _price(settings: Settings, case: EligibilityCase) -> Decimal | None:
    if case.apply.value not in _SMS:
        return None
    price = settings.sms.price_per_month.get(Sms(case.apply.value))
    return None if price is None else half_up(price)
