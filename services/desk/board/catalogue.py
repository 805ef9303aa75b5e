"""The product catalogue: what A-E are and cost for one client (S24-S31, features F8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection

from models.clients.tier import RiskClass, Tier
from models.errors import ExpectedFailure
from models.money import permille_of_rate, yuan_of_cents
from models.rules.access.suitability import SuitabilityCase, decide
from models.rules.basis.missing import NotConfigured
from models.rules.basis.settings.words import AssetKind, Product
from models.rules.decision import Decision
from models.rules.products.annual_fee import AnnualFee, AnnualFeeCase, annual_fee
from models.rules.products.eligibility import (
    Action,
    AnyProduct,
    EligibilityCase,
    check_eligibility,
)
from models.rules.products.quote import CAPPED, Quote, QuoteCase, quote
from models.rules.products.rate import RateBounds, rate_bounds
from models.rules.products.terms import ProductTerms, terms
from services.clock.clock import Clock
from services.desk.service.case import Case
from services.desk.service.facts import base_rate_permille, held_products, rate_exceptions
from services.desk.storage.person import read_person
from services.desk.storage.queries.charges import PostedFee, read_fees
from services.desk.storage.rows import Row
from services.desk.storage.store import LocalStore
from services.rules.loader import load_market_rules


@dataclass(frozen=True, slots=True)
class ApprovedRate:
    """A rate below the ceiling that was approved for him, to an ISO day; all-in (D4)."""

    rate_permille: Decimal
    ends_on: str
    reason: str
    is_used: bool  # the quote is made at it: the formula would reach the ceiling


@dataclass(frozen=True, slots=True)
class ProductOffer:
    """One product for one client, as staff may show it to him now.

    ``reason`` "" = it may be offered; else the first refusal, or what the firm has not set, of
    eligibility, suitability (as a proposal by staff) and quote, in this order. ``turnover`` (CNY a
    year) is what his net commission of twelve months makes at his present rate, None where that
    says nothing; ``annual_fee`` is of his average assets, where the fee is of all of them, ``fees``
    are those posted, newest first. ``bounds`` are the statutory ones, all-in; ``quote`` None = it
    could not be made. ``exception``: what may be charged below the ceiling, and until when.
    """

    product: Product
    reason: str
    is_held: bool
    terms: ProductTerms
    x_permille: Decimal
    uplift_permille: Decimal | None
    quote: Quote | None
    bounds: RateBounds | None
    turnover: Decimal | None
    annual_fee: AnnualFee | None
    fees: tuple[PostedFee, ...] = ()
    exception: ApprovedRate | None = None


class ProductCatalogue:
    """Quotes by this desk's rows and the firm's settings of today; nothing is queued."""

    def __init__(self, *, store: LocalStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def offers(self, client_id: str) -> tuple[ProductOffer, ...]:
        """Return A-E in their order.

        Raises ExpectedFailure CLIENT_NOT_FOUND, BASE_RATE_UNKNOWN, NEVER_SIGNED_IN, or
        NotConfigured where the desk knows no settings at all.
        """
        return await self._store.read(lambda connection: self._offers(connection, client_id))

    def _offers(self, connection: Connection, client_id: str) -> tuple[ProductOffer, ...]:
        person = read_person(connection)
        if person is None:
            raise ExpectedFailure("尚未登录过总部", "请先联机登录一次", "NEVER_SIGNED_IN")
        case = Case(connection, self._clock.now(), person)
        facts = _Facts(
            case=case,
            client=case.client(client_id),
            x_permille=base_rate_permille(case, client_id),
            held=held_products(case, client_id),
            exceptions=rate_exceptions(case, client_id),
            fees=read_fees(connection, client_id),
        )
        return tuple(_offer(facts, product) for product in Product)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What all offers to a client are made with."""

    case: Case
    client: Row
    x_permille: Decimal
    held: tuple[Product, ...]
    exceptions: Mapping[Product, Row]
    fees: tuple[PostedFee, ...]

    @property
    def capped(self) -> dict[Product, Decimal]:
        return {
            one: permille_of_rate(int(row["rate_units"] or 0))
            for one, row in self.exceptions.items()
        }

    @property
    def tier(self) -> Tier:
        return Tier(str(self.client["tier"]))

    @property
    def risk_class(self) -> RiskClass | None:
        told = str(self.client["risk_class"])
        return RiskClass(told) if told else None

    @property
    def current_permille(self) -> Decimal:
        return permille_of_rate(int(self.client["rate_units"] or 0)) or self.x_permille

    @property
    def turnover(self) -> Decimal | None:
        paid = yuan_of_cents(int(self.client["year_commission_cents"] or 0))
        return paid * 1000 / self.current_permille if paid > 0 and self.current_permille else None


def _offer(facts: _Facts, product: Product) -> ProductOffer:
    own = facts.case.settings.products.of(product)
    made, bounds, reason = _judged(facts, product)
    return ProductOffer(
        product=product,
        reason=reason,
        is_held=product in facts.held,
        terms=terms(facts.case.settings.products, product),
        x_permille=facts.x_permille,
        uplift_permille=own.uplift_permille,
        quote=made,
        bounds=bounds,
        turnover=facts.turnover,
        annual_fee=_annual_fee(facts, product),
        fees=tuple(fee for fee in facts.fees if fee.product == product.value),
        exception=_exception(facts, product, made),
    )


def _exception(facts: _Facts, product: Product, made: Quote | None) -> ApprovedRate | None:
    row = facts.exceptions.get(product)
    if row is None:
        return None
    return ApprovedRate(
        rate_permille=facts.capped[product],
        ends_on=str(row["ends_on"]),
        reason=str(row["reason"]),
        is_used=made is not None and CAPPED in made.remarks,
    )


def _judged(facts: _Facts, product: Product) -> tuple[Quote | None, RateBounds | None, str]:
    try:
        decisions = (_eligible(facts, product), _suitable(facts, product))
        bounds = rate_bounds(load_market_rules(), facts.case.settings, facts.case.day)
        made = _quote(facts, product)
    except NotConfigured as missing:
        return None, None, missing.code
    reasons = (*(decision.reason for decision in decisions), made.reason)
    return made, bounds, next(filter(None, reasons), "")


def _eligible(facts: _Facts, product: Product) -> Decision:
    wanted = EligibilityCase(
        apply=AnyProduct(product.value),
        tier=facts.tier,
        action=_action(facts, product),
        holds=tuple(AnyProduct(one.value) for one in facts.held if one is not product),
    )
    return check_eligibility(facts.case.settings, wanted)


def _suitable(facts: _Facts, product: Product) -> Decision:
    tested = str(facts.client["risk_tested_on"])
    proposed = SuitabilityCase(
        risk_class=facts.risk_class,
        product=product,
        initiative="staff",
        action=_action(facts, product).value,
        tested_on=date.fromisoformat(tested) if tested else None,
    )
    return decide(facts.case.settings, proposed, facts.case.day)


def _quote(facts: _Facts, product: Product) -> Quote:
    case = QuoteCase(
        product=product,
        x_permille=facts.x_permille,
        risk_class=facts.risk_class,
        current_rate_permille=facts.current_permille,
        turnover=facts.turnover,
        capped=facts.capped,
    )
    return quote(load_market_rules(), facts.case.settings, case, facts.case.day)


def _annual_fee(facts: _Facts, product: Product) -> AnnualFee | None:
    """What a desk knows of his assets is one sum: where not all of it counts, it cannot tell."""
    own = facts.case.settings.products.of(product)
    if not own.brackets or frozenset(own.entrusted or ()) != frozenset(AssetKind):
        return None
    assets = yuan_of_cents(int(facts.client["average_assets_cents"] or 0))
    return annual_fee(own, AnnualFeeCase(entrusted=assets))


def _action(facts: _Facts, product: Product) -> Action:
    return Action.KEEP if product in facts.held else Action.NEW
