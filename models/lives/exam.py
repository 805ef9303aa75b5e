"""An attempt at an exam: begun at central, ended by its answers or by the clock (features F25)."""

from enum import StrEnum


class ExamState(StrEnum):
    """State of an attempt."""

    BEGUN = "begun"
    PASSED = "passed"
    FAILED = "failed"
    EXPIRED = "expired"  # no answers in time


_S = ExamState

EXAM_STEPS: dict[ExamState, frozenset[ExamState]] = {
    _S.BEGUN: frozenset({_S.PASSED, _S.FAILED, _S.EXPIRED}),
    _S.PASSED: frozenset(),
    _S.FAILED: frozenset(),
    _S.EXPIRED: frozenset(),
}
