"""Which product risk a client may take (market-rules § 2.10)."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import date
from typing import Literal

from models.clients.tier import RiskClass
from models.dates import years_later
from models.rules.basis.missing import ContradictoryFacts, configured, known
from models.rules.basis.profile import Settings
from models.rules.basis.risk import within_level
from models.rules.basis.settings.clients import ExpiredTest, SuitabilitySettings
from models.rules.basis.settings.words import Product, RiskLevel
from models.rules.decision import Decision

_SOURCE = "§ 2.10"
_ALL_ALLOWED = ExpiredTest("allow", "allow", "allow", "allow")


@dataclass(frozen=True, slots=True)
class RiskTest:
    """How a risk test stands; ``remind`` = the step of the reminder ladder that is due now."""

    status: Literal["valid", "expired"]
    valid_to: date
    days_left: int
    remind: int | None
    actions: ExpiredTest
    source: str = _SOURCE


@dataclass(frozen=True, slots=True, kw_only=True)
class SuitabilityCase:
    """Who wants what risk on whose initiative; ``product`` or ``level`` says which risk."""

    risk_class: RiskClass | None
    product: Product | None = None
    level: RiskLevel | None = None
    initiative: Literal["client", "staff"]
    action: Literal["new", "renew", "keep"] = "new"
    lowest_class: bool = False
    warning_signed: bool = False
    on_site: bool = False
    recording_ref: str | None = None
    tested_on: date | None = None


def valid_to(settings: SuitabilitySettings, tested_on: date) -> date:
    """Return the last day of a risk test; raises NotConfigured TEST_VALIDITY."""
    return years_later(tested_on, configured(settings.test_valid_years, "TEST_VALIDITY"))


def check_test(
    settings: SuitabilitySettings, tested_on: date, sent: tuple[int, ...], day: date
) -> RiskTest:
    """Return how a test stands on ``day``; a missed reminder is sent late, none is sent twice.

    Raises NotConfigured TEST_VALIDITY, REMINDER_DAYS or EXPIRED_TEST where a setting is missing.
    """
    last = valid_to(settings, tested_on)
    days_left = (last - day).days
    if days_left < 0:
        return RiskTest("expired", last, days_left, None, _when_expired(settings))
    ladder = configured(settings.reminder_days, "REMINDER_DAYS")
    due = min((step for step in ladder if step >= days_left), default=None)
    remind = None if due in sent else due
    return RiskTest("valid", last, days_left, remind, _ALL_ALLOWED)


def _when_expired(settings: SuitabilitySettings) -> ExpiredTest:
    for action in astuple(settings.expired):
        configured(action, "EXPIRED_TEST")
    return settings.expired


def decide(settings: Settings, case: SuitabilityCase, day: date) -> Decision:
    """Tell whether he may have it; above his level only on his own, warned, recorded wish.

    ``numbers``: flags, task, and the risk class and level judged.
    """
    level = _level(settings, case)
    fits = case.risk_class is None or level is None or within_level(case.risk_class, level)
    numbers: dict[str, object] = {"risk_class": case.risk_class, "level": level, "task": None}
    if case.action == "keep":
        flags = {"flags": () if fits else ("LEVEL_MISMATCH",), "task": None if fits else "REVIEW"}
        return Decision(numbers=numbers | flags, source=_SOURCE)
    reason = next(_refusals(settings, case, level, fits, day), "")
    warned = not reason and not fits
    flags = {"flags": ("WARNING_SIGNED",) if warned else ()}
    return Decision(reason, numbers | flags, _SOURCE)


def _level(settings: Settings, case: SuitabilityCase) -> RiskLevel | None:
    """Return the level told, else the product's; raises ContradictoryFacts where both differ."""
    if case.level is not None and case.product is None:
        return case.level
    level = settings.products.of(known(case.product, "product")).risk_level
    if case.level not in (None, level):
        raise ContradictoryFacts("产品与风险等级不一致")
    return level


def _refusals(
    settings: Settings, case: SuitabilityCase, level: RiskLevel | None, fits: bool, day: date
) -> Iterator[str]:
    if case.risk_class is None or level is None:
        yield "SUITABILITY_UNKNOWN"
    if case.tested_on is not None and day > valid_to(settings.suitability, case.tested_on):
        yield "RISK_TEST_EXPIRED"
    if fits:
        return
    if case.initiative == "staff":
        yield "SUITABILITY_LEVEL"
    if case.lowest_class:
        yield "SUITABILITY_LOWEST_CLASS"
    if case.on_site and not case.recording_ref:
        yield "RECORDING_REQUIRED"
    if not case.warning_signed:
        yield "WARNING_REQUIRED"
