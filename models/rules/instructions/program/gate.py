"""What a program may do now: its report, its limits, its mandate (market-rules § 2.9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from models.rules.basis.bounds import Count
from models.rules.basis.settings.trading import HftSettings
from models.rules.decision import Decision

_SOURCE = "§ 2.9 (2), HFT"


class ProgramAction(StrEnum):
    """What a program or a person asks of it."""

    START = "start"
    PAUSE = "pause"
    STOP = "stop"
    ORDER = "order"
    CANCEL = "cancel"
    WIDEN_MANDATE = "widen_mandate"


class Level(StrEnum):
    """How near the account is to high frequency."""

    NONE = "none"
    SOFT = "soft"
    HARD = "hard"


class ReportState(StrEnum):
    """How the report of a program stands with the exchange."""

    NONE = "none"
    FILED = "filed"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class ProgramReport:
    """The report of a program and the order rate in it (orders a second)."""

    status: ReportState = ReportState.NONE
    max_rate: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateCase:
    """``rolling`` and ``day`` = counted before this action; a change that is only filed
    (``pending_report``) does not count."""

    action: ProgramAction
    by: Literal["engine", "staff", "client"]
    report: ProgramReport = ProgramReport()
    pending_report: ProgramReport | None = None
    rolling: Count = 0
    day: Count = 0


_NEEDS_REPORT = frozenset({ProgramAction.START, ProgramAction.ORDER})
_COUNTED = frozenset({ProgramAction.ORDER, ProgramAction.CANCEL})


def hft_level(settings: HftSettings, rolling: int, day: int) -> Level | None:
    """Return how near the counts are to the levels of high frequency; None where one is unset."""
    per_second, per_day = settings.per_second, settings.per_day
    if per_second is None or per_day is None or settings.soft is None or settings.hard is None:
        return None
    nearness = max(Decimal(rolling) / per_second, Decimal(day) / per_day)
    if nearness >= settings.hard:
        return Level.HARD
    return Level.SOFT if nearness >= settings.soft else Level.NONE


def gate(settings: HftSettings, case: GateCase) -> Decision:
    """Tell whether the action passes; a cancel always does, and is counted.

    Only an order needs the levels: without them it is refused HFT_NOT_CONFIGURED.
    ``numbers``: level, rate_limit (the confirmed rate), counted.
    """
    level = hft_level(settings, case.rolling, case.day)
    rate_limit = case.report.max_rate if case.report.status is ReportState.CONFIRMED else None
    reason = next(_refusals(case, level, rate_limit), "")
    numbers = {
        "level": level,
        "rate_limit": rate_limit,
        "counted": not reason and case.action in _COUNTED,
    }
    return Decision(reason, numbers, _SOURCE)


def _refusals(case: GateCase, level: Level | None, rate_limit: int | None) -> Iterator[str]:
    if case.action is ProgramAction.WIDEN_MANDATE:
        yield "NEW_MANDATE_REQUIRED"
    if case.action in _NEEDS_REPORT and case.report.status is not ReportState.CONFIRMED:
        yield "PROGRAM_REPORT_NOT_CONFIRMED"
    if case.action is not ProgramAction.ORDER:
        return
    if level is None:
        yield "HFT_NOT_CONFIGURED"
    if level is Level.HARD:
        yield "HFT_HARD_LEVEL"
    if rate_limit is not None and case.rolling + 1 > rate_limit:
        yield "REPORTED_RATE_EXCEEDED"
