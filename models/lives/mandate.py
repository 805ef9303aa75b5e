"""A client's mandate for program trading (market-rules § 2.9): it is signed before it works."""

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


def judge_start(
    state: MandateState, report: ReportState, ends_on: date | None, day: date
) -> Decision:
    """Tell whether it may begin to work on ``day``."""
    if _S.ACTIVE not in MANDATE_STEPS[state]:
        return Decision(False, "MANDATE_STATE", {"授权状态": state.value}, _SOURCE)
    if report is not ReportState.CONFIRMED:
        return Decision(False, "PROGRAM_REPORT_NOT_CONFIRMED", {}, _SOURCE)
    if ends_on is not None and ends_on < day:
        return Decision(False, "MANDATE_OVER", {"授权期限": ends_on}, _SOURCE)
    return Decision(True, source=_SOURCE)
