"""A question to the advisory network: asked, taken, answered, told to the client (S39, F15)."""

from dataclasses import dataclass
from enum import StrEnum

from models.clients.tier import Role
from models.rules.decision import Decision

_SOURCE = "S39, F15"


class QuestionState(StrEnum):
    """How far a question has come."""

    OPEN = "open"  # waits at its desk
    TAKEN = "taken"  # somebody works on it
    ANSWERED = "answered"
    RELAYED = "relayed"  # the client was told
    WITHDRAWN = "withdrawn"


class AdvisoryDesk(StrEnum):
    """The two layers that answer."""

    BRANCH = "branch"
    HEAD_OFFICE = "head_office"


_S = QuestionState

QUESTION_STEPS: dict[QuestionState, frozenset[QuestionState]] = {
    _S.OPEN: frozenset({_S.TAKEN, _S.WITHDRAWN}),
    _S.TAKEN: frozenset({_S.OPEN, _S.ANSWERED, _S.WITHDRAWN}),
    _S.ANSWERED: frozenset({_S.OPEN, _S.RELAYED}),
    _S.RELAYED: frozenset({_S.OPEN}),
    _S.WITHDRAWN: frozenset(),
}
WAITING = frozenset({_S.OPEN, _S.TAKEN})  # the clock runs


class Deed(StrEnum):
    """What is done to a question after it was asked."""

    TAKE = "take"
    ANSWER = "answer"
    HAND_BACK = "hand_back"
    ESCALATE = "escalate"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    RELAY = "relay"


_FROM: dict[Deed, frozenset[QuestionState]] = {
    Deed.TAKE: frozenset({_S.OPEN}),
    Deed.ANSWER: frozenset({_S.TAKEN}),
    Deed.HAND_BACK: frozenset({_S.TAKEN}),
    Deed.ESCALATE: WAITING,
    Deed.WITHDRAW: WAITING,
    Deed.REOPEN: frozenset({_S.ANSWERED, _S.RELAYED}),
    Deed.RELAY: frozenset({_S.ANSWERED}),
}
_BY_ASKER = frozenset({Deed.WITHDRAW, Deed.REOPEN, Deed.RELAY})
_BY_TAKER = frozenset({Deed.ANSWER, Deed.HAND_BACK})
ASKERS = frozenset({Role.MANAGER, Role.BRANCH_MANAGER})


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionCase:
    """A question and who wants to do something to it.

    ``stream``: the manager on whose stream it is; ``client_id`` "" = a general question.
    """

    state: QuestionState
    desk: AdvisoryDesk
    branch_id: str
    stream: str
    asked_by: str
    taken_by: str
    client_id: str
    person: str
    person_branch: str
    role: Role


def works_at(desk: AdvisoryDesk, branch_id: str, role: Role, person_branch: str) -> bool:
    """Tell whether who has this post answers at that desk for questions of ``branch_id``."""
    is_at_home = person_branch == branch_id
    if desk is AdvisoryDesk.HEAD_OFFICE:
        return role is Role.ADVISER and not is_at_home
    return role in (Role.BRANCH_MANAGER, Role.ADVISER) and is_at_home


def judge_deed(deed: Deed, case: QuestionCase) -> Decision:
    """Tell whether this person may do it now.

    Whose question it is may withdraw, reopen and tell the client; who works at its desk takes or
    escalates it; who has taken it answers it or hands it back. Nobody answers himself.
    """
    reason = _fault(deed, case)
    return Decision(reason, {"现为": case.state.value} if reason else {}, _SOURCE)


def _fault(deed: Deed, case: QuestionCase) -> str:
    if case.state not in _FROM[deed]:
        return "QUESTION_STATE"
    if deed in _BY_ASKER:
        return _of_asker(deed, case)
    if not works_at(case.desk, case.branch_id, case.role, case.person_branch):
        return "QUESTION_DESK"
    if case.asked_by == case.person and case.person_branch == case.branch_id:
        return "QUESTION_OWN"
    if deed in _BY_TAKER and case.taken_by != case.person:
        return "QUESTION_TAKEN_BY_OTHER"
    if deed is Deed.ESCALATE and case.desk is AdvisoryDesk.HEAD_OFFICE:
        return "QUESTION_AT_HEAD_OFFICE"
    return ""


def _of_asker(deed: Deed, case: QuestionCase) -> str:
    is_his = case.role is Role.BRANCH_MANAGER or case.person in (case.stream, case.asked_by)
    if case.role not in ASKERS or case.person_branch != case.branch_id or not is_his:
        return "QUESTION_OTHERS"
    return "QUESTION_NO_CLIENT" if deed is Deed.RELAY and not case.client_id else ""
