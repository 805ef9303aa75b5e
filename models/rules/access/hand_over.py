"""Whether clients may go from their manager to another one (客户移交)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from models.clients.tier import Role
from models.rules.decision import Decision

MOST_CLIENTS = 500
TAKERS = frozenset({Role.MANAGER, Role.BRANCH_MANAGER})
_SOURCE = "F27"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverCase:
    """What is asked for, and what is there.

    ``managers``: of each client asked for whom the maker may see; ``homes``: the present members of
    each household that one of them belongs to; ``working``: orders of theirs that are not known to
    be over; ``taker_role`` None = nobody of the branch.
    """

    client_ids: Sequence[str]
    taker: str
    taker_role: Role | None
    from_on: date
    reason: str
    managers: Mapping[str, str]
    homes: Sequence[Sequence[str]]
    working: Sequence[str]


def judge_hand_over(case: HandOverCase, day: date, due_on: date) -> Decision:
    """Judge the request on ``day``; it is to be decided by ``due_on`` at the latest.

    ``numbers`` name the clients, members or orders that stand against it.
    """
    reason, numbers = _fault(case, day, due_on)
    return Decision(not reason, reason, numbers, _SOURCE)


def _fault(case: HandOverCase, day: date, due_on: date) -> tuple[str, Mapping[str, object]]:
    if not case.reason.strip():
        return "REASON_MISSING", {}
    if not 0 < len(set(case.client_ids)) == len(case.client_ids) <= MOST_CLIENTS:
        return "HAND_OVER_CLIENTS", {}
    if not day <= case.from_on <= due_on:
        return "HAND_OVER_DAYS", {"移交日": case.from_on, "期限": due_on}
    if case.taker_role not in TAKERS:
        return "HAND_OVER_TAKER", {"接收人": case.taker}
    return _standing_against(case)


def _standing_against(case: HandOverCase) -> tuple[str, Mapping[str, object]]:
    asked = set(case.client_ids)
    missing = {member for home in case.homes for member in home if set(home) & asked} - asked
    found: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("CLIENT_NOT_FOUND", {"客户": tuple(sorted(asked - case.managers.keys()))}),
        ("HAND_OVER_SAME", {"客户": tuple(sorted(_of(case.managers, case.taker) & asked))}),
        ("HAND_OVER_HOUSEHOLD", {"成员": tuple(sorted(missing))}),
        ("HAND_OVER_WORKING_ORDERS", {"委托": tuple(sorted(case.working))}),
    )
    return next(((reason, told) for reason, told in found if any(told.values())), ("", {}))


def _of(managers: Mapping[str, str], manager: str) -> set[str]:
    return {client_id for client_id, held_by in managers.items() if held_by == manager}
