"""What a product costs a client, or why it cannot be quoted and what can (S27-S31, D4-D7)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from models.clients.tier import RiskClass, Tier
from models.rules.basis.profile import Settings
from models.rules.basis.risk import within_level
from models.rules.basis.rounding import half_up
from models.rules.basis.settings.words import Product
from models.rules.market.records.rulebook import MarketRules
from models.rules.products.rate import (
    Basis,
    RateBounds,
    all_in,
    has_fee,
    product_rate,
    rate_bounds,
    unlawful,
)

CAPPED = "CAPPED_BY_EXCEPTION"
_BOUNDED = frozenset({Product.A, Product.B})
_SHOWS_ALTERNATIVES = frozenset({"RATE_CEILING", "FEE_NOT_CONFIGURED"})


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteCase:
    """A product asked for on a base rate X (permille, of ``basis``); ``turnover`` in CNY a year.

    ``signed_x_permille`` = the X on a quote signed earlier. Rates of the client are of ``basis``.
    ``capped``: all-in rates below a product's ceiling that an approved exception allows him (D4).
    """

    product: Product
    x_permille: Decimal
    basis: Basis = Basis.ALL_IN
    tier: Tier | None = None
    risk_class: RiskClass | None = None
    current_rate_permille: Decimal | None = None
    turnover: Decimal | None = None
    signed_x_permille: Decimal | None = None
    capped: Mapping[Product, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Quote:
    """``rate_permille`` is all-in, None when refused or not a rate.

    ``computed_permille`` = what the formula gives; costs in CNY a year without the floor of an
    order. The remark CAPPED_BY_EXCEPTION tells a rate that is not the formula's.
    """

    ok: bool
    reason: str = ""
    rate_permille: Decimal | None = None
    net_permille: Decimal | None = None
    computed_permille: Decimal | None = None
    below_permille: Decimal | None = None
    remarks: tuple[str, ...] = ()
    alternatives: tuple[Product, ...] = ()
    refused: Mapping[Product, str] = field(default_factory=dict)
    yearly_cost: Decimal | None = None
    extra_cost: Decimal | None = None
    requote_reason: str = ""
    source: str = "S27-S31, D4, D5"


@dataclass(frozen=True, slots=True)
class _Desk:
    """What a quote is made with: settings, statutory bounds, and X all-in."""

    settings: Settings
    bounds: RateBounds
    case: QuoteCase
    x: Decimal


def quote(rules: MarketRules, settings: Settings, case: QuoteCase, day: date) -> Quote:
    """Quote a product, all rates tested all-in, nothing ever capped silently."""
    bounds = rate_bounds(rules, settings, day)
    desk = _Desk(settings, bounds, case, all_in(case.x_permille, case.basis, bounds.fees))
    fresh = _fresh(desk)
    if case.signed_x_permille in (None, case.x_permille):
        return fresh
    void = Quote(False, "QUOTE_STALE", computed_permille=fresh.computed_permille)
    return replace(void, below_permille=fresh.below_permille, requote_reason=fresh.reason)


def _fresh(desk: _Desk) -> Quote:
    asked = desk.case.product
    product = desk.settings.products.of(asked)
    formula = product_rate(product, desk.x)
    reason = next(_faults(desk, asked), "")
    tested = Quote(
        not reason, reason, computed_permille=formula, below_permille=product.below_permille
    )
    if not reason:
        return _priced(desk, tested, _rate(desk, asked))
    if reason not in _SHOWS_ALTERNATIVES:
        return tested
    others = {p: next(_proposal_faults(desk, p), "") for p in Product if p is not asked}
    return replace(
        tested,
        alternatives=tuple(p for p, fault in others.items() if not fault),
        refused={p: fault for p, fault in others.items() if fault},
    )


def _faults(desk: _Desk, asked: Product) -> Iterator[str]:
    product = desk.settings.products.of(asked)
    tier = desk.case.tier
    eligible = desk.settings.products.eligible_tiers
    if tier is not None and tier not in (eligible or ()):
        yield "ELIGIBLE_TIERS_NOT_CONFIGURED" if eligible is None else "TIER_NOT_ELIGIBLE"
    if not has_fee(product):
        yield "FEE_NOT_CONFIGURED"
    rate = _rate(desk, asked)
    if rate is None:
        return
    if product.below_permille is None and asked in _BOUNDED:
        yield "CEILING_NOT_CONFIGURED"
    if product.below_permille is not None and rate >= product.below_permille:
        yield "RATE_CEILING"
    yield from unlawful(rate, desk.bounds)


def _rate(desk: _Desk, asked: Product) -> Decimal | None:
    """Return the formula's rate, or the approved one where the formula reaches the ceiling."""
    product = desk.settings.products.of(asked)
    rate, ceiling = product_rate(product, desk.x), product.below_permille
    if rate is None or ceiling is None or rate < ceiling:
        return rate
    return desk.case.capped.get(asked, rate)


def _proposal_faults(desk: _Desk, offered: Product) -> Iterator[str]:
    """A shown list is a proposal by staff: nothing above the client's level may be on it."""
    yield from _faults(desk, offered)
    level = desk.settings.products.of(offered).risk_level
    if desk.case.risk_class is None or level is None:
        yield "SUITABILITY_UNKNOWN"
    elif not within_level(desk.case.risk_class, level):
        yield "SUITABILITY_LEVEL"


def _priced(desk: _Desk, tested: Quote, rate: Decimal | None) -> Quote:
    if rate is None:
        return tested
    case, fees = desk.case, desk.bounds.fees
    current = case.x_permille
    if case.current_rate_permille is not None:
        current = case.current_rate_permille
    told = {
        "NO_RATE_CHANGE": rate == all_in(current, case.basis, fees),
        CAPPED: rate != tested.computed_permille,
    }
    return replace(
        tested,
        rate_permille=rate,
        net_permille=rate - fees if case.basis is Basis.NET_PLUS_FEES else None,
        remarks=tuple(remark for remark, holds in told.items() if holds),
        yearly_cost=_cost(case.turnover, rate),
        extra_cost=_cost(case.turnover, rate - desk.x),
    )


def _cost(turnover: Decimal | None, rate_permille: Decimal) -> Decimal | None:
    return None if turnover is None else half_up(turnover * rate_permille / 1000)
