"""A mandate for program trading works when it is signed, reported and not over."""

from datetime import date

import pytest

from models.lives.mandate import MandateStart, MandateState, judge_start
from models.rules.instructions.program.gate import ReportState

DAY = date(2023, 2, 1)
CONFIRMED = ReportState.CONFIRMED


@pytest.mark.parametrize(
    ("state", "report", "ends_on", "reason"),
    [
        ("signed", CONFIRMED, None, ""),
        ("signed", CONFIRMED, DAY, ""),
        ("draft", CONFIRMED, None, "MANDATE_STATE"),
        ("active", CONFIRMED, None, "MANDATE_STATE"),
        ("ended", CONFIRMED, None, "MANDATE_STATE"),
        ("signed", ReportState.FILED, None, "PROGRAM_REPORT_NOT_CONFIRMED"),
        ("signed", CONFIRMED, date(2023, 1, 31), "MANDATE_OVER"),
    ],
)
def test_a_mandate_may_begin(
    state: str, report: ReportState, ends_on: date | None, reason: str
) -> None:
    case = MandateStart(MandateState(state), report, ends_on, is_entitled=True)
    assert judge_start(case, DAY).reason == reason


def test_program_trading_comes_with_a_product() -> None:
    case = MandateStart(MandateState.SIGNED, CONFIRMED, None, is_entitled=False)
    assert judge_start(case, DAY).reason == "PROGRAM_NOT_ENTITLED"
