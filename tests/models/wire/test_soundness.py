"""What is wrong with a command by itself: the same reason at the desk and at central."""

import pytest

from models.dates import DateInvalid
from models.lives.consent import ConsentForm
from models.rules.basis.settings.words import Product, Sms
from models.rules.messages.send_gate import Purpose
from models.wire.commands import Command, FinishTask, LogContact
from models.wire.service.approvals import ProposeSetting, RequestUnmask
from models.wire.service.clients import RecordConsent, RecordRiskTest, RelateClients
from models.wire.service.points import AwardLoyalty, RedeemPoints
from models.wire.service.products import (
    ApplyForProduct,
    CancelSubscription,
    ChangeBaseRate,
    RevokeRateException,
)
from models.wire.service.reasons import words_of
from models.wire.soundness import check_sound
from tests.support.postgres import FixedClock

NOW = FixedClock().now()  # 10:00 of 2023-02-01
AT = "2023-02-01T10:00:00.000+08:00"
LATER = "2023-02-01T10:00:00.001+08:00"
EXPLICIT, WITHDRAWN = ConsentForm.EXPLICIT, ConsentForm.WITHDRAWN


def consent(channel: str, form: ConsentForm, proof: str, at: str) -> RecordConsent:
    return RecordConsent("N1", "C1", Purpose.MARKETING, channel, form, proof, at)


def product(months: int) -> ApplyForProduct:
    return ApplyForProduct("AP1", "C1", Product.A, "new", months, "client")


CASES: list[tuple[Command, str]] = [
    (consent("sms", EXPLICIT, "S1", AT), ""),
    (consent("sms", WITHDRAWN, "", AT), ""),
    (consent("sms", EXPLICIT, "", AT), "PROOF_MISSING"),
    (consent("fax", EXPLICIT, "S1", AT), "CHANNEL_UNKNOWN"),
    (consent("sms", EXPLICIT, "S1", LATER), "CONSENT_IN_FUTURE"),
    (RecordRiskTest("T1", "C1", 55, False, "2023-02-01", "EV"), ""),
    (RecordRiskTest("T1", "C1", 55, False, "2023-02-02", "EV"), "TEST_IN_FUTURE"),
    (RecordRiskTest("T1", "C1", 55, False, "2023-02-01", ""), "EVIDENCE_MISSING"),
    (LogContact("K1", "C1", "phone", "sideways", "谈话", AT), "CONTACT_INVALID"),
    (LogContact("K1", "C1", "phone", "out", " ", AT), "CONTACT_EMPTY"),
    (RelateClients("R1", "C1", "C1", "spouse"), "SELF_RELATION"),  # type: ignore[arg-type]
    (product(0), ""),
    (product(121), "MONTHS_INVALID"),
    (RedeemPoints("R1", "C1", Sms.SMS1, 0), "MONTHS_INVALID"),
    (AwardLoyalty("C1", "2023-02-02"), "NO_ANNIVERSARY"),
    (CancelSubscription("S1", "C1", "2023-02-01", "不用了"), ""),
    (CancelSubscription("S1", "C1", "2023-01-31", "不用了"), "LAST_DAY_PAST"),
    (RevokeRateException("E1", "C1", "2023-02-01", "谈定"), ""),
    (RevokeRateException("E1", "C1", "2023-01-31", "谈定"), "LAST_DAY_PAST"),
    (RevokeRateException("E1", "C1", "2023-02-01", " "), "REASON_MISSING"),
    (ChangeBaseRate("C1", 3_000, "2023-02-01", "谈定"), "RATE_IN_THE_PAST"),
    (ProposeSetting("fees", "{}", "2023-02-01"), "SETTING_IN_THE_PAST"),
    (RequestUnmask("U1", ("C1",), "mobile", "2023-01-31", "回访"), "UNMASK_OVER"),
    (RequestUnmask("U1", ("C1", "C1"), "mobile", "2023-02-01", "回访"), "CLIENTS_INVALID"),
    (FinishTask("K1", "open", ""), "TASK_STATE"),
]


@pytest.mark.parametrize(("command", "reason"), CASES)
def test_a_command_is_judged_by_what_it_says(command: Command, reason: str) -> None:
    assert check_sound(command, NOW).reason == reason
    assert words_of(reason) != reason or not reason


def test_what_is_no_day_is_no_day_for_both() -> None:
    with pytest.raises(DateInvalid):
        check_sound(CancelSubscription("S1", "C1", "1.2.2023", ""), NOW)
