"""The application for a product A-E: no state can be skipped (features F9)."""

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
