"""Approval by a second person: steps, who may ask, who may decide, until when (features F27)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from models.clients.tier import Role
from models.rules.basis.missing import configured
from models.rules.basis.settings.approvals import (
    ApprovalSettings,
    Delegation,
    KindSettings,
    OnTimeout,
)
from models.rules.basis.settings.words import ApprovalKind
from models.rules.decision import Decision

_SOURCE = "F27"


class ApprovalState(StrEnum):
    """How an approval stands."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"  # nobody decided in time
    WITHDRAWN = "withdrawn"  # by its maker


_S = ApprovalState

APPROVAL_STEPS: dict[ApprovalState, frozenset[ApprovalState]] = {
    _S.PENDING: frozenset({_S.APPROVED, _S.REFUSED, _S.EXPIRED, _S.WITHDRAWN}),
    _S.APPROVED: frozenset(),
    _S.REFUSED: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}


class Verdict(StrEnum):
    """What the second person says."""

    APPROVE = "approve"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCase:
    """Who decides on what; ``manager`` = the client's own, "" where no client is concerned.

    ``parties``: others whom it gives or takes something, as both managers of a hand-over.
    """

    kind: ApprovalKind
    state: ApprovalState
    maker: str
    manager: str
    due_at: datetime
    checker: str
    role: Role
    parties: tuple[str, ...] = ()


def kind_settings(settings: ApprovalSettings, kind: ApprovalKind) -> KindSettings:
    """Return the settings of a kind; raises NotConfigured APPROVAL where nobody set them."""
    return configured(settings.kinds.get(kind), "APPROVAL")


def judge_maker(settings: ApprovalSettings, kind: ApprovalKind, role: Role) -> Decision:
    """Tell whether somebody of ``role`` may ask for such an approval."""
    makers = configured(kind_settings(settings, kind).makers, "APPROVAL")
    return Decision("" if role in makers else "NOT_A_MAKER", {"makers": makers}, _SOURCE)


def due_at(settings: ApprovalSettings, kind: ApprovalKind, now: datetime) -> datetime:
    """Return until when it should be decided."""
    return now + timedelta(
        hours=configured(kind_settings(settings, kind).due_hours, "APPROVAL_DUE")
    )


def delegation_of(settings: ApprovalSettings, person: str, day: date) -> Delegation | None:
    """Return the delegation to a person that holds on ``day``."""
    running = (each for each in settings.delegations if each.runs_on(day) and each.to == person)
    return next(running, None)


def acting_role(settings: ApprovalSettings, person: str, role: Role, day: date) -> Role:
    """Return the role a person decides in: one delegated to him on ``day``, else his own."""
    delegated = delegation_of(settings, person, day)
    return delegated.role if delegated else role


def lapses(settings: ApprovalSettings, kind: ApprovalKind) -> bool:
    """Tell whether an approval of this kind ends when nobody decides it in time."""
    return kind_settings(settings, kind).on_timeout is not OnTimeout.ESCALATE


def judge_check(settings: ApprovalSettings, case: CheckCase, now: datetime) -> Decision:
    """Tell whether this person may decide now.

    Neither the maker nor the client's manager may, nor another party. ``numbers``: ``checkers``,
    the roles that may; an approval past its time is TIMED_OUT, or open to the roles it was
    escalated to.
    """
    kind = kind_settings(settings, case.kind)
    checkers = configured(kind.checkers, "APPROVAL")
    is_late = now > case.due_at
    if is_late and kind.on_timeout is OnTimeout.ESCALATE:
        checkers = kind.escalate_to
    reason = _fault(case, checkers)
    if not reason and is_late and kind.on_timeout is not OnTimeout.ESCALATE:
        reason = "APPROVAL_TIMED_OUT"
    return Decision(reason, {"checkers": checkers, "due_at": case.due_at}, _SOURCE)


def may_check(settings: ApprovalSettings, case: CheckCase, now: datetime) -> bool:
    """Tell whether this person may decide now; nobody may what is not configured."""
    kind = settings.kinds.get(case.kind)
    return kind is not None and kind.checkers is not None and judge_check(settings, case, now).ok


def _fault(case: CheckCase, checkers: tuple[Role, ...]) -> str:
    if case.state is not ApprovalState.PENDING:
        return "APPROVAL_CLOSED"
    if case.checker in (case.maker, case.manager, *case.parties):
        return "MAKER_IS_CHECKER"
    return "" if case.role in checkers else "NOT_A_CHECKER"
