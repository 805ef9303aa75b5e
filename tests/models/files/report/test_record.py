"""Whether a report may be recorded: one rule for desk and central."""

from datetime import datetime

import pytest
from msgspec.structs import replace

from models.files.report.record import judge_record
from models.lives.consent import ConsentEntry, ConsentForm
from models.rules.messages.send_gate import Purpose
from models.wire.service.clients import RecordReport

NOW = datetime.fromisoformat("2023-02-01T10:00:00.000+08:00")
ONE = RecordReport(
    "R", ("C1",), "", "2023-01-01", "2023-01-31", "pdf", "0123456789ABCDEF", "0f" * 32, False, "",
    NOW.isoformat(),
)  # fmt: skip
HOME = replace(ONE, client_ids=("C1", "C2"), household_id="H")


def said(
    form: ConsentForm, purpose: Purpose = Purpose.HOUSEHOLD, channel: str = "*"
) -> ConsentEntry:
    return ConsentEntry(purpose, channel, form, NOW)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (ONE, ""),
        (replace(ONE, clear=True, reason="客户索取"), ""),
        (replace(ONE, clear=True, reason=" "), "REPORT_REASON"),
        (replace(ONE, client_ids=()), "REPORT_INVALID"),
        (replace(ONE, client_ids=("C1", "C2")), "REPORT_INVALID"),
        (replace(ONE, form="docx"), "REPORT_INVALID"),
        (replace(ONE, mark="0123"), "REPORT_INVALID"),
        (replace(ONE, file_hash=""), "REPORT_INVALID"),
        (replace(ONE, period_to="2022-12-31"), "REPORT_INVALID"),
    ],
)
def test_a_report_of_one_client(command: RecordReport, reason: str) -> None:
    assert judge_record(command, (), {}, NOW).reason == reason


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ([said(ConsentForm.EXPLICIT)], ""),
        ([], "REPORT_NO_CONSENT"),
        ([said(ConsentForm.IMPLIED)], "REPORT_NO_CONSENT"),
        ([said(ConsentForm.EXPLICIT), said(ConsentForm.WITHDRAWN)], "REPORT_NO_CONSENT"),
        ([said(ConsentForm.EXPLICIT, Purpose.SERVICE)], "REPORT_NO_CONSENT"),
        ([said(ConsentForm.EXPLICIT, channel="sms")], "REPORT_NO_CONSENT"),
    ],
)
def test_each_member_of_a_household_must_have_agreed(
    second: list[ConsentEntry], reason: str
) -> None:
    consents = {"C1": [said(ConsentForm.EXPLICIT)], "C2": second}
    assert judge_record(HOME, ("C1", "C2"), consents, NOW).reason == reason


def test_a_household_is_reported_whole() -> None:
    judged = judge_record(HOME, ("C1", "C2", "C3"), {}, NOW)
    assert judged.reason == "REPORT_OTHER_MEMBERS"
