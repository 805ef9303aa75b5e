"""Who may do what to a question to the advisory network, and when."""

from dataclasses import replace

import pytest

from models.clients.tier import Role
from models.lives.teams.question import (
    QUESTION_STEPS,
    AdvisoryDesk,
    Deed,
    QuestionCase,
    QuestionState,
    judge_deed,
)

S = QuestionState
ASKED = QuestionCase(
    state=S.OPEN,
    desk=AdvisoryDesk.BRANCH,
    branch_id="B001",
    stream="M001",
    asked_by="M001",
    taken_by="",
    client_id="C1",
    person="M001",
    person_branch="B001",
    role=Role.MANAGER,
)
CHIEF = replace(ASKED, person="BM01", role=Role.BRANCH_MANAGER)
ADVISER = replace(ASKED, person="HQ01", person_branch="HQ", role=Role.ADVISER)
AT_HQ = replace(ADVISER, desk=AdvisoryDesk.HEAD_OFFICE)
OWN = replace(CHIEF, asked_by="BM01", stream="BM01")


@pytest.mark.parametrize(
    ("deed", "case", "reason"),
    [
        (Deed.TAKE, CHIEF, ""),
        (Deed.TAKE, ASKED, "QUESTION_DESK"),
        (Deed.TAKE, ADVISER, "QUESTION_DESK"),
        (Deed.TAKE, AT_HQ, ""),
        (Deed.TAKE, replace(CHIEF, desk=AdvisoryDesk.HEAD_OFFICE), "QUESTION_DESK"),
        (Deed.TAKE, replace(ADVISER, person_branch="B001"), ""),
        (Deed.TAKE, replace(CHIEF, person_branch="B002"), "QUESTION_DESK"),
        (Deed.TAKE, replace(CHIEF, role=Role.COMPLIANCE), "QUESTION_DESK"),
        (Deed.TAKE, OWN, "QUESTION_OWN"),
        (Deed.TAKE, replace(CHIEF, state=S.TAKEN, taken_by="B2"), "QUESTION_STATE"),
        (Deed.ANSWER, CHIEF, "QUESTION_STATE"),
        (Deed.ANSWER, replace(CHIEF, state=S.TAKEN, taken_by="BM01"), ""),
        (Deed.ANSWER, replace(CHIEF, state=S.TAKEN, taken_by="B2"), "QUESTION_TAKEN_BY_OTHER"),
        (Deed.HAND_BACK, replace(AT_HQ, state=S.TAKEN, taken_by="HQ01"), ""),
        (Deed.ESCALATE, CHIEF, ""),
        (Deed.ESCALATE, replace(CHIEF, state=S.TAKEN, taken_by="B2"), ""),
        (Deed.ESCALATE, ASKED, "QUESTION_DESK"),
        (Deed.ESCALATE, AT_HQ, "QUESTION_AT_HEAD_OFFICE"),
        (Deed.ESCALATE, OWN, "QUESTION_OWN"),
        (Deed.WITHDRAW, ASKED, ""),
        (Deed.WITHDRAW, replace(ASKED, state=S.TAKEN, taken_by="BM01"), ""),
        (Deed.WITHDRAW, CHIEF, ""),
        (Deed.WITHDRAW, AT_HQ, "QUESTION_OTHERS"),
        (Deed.WITHDRAW, replace(ASKED, person="M002"), "QUESTION_OTHERS"),
        (Deed.WITHDRAW, replace(ASKED, state=S.ANSWERED), "QUESTION_STATE"),
        (Deed.REOPEN, replace(ASKED, state=S.RELAYED), ""),
        (Deed.REOPEN, replace(ASKED, state=S.WITHDRAWN), "QUESTION_STATE"),
        (Deed.RELAY, replace(ASKED, state=S.ANSWERED), ""),
        (Deed.RELAY, replace(ASKED, state=S.ANSWERED, client_id=""), "QUESTION_NO_CLIENT"),
        (Deed.RELAY, replace(ASKED, state=S.ANSWERED, stream="M002", asked_by="M002"),
         "QUESTION_OTHERS"),
    ],
)  # fmt: skip
def test_a_deed_is_for_whom_it_concerns(deed: Deed, case: QuestionCase, reason: str) -> None:
    assert judge_deed(deed, case).reason == reason


def test_what_was_withdrawn_stays_so() -> None:
    assert QUESTION_STEPS[S.WITHDRAWN] == frozenset()
    assert set(QUESTION_STEPS) == set(S)
