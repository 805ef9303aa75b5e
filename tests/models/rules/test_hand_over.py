"""Whether clients may be handed over: a table of cases."""

from dataclasses import replace
from datetime import date

import pytest

from models.clients.tier import Role
from models.rules.access.hand_over import MOST_CLIENTS, HandOverCase, judge_hand_over

DAY, DUE = date(2023, 2, 1), date(2023, 2, 4)
CASE = HandOverCase(
    client_ids=("C1", "C2"),
    maker_role=Role.MANAGER,
    from_branch="B001",
    to_branch="B001",
    taker="M002",
    taker_role=Role.MANAGER,
    from_on=DAY,
    reason="区域调整",
    managers={"C1": "M001", "C2": "M001"},
    homes=(("C1", "C2"), ("C7", "C8")),
    working=(),
)


@pytest.mark.parametrize(
    ("changed", "reason", "told"),
    [
        ({}, "", {}),
        ({"from_on": DUE, "taker_role": Role.BRANCH_MANAGER}, "", {}),
        ({"reason": "  "}, "REASON_MISSING", {}),
        ({"client_ids": ()}, "HAND_OVER_CLIENTS", {}),
        ({"client_ids": ("C1", "C1")}, "HAND_OVER_CLIENTS", {}),
        ({"client_ids": tuple(map(str, range(MOST_CLIENTS + 1)))}, "HAND_OVER_CLIENTS", {}),
        ({"from_on": date(2023, 1, 31)}, "HAND_OVER_DAYS", {}),
        ({"from_on": date(2023, 2, 5)}, "HAND_OVER_DAYS", {}),
        ({"taker_role": None}, "HAND_OVER_TAKER", {"接收人": "M002"}),
        ({"taker_role": Role.COMPLIANCE}, "HAND_OVER_TAKER", {"接收人": "M002"}),
        ({"managers": {"C1": "M001"}}, "CLIENT_NOT_FOUND", {"客户": ("C2",)}),
        ({"managers": {"C1": "M002", "C2": "M001"}}, "HAND_OVER_SAME", {"客户": ("C1",)}),
        ({"homes": (("C1", "C9", "C2"),)}, "HAND_OVER_HOUSEHOLD", {"成员": ("C9",)}),
        ({"working": ("O2", "O1")}, "HAND_OVER_WORKING_ORDERS", {"委托": ("O1", "O2")}),
        ({"to_branch": "B002"}, "HAND_OVER_BRANCH_ASKS", {}),
        ({"to_branch": "B002", "maker_role": Role.ADVISER}, "HAND_OVER_BRANCH_ASKS", {}),
        ({"to_branch": "B002", "maker_role": Role.BRANCH_MANAGER}, "", {}),
        ({"to_branch": "B002", "maker_role": Role.COMPLIANCE}, "", {}),
        ({"maker_role": Role.COMPLIANCE}, "", {}),
        (
            {
                "to_branch": "B002",
                "maker_role": Role.BRANCH_MANAGER,
                "managers": {"C1": "M002", "C2": "M001"},  # a number of that branch's own
            },
            "",
            {},
        ),
        (
            {"taken": ("contact", "client")},
            "HAND_OVER_NUMBER_TAKEN",
            {"资料": ("client", "contact")},
        ),
    ],
)
def test_what_stands_against_a_hand_over_is_named(
    changed: dict[str, object], reason: str, told: dict[str, object]
) -> None:
    decision = judge_hand_over(replace(CASE, **changed), DAY, DUE)  # type: ignore[arg-type]
    assert (decision.ok, decision.reason) == (not reason, reason)
    assert told.items() <= decision.numbers.items()
