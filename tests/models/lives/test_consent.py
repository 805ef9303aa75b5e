"""What the register of consent says: the newest entry that speaks of the message counts."""

from datetime import datetime, timedelta

import pytest

from models.dates import BEIJING
from models.lives.consent import ConsentEntry, ConsentForm, send_case, standing
from models.rules.messages.send_gate import Purpose

NOW = datetime(2023, 2, 1, 10, tzinfo=BEIJING)
YES, NO, SILENT = ConsentForm.EXPLICIT, ConsentForm.WITHDRAWN, ConsentForm.IMPLIED


def entry(form: ConsentForm, minutes_ago: int, channel: str = "sms") -> ConsentEntry:
    return ConsentEntry(Purpose.MARKETING, channel, form, NOW - timedelta(minutes=minutes_ago))


@pytest.mark.parametrize(
    ("entries", "form"),
    [
        ([], None),
        ([entry(YES, 9)], YES),
        ([entry(YES, 9), entry(NO, 5)], NO),
        ([entry(NO, 5), entry(YES, 9)], NO),  # the order of the rows decides nothing
        ([entry(NO, 9), entry(YES, 5)], YES),
        ([entry(YES, 5), entry(NO, 5)], NO),  # of one moment the refusal holds
        ([entry(YES, 9), entry(NO, 0)], NO),  # this very moment
        ([entry(YES, 9), entry(NO, -1)], YES),  # not yet
        ([entry(YES, 9), entry(NO, 5, "*")], NO),
        ([entry(YES, 9), entry(NO, 5, "phone")], YES),
    ],
)
def test_the_newest_entry_counts(entries: list[ConsentEntry], form: ConsentForm | None) -> None:
    assert standing(entries, Purpose.MARKETING, "sms", NOW) is form
    assert standing(entries, Purpose.SERVICE, "sms", NOW) is None


@pytest.mark.parametrize(
    ("form", "consent", "is_refused"),
    [(YES, "explicit", False), (SILENT, "implied", False), (NO, None, True)],
)
def test_the_send_gate_is_told(form: ConsentForm, consent: str | None, is_refused: bool) -> None:
    case = send_case([entry(form, 5)], Purpose.MARKETING, "sms", NOW)
    assert (case.consent, bool(case.opt_outs)) == (consent, is_refused)
