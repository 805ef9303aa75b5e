"""Who may decide on an approval: a table of cases."""

from datetime import date, datetime

import pytest

from models.clients.tier import Role
from models.dates import BEIJING
from models.lives.approval import (
    ApprovalState,
    CheckCase,
    acting_role,
    due_at,
    judge_check,
    judge_maker,
)
from models.rules.basis.missing import NotConfigured
from models.rules.basis.settings.approvals import (
    ApprovalSettings,
    Delegation,
    KindSettings,
    OnTimeout,
)
from models.rules.basis.settings.words import ApprovalKind

NOW = datetime(2023, 2, 1, 10, tzinfo=BEIJING)
DUE = datetime(2023, 2, 2, 10, tzinfo=BEIJING)
RULES = KindSettings(
    makers=(Role.MANAGER,), checkers=(Role.BRANCH_MANAGER,), due_hours=24,
    escalate_to=(Role.COMPLIANCE,),
)  # fmt: skip


def settings(on_timeout: OnTimeout = OnTimeout.REFUSE) -> ApprovalSettings:
    kind = KindSettings(RULES.makers, RULES.checkers, 24, on_timeout, RULES.escalate_to)
    stand_in = Delegation("M002", Role.BRANCH_MANAGER, date(2023, 2, 1), date(2023, 2, 3))
    return ApprovalSettings({ApprovalKind.POINTS: kind}, (stand_in,))


def case(**changed: object) -> CheckCase:
    plain: dict[str, object] = {
        "kind": ApprovalKind.POINTS,
        "state": ApprovalState.PENDING,
        "maker": "M001",
        "manager": "M001",
        "due_at": DUE,
        "checker": "BM01",
        "role": Role.BRANCH_MANAGER,
    }
    return CheckCase(**(plain | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, ""),
        ({"checker": "M001"}, "MAKER_IS_CHECKER"),
        ({"maker": "BM01"}, "MAKER_IS_CHECKER"),
        ({"manager": "BM01"}, "MAKER_IS_CHECKER"),  # the client's own manager
        ({"role": Role.MANAGER, "checker": "M003"}, "NOT_A_CHECKER"),
        ({"role": Role.COMPLIANCE, "checker": "CO01"}, "NOT_A_CHECKER"),
        ({"state": ApprovalState.REFUSED}, "APPROVAL_CLOSED"),
        ({"state": ApprovalState.REFUSED, "checker": "M001"}, "APPROVAL_CLOSED"),
        ({"due_at": NOW}, ""),  # the last moment counts
    ],
)
def test_who_may_decide(changed: dict[str, object], reason: str) -> None:
    decision = judge_check(settings(), case(**changed), NOW)
    assert (decision.ok, decision.reason) == (not reason, reason)


@pytest.mark.parametrize(
    ("on_timeout", "role", "reason"),
    [
        (OnTimeout.REFUSE, Role.BRANCH_MANAGER, "APPROVAL_TIMED_OUT"),
        (OnTimeout.REFUSE, Role.COMPLIANCE, "NOT_A_CHECKER"),
        (OnTimeout.ESCALATE, Role.BRANCH_MANAGER, "NOT_A_CHECKER"),
        (OnTimeout.ESCALATE, Role.COMPLIANCE, ""),
    ],
)
def test_what_the_end_of_the_time_does(on_timeout: OnTimeout, role: Role, reason: str) -> None:
    late = datetime(2023, 2, 2, 10, 0, 0, 1_000, tzinfo=BEIJING)
    assert judge_check(settings(on_timeout), case(role=role), late).reason == reason


@pytest.mark.parametrize(
    ("person", "day", "role"),
    [
        ("M002", date(2023, 1, 31), Role.MANAGER),
        ("M002", date(2023, 2, 1), Role.BRANCH_MANAGER),
        ("M002", date(2023, 2, 3), Role.BRANCH_MANAGER),
        ("M002", date(2023, 2, 4), Role.MANAGER),
        ("M003", date(2023, 2, 2), Role.MANAGER),
    ],
)
def test_a_delegation_holds_on_its_days(person: str, day: date, role: Role) -> None:
    assert acting_role(settings(), person, Role.MANAGER, day) is role


def test_what_is_not_set_refuses_and_never_guesses() -> None:
    empty, bare = ApprovalSettings(), ApprovalSettings({ApprovalKind.POINTS: KindSettings()})
    for unset in (empty, bare):
        with pytest.raises(NotConfigured):
            judge_maker(unset, ApprovalKind.POINTS, Role.MANAGER)
        with pytest.raises(NotConfigured):
            judge_check(unset, case(), NOW)
        with pytest.raises(NotConfigured):
            due_at(unset, ApprovalKind.POINTS, NOW)
    assert due_at(settings(), ApprovalKind.POINTS, NOW) == DUE
