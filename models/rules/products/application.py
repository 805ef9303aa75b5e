"""Whether an application for a product A-E may go on: all its rules in their order (F8-F10)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from models.clients.tier import RiskClass, Tier
from models.rules.access.suitability import SuitabilityCase, decide
from models.rules.basis.profile import Settings
from models.rules.basis.settings.words import Product
from models.rules.decision import Decision
from models.rules.market.records.rulebook import MarketRules
from models.rules.products.eligibility import (
    Action,
    AnyProduct,
    EligibilityCase,
    Held,
    Mandate,
    check_eligibility,
)
from models.rules.products.quote import Quote, QuoteCase, quote

_SIGNED_LATER = "signed later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """References of what was signed or recorded; "" = not there."""

    agreement_ref: str = ""
    risk_statement_ref: str = ""
    recording_ref: str = ""
    warning_signed: bool = False
    signed_x_permille: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationCase:
    """Who applies for what; ``x_permille`` is his base rate, all-in; ``papers`` None = not yet."""

    product: Product
    action: Action
    tier: Tier
    x_permille: Decimal
    risk_class: RiskClass | None
    tested_on: date | None
    lowest_class: bool = False
    holds: Held = ()
    switch_from: AnyProduct | None = None
    mandate: Mandate = Mandate.ADVICE
    initiative: Literal["client", "staff"] = "client"
    on_site: bool = False
    papers: Papers | None = None
    capped: Mapping[Product, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """``reason`` "" = it may go on; ``quote`` is the price that was judged."""

    reason: str
    quote: Quote
    offers: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()


def judge_application(
    rules: MarketRules, settings: Settings, case: ApplicationCase, day: date
) -> Judgement:
    """Judge eligibility, suitability, quote and papers, in this order."""
    eligible = check_eligibility(settings, _eligibility(case))
    suitable = decide(settings, _suitability(case), day)
    papers = case.papers or Papers()
    quoted = quote(
        rules,
        settings,
        QuoteCase(
            product=case.product,
            x_permille=case.x_permille,
            tier=case.tier if case.action is not Action.KEEP else None,
            risk_class=case.risk_class,
            signed_x_permille=papers.signed_x_permille,
            capped=case.capped,
        ),
        day,
    )
    reasons = (eligible.reason, suitable.reason, quoted.reason, next(_missing(case), ""))
    offers = eligible.numbers.get("offers", ())
    return Judgement(
        reason=next(filter(None, reasons), ""),
        quote=quoted,
        offers=offers if isinstance(offers, tuple) else (),
        decisions=(eligible, suitable),
    )


def _eligibility(case: ApplicationCase) -> EligibilityCase:
    return EligibilityCase(
        apply=AnyProduct(case.product.value),
        tier=case.tier,
        action=case.action,
        holds=case.holds,
        switch_from=case.switch_from,
        mandate=case.mandate,
    )


def _suitability(case: ApplicationCase) -> SuitabilityCase:
    """Before anything is signed the warning and the recording are still to come."""
    wanted = SuitabilityCase(
        risk_class=case.risk_class,
        product=case.product,
        initiative=case.initiative,
        action=case.action.value,
        lowest_class=case.lowest_class,
        on_site=case.on_site,
        tested_on=case.tested_on,
        warning_signed=True,
        recording_ref=_SIGNED_LATER,
    )
    if case.papers is None:
        return wanted
    signed, recorded = case.papers.warning_signed, case.papers.recording_ref or None
    return replace(wanted, warning_signed=signed, recording_ref=recorded)


def _missing(case: ApplicationCase) -> Iterator[str]:
    if case.papers is None:
        return
    if not case.papers.agreement_ref:
        yield "AGREEMENT_MISSING"
    if not case.papers.risk_statement_ref:
        yield "RISK_STATEMENT_MISSING"
