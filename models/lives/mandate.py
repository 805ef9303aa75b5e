"""A client's mandate for program trading (market-rules § 2.9): it is signed before it works."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.rules.decision import Decision
from models.rules.instructions.program.gate import ReportState

_SOURCE = "§ 2.9"


class MandateState(StrEnum):
    """``ENDED``: nothing brings it back; another one is signed."""

    DRAFT = "draft"
    SIGNED = "signed"
    ACTIVE = "active"
    ENDED = "ended"


_S = MandateState

MANDATE_STEPS: dict[MandateState, frozenset[MandateState]] = {
    _S.DRAFT: frozenset({_S.SIGNED, _S.ENDED}),
    _S.SIGNED: frozenset({_S.ACTIVE, _S.ENDED}),
    _S.ACTIVE: frozenset({_S.ENDED}),
    _S.ENDED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class MandateStart:
    """What a mandate would begin with; ``is_entitled``: to program trading, by a product (S29)."""

    state: MandateState
    report: ReportState
    ends_on: date | None
    is_entitled: bool


def judge_start(case: MandateStart, day: date) -> Decision:
    """Tell whether it may begin to work on ``day``."""
    if _S.ACTIVE not in MANDATE_STEPS[case.state]:
        return Decision("MANDATE_STATE", {"授权状态": case.state.value}, _SOURCE)
    if case.report is not ReportState.CONFIRMED:
        return Decision("PROGRAM_REPORT_NOT_CONFIRMED", source=_SOURCE)
    if case.ends_on is not None and case.ends_on < day:
        return Decision("MANDATE_OVER", {"授权期限": case.ends_on}, _SOURCE)
    if not case.is_entitled:
        return Decision("PROGRAM_NOT_ENTITLED", source="S29")
    return Decision(source=_SOURCE)
