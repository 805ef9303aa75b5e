"""Whether an answer may be given, and the text that the client is told (F15, § 2.9, S6, S11)."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.clients.tier import Tier
from models.rules.access.entitlement import EntitlementCase, Use, check_entitlement
from models.rules.basis.profile import Settings
from models.rules.basis.settings.words import Product, ReportLicence
from models.rules.decision import Decision
from models.rules.instructions.advice import Citation, check_advice

_SOURCE = "F15, S6, S11, S27-S31"
REPORT_KINDS = ("research", "rating")  # of security_event: what an answer may cite
_USE = {
    ReportLicence.BROKER: Use.RESEARCH_BROKER,
    ReportLicence.THIRD_PARTY: Use.RESEARCH_THIRD_PARTY,
}


@dataclass(frozen=True, slots=True)
class Report:
    """A research report that an answer rests on."""

    event_id: str
    title: str
    publisher: str
    date: datetime.date | None


@dataclass(frozen=True, slots=True)
class Reader:
    """For which client it is."""

    tier: Tier
    products: tuple[Product, ...] = ()


def check_answer(
    settings: Settings, text: str, reports: Sequence[Report], reader: Reader | None
) -> Decision:
    """Refuse a promise of return, a report without source and date, one that is not his.

    ``reader`` None = a general question: then only what licence a report is under must be known.
    ``numbers``: the report. Raises NotConfigured PROMISE_WORDS.
    """
    cited = [Citation(one.title, one.publisher or None, one.date) for one in reports]
    advice = check_advice(settings.advice, text, cited)
    if not advice.ok:
        return advice
    for report in reports:
        reason = _fault(settings, report, reader)
        if reason:
            told: Mapping[str, object] = {"研报": report.title, "发布机构": report.publisher}
            return Decision(reason, told, _SOURCE)
    return Decision(source=_SOURCE)


def _fault(settings: Settings, report: Report, reader: Reader | None) -> str:
    licence = settings.questions.licences.get(report.publisher)
    if licence is None:
        return "REPORT_LICENCE_UNKNOWN"
    if reader is None:
        return ""
    case = EntitlementCase(use=_USE[licence], tier=reader.tier, products=reader.products)
    allowed = check_entitlement(settings.products, case)
    return "" if allowed.ok else "REPORT_NOT_LICENSED"


def advice_text(text: str, reports: Sequence[Report]) -> str:
    """Return the answer with its sources; nobody of the firm is named in it."""
    lines = [f"依据:{one.publisher} {one.date}《{one.title}》" for one in reports]
    return "\n".join((text.strip(), *lines))
