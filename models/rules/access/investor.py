"""Who is a professional or qualified investor (market-rules § 2.9, 2.10)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from models.rules.basis.bounds import Count
from models.rules.basis.missing import NotConfigured
from models.rules.basis.settings.clients import InvestorBounds, InvestorSettings
from models.rules.decision import Decision

_SOURCE = "§ 2.9 (3)(4), 2.10"
_ZERO = Decimal(0)
Required = Mapping[str, Decimal | int]


class Purpose(StrEnum):
    """What a client wants to be qualified for."""

    PROFESSIONAL = "professional"
    CONVERSION = "conversion"
    PRIVATE_FUND = "private_fund"
    SINGLE_PLAN = "single_plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestorCase:
    """A client's means in CNY, months of experience, and the amount he wants to place."""

    for_: Purpose
    financial_assets: Decimal = _ZERO
    mean_income: Decimal = _ZERO
    household_net_assets: Decimal = _ZERO
    months: Count = 0
    amount: Decimal | None = None


def qualify(settings: InvestorSettings, case: InvestorCase) -> Decision:
    """Tell whether the client is qualified: any of the means, the months, the least amount.

    ``numbers``: ``required`` = the bounds he missed; ``may_convert`` for professional: whether he
    could become one on application, None where that is not configured.
    Raises NotConfigured INVESTOR without any bound.
    """
    reason, required = _first_missed(_bounds(settings, case.for_), case)
    numbers = {"required": required, "may_convert": _may_convert(settings, case)}
    return Decision(reason, numbers, _SOURCE)


def _bounds(settings: InvestorSettings, purpose: Purpose) -> InvestorBounds:
    table = {
        Purpose.PROFESSIONAL: settings.professional,
        Purpose.CONVERSION: settings.conversion,
        Purpose.PRIVATE_FUND: settings.private_fund,
        Purpose.SINGLE_PLAN: settings.single_plan,
    }
    return table[purpose]


def _first_missed(bounds: InvestorBounds, case: InvestorCase) -> tuple[str, Required]:
    means = {
        "financial_assets": (bounds.financial_assets, case.financial_assets),
        "mean_income": (bounds.mean_income, case.mean_income),
        "household_net_assets": (bounds.household_net_assets, case.household_net_assets),
    }
    asked = {name: (bound, has) for name, (bound, has) in means.items() if bound is not None}
    if not asked:
        raise NotConfigured("INVESTOR")
    if not any(has >= bound for bound, has in asked.values()):
        return "NOT_QUALIFIED", {name: bound for name, (bound, _) in asked.items()}
    if bounds.months is not None and case.months < bounds.months:
        return "EXPERIENCE_SHORT", {"months": bounds.months}
    least = bounds.min_amount
    if least is not None and case.amount is not None and case.amount < least:
        return "MIN_AMOUNT", {"min_amount": least}
    return "", {}


def _may_convert(settings: InvestorSettings, case: InvestorCase) -> bool | None:
    if case.for_ is not Purpose.PROFESSIONAL:
        return None
    try:
        return qualify(settings, replace(case, for_=Purpose.CONVERSION)).ok
    except NotConfigured:
        return None
