"""Whether clients may go from their manager to another one (客户移交)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from models.clients.tier import Role
from models.rules.decision import Decision

MOST_CLIENTS = 500
TAKERS = frozenset({Role.MANAGER, Role.BRANCH_MANAGER})
GIVERS = frozenset({Role.BRANCH_MANAGER, Role.COMPLIANCE})  # into another branch
_SOURCE = "F27"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverCase:
    """What is asked for, and what is there.

    ``managers``: of each client asked for whom the maker may see; ``homes``: the present members of
    each household that one of them belongs to; ``working``: orders of theirs that are not known to
    be over; ``taker_role`` None = nobody of the branch ``to_branch``; ``taken``: what the receiving
    branch has itself under a number of theirs.
    """

    client_ids: Sequence[str]
    maker_role: Role
    from_branch: str
    to_branch: str
    taker: str
    taker_role: Role | None
    from_on: date
    reason: str
    managers: Mapping[str, str]
    homes: Sequence[Sequence[str]]
    working: Sequence[str]
    taken: Sequence[str] = ()


def judge_hand_over(case: HandOverCase, day: date, due_on: date) -> Decision:
    """Judge the request on ``day``; it is to be decided by ``due_on`` at the latest.

    ``numbers`` name the clients, members or orders that stand against it.
    """
    reason, numbers = _fault(case, day, due_on)
    return Decision(reason, numbers, _SOURCE)


def _fault(case: HandOverCase, day: date, due_on: date) -> tuple[str, Mapping[str, object]]:
    if not case.reason.strip():
        return "REASON_MISSING", {}
    if not 0 < len(set(case.client_ids)) == len(case.client_ids) <= MOST_CLIENTS:
        return "HAND_OVER_CLIENTS", {}
    if not day <= case.from_on <= due_on:
        return "HAND_OVER_DAYS", {"移交日": case.from_on, "期限": due_on}
    if case.taker_role not in TAKERS:
        return "HAND_OVER_TAKER", {"接收人": case.taker, "营业部": case.to_branch}
    if case.from_branch != case.to_branch and case.maker_role not in GIVERS:
        return "HAND_OVER_BRANCH_ASKS", {}
    return _standing_against(case)


def _standing_against(case: HandOverCase) -> tuple[str, Mapping[str, object]]:
    asked = set(case.client_ids)
    missing = {member for home in case.homes for member in home if set(home) & asked} - asked
    found: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("CLIENT_NOT_FOUND", {"客户": tuple(sorted(asked - case.managers.keys()))}),
        ("HAND_OVER_SAME", {"客户": tuple(sorted(_at_home(case) & asked))}),
        ("HAND_OVER_HOUSEHOLD", {"成员": tuple(sorted(missing))}),
        ("HAND_OVER_WORKING_ORDERS", {"委托": tuple(sorted(case.working))}),
        ("HAND_OVER_NUMBER_TAKEN", {"资料": tuple(sorted(case.taken))}),
    )
    return next(((reason, told) for reason, told in found if any(told.values())), ("", {}))


def _at_home(case: HandOverCase) -> set[str]:
    if case.from_branch != case.to_branch:
        return set()
    return {client_id for client_id, held_by in case.managers.items() if held_by == case.taker}
