"""The application for a product A-E, and for a capped rate of one (features F9; D4)."""

from enum import StrEnum


class ApplicationState(StrEnum):
    """How far an application has come."""

    APPLIED = "applied"  # 已申请: eligible, and suitable as far as it can be told unsigned
    SIGNED = "signed"  # 已签署: agreement, risk statement, recording where due
    SUBMITTED = "submitted"  # 待复核: waits for a second person
    APPROVED = "approved"  # 已批准: rate and bundle are dated
    REFUSED = "refused"  # 已退回
    WITHDRAWN = "withdrawn"  # 已撤回


_S = ApplicationState

APPLICATION_STEPS: dict[ApplicationState, frozenset[ApplicationState]] = {
    _S.APPLIED: frozenset({_S.SIGNED, _S.WITHDRAWN}),
    _S.SIGNED: frozenset({_S.SUBMITTED, _S.WITHDRAWN}),
    _S.SUBMITTED: frozenset({_S.APPROVED, _S.REFUSED, _S.WITHDRAWN}),
    _S.APPROVED: frozenset(),
    _S.REFUSED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}


class ExceptionState(StrEnum):
    """How far the exception for a capped rate has come."""

    SUBMITTED = "submitted"  # 待复核
    APPROVED = "approved"  # 已批准: it holds to its last day
    REFUSED = "refused"  # 已退回
    WITHDRAWN = "withdrawn"  # 已撤回
    ENDED = "ended"  # 已到期


_E = ExceptionState

EXCEPTION_STEPS: dict[ExceptionState, frozenset[ExceptionState]] = {
    _E.SUBMITTED: frozenset({_E.APPROVED, _E.REFUSED, _E.WITHDRAWN}),
    _E.APPROVED: frozenset({_E.ENDED}),
    _E.REFUSED: frozenset(),
    _E.WITHDRAWN: frozenset(),
    _E.ENDED: frozenset(),
}
