"""Products A-E and the SMS products (rules_eval § 4)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.rules.basis.bounds import Months
from models.rules.basis.settings.words import Product, Sms
from models.rules.products.annual_fee import AnnualFeeCase, annual_fee
from models.rules.products.eligibility import EligibilityCase, check_eligibility
from models.rules.products.quote import QuoteCase, quote
from models.rules.products.rate import Basis, check_rate
from models.rules.products.rate_on import RateStep, rate_on
from models.rules.products.sms import PaidSms, bundle, subscribe
from models.rules.products.terms import terms
from services.rules.evaluator.world import Judge, World, family


@dataclass(frozen=True, slots=True)
class _RateOnGiven:
    x_permille: Decimal
    steps: tuple[RateStep, ...]
    on: date


@dataclass(frozen=True, slots=True)
class _RateGiven:
    rate_permille: Decimal
    basis: Basis = Basis.ALL_IN


@dataclass(frozen=True, slots=True)
class _TermsGiven:
    product: Product


@dataclass(frozen=True, slots=True)
class _SubscribeGiven:
    product: Sms
    months: Months
    start: date


@dataclass(frozen=True, slots=True, kw_only=True)
class _BundleGiven:
    product: Product
    start: date
    end: date | None = None
    paid: tuple[PaidSms, ...] = ()


def _rate_on(given: _RateOnGiven, world: World) -> object:
    settings = world.settings.products
    return rate_on(settings, world.calendar, given.x_permille, given.steps, given.on)


def _check_rate(given: _RateGiven, world: World) -> object:
    return check_rate(world.rules, world.settings, given.rate_permille, given.basis, world.day)


def _subscribe(given: _SubscribeGiven, world: World) -> object:
    return subscribe(world.settings.sms, given.product, given.months, given.start)


def _bundle(given: _BundleGiven, world: World) -> object:
    return bundle(world.settings.products.bundle, given.paid, given.start, given.end)


PRODUCTS: dict[str, Judge] = {
    "product.quote": family(
        QuoteCase, lambda given, world: quote(world.rules, world.settings, given, world.day)
    ),
    "product.rate_on": family(_RateOnGiven, _rate_on),
    "product.rate_check": family(_RateGiven, _check_rate),
    "product.annual_fee": family(
        AnnualFeeCase, lambda given, world: annual_fee(world.settings.products.D, given)
    ),
    "product.eligibility": family(
        EligibilityCase, lambda given, world: check_eligibility(world.settings, given)
    ),
    "product.terms": family(
        _TermsGiven, lambda given, world: terms(world.settings.products, given.product)
    ),
    "sms.subscribe": family(_SubscribeGiven, _subscribe),
    "sms.bundle": family(_BundleGiven, _bundle),
}
