"""No certificate, no feature: judged of the author, on the day, by the firm's setting (F25)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import msgspec
import pytest

from models.rules.access.exams.attempt import Held
from models.rules.access.training import check_certified
from models.rules.basis.settings.service import TrainingSettings
from models.rules.basis.settings.words import Feature, Product
from models.wire.service.clients import RecordRiskTest
from models.wire.service.products import ApplyForProduct
from tests.support.postgres import FixedClock
from tests.support.service_work import CLIENT, Firm

TEST = RecordRiskTest("T1", CLIENT, 65, False, "2023-02-01", "E1")
APPLY = ApplyForProduct("P1", CLIENT, Product.A, "new", 3, "client")
NOW = FixedClock().now()
DAY = date(2023, 2, 1)


async def certify(firm: Firm, valid_to: str) -> None:
    await firm.ask("UPDATE staff_certificate SET valid_to = $1 WHERE staff_id = 'M001'", valid_to)


@pytest.mark.parametrize("command", [TEST, APPLY])
async def test_a_certificate_locks_on_the_day_after_its_last(
    firm: Firm, command: RecordRiskTest | ApplyForProduct
) -> None:
    await certify(firm, "2023-01-31")
    assert await firm.code(await firm.do(command)) == "CERTIFICATE_EXPIRED"
    [(body,)] = await firm.ask("SELECT body FROM task WHERE kind = 'command_refused'")
    assert "2023-01-31" in str(body)
    await certify(firm, "2023-02-01")
    assert await firm.code(await firm.do(command)) == "applied"


async def test_who_never_passed_is_locked_out_and_others_are_not(firm: Firm) -> None:
    await firm.ask("DELETE FROM staff_certificate WHERE staff_id = 'M001'")
    assert await firm.code(await firm.do(TEST)) == "CERTIFICATE_MISSING"
    assert await firm.code(await firm.do(TEST, "BM01")) == "applied"


async def test_what_was_begun_goes_no_further_without_it(firm: Firm) -> None:
    from_day = datetime.fromisoformat("2023-02-01T10:00:00+08:00")
    assert await firm.code(await firm.do(APPLY, at=from_day)) == "applied"
    await certify(firm, "2023-02-01")
    late = msgspec.structs.replace(APPLY, application_id="P2")
    sent = await firm.do(late, at=NOW + timedelta(days=1))
    assert await firm.code(sent) == "CERTIFICATE_EXPIRED"


async def test_a_firm_without_the_setting_locks_nothing(firm: Firm) -> None:
    await firm.ask("DELETE FROM firm_setting WHERE name = 'training'")
    await firm.ask("DELETE FROM staff_certificate")
    assert await firm.code(await firm.do(TEST)) == "applied"


SETTINGS = TrainingSettings({Feature.PROGRAM: ("program", "suitability")})


@pytest.mark.parametrize(
    ("feature", "held", "reason"),
    [
        (Feature.PROGRAM, {"program": Held(DAY), "suitability": Held(None)}, ""),
        (Feature.PROGRAM, {"program": Held(DAY)}, "CERTIFICATE_MISSING"),
        (Feature.PROGRAM, {}, "CERTIFICATE_MISSING"),
        (
            Feature.PROGRAM,
            {"program": Held(DAY - timedelta(days=1)), "suitability": Held(DAY)},
            "CERTIFICATE_EXPIRED",
        ),
        (
            Feature.PROGRAM,
            {"program": Held(DAY, DAY), "suitability": Held(DAY)},
            "CERTIFICATE_REVOKED",
        ),
        (Feature.PRODUCTS, {}, ""),
    ],
)
def test_all_certificates_of_a_feature_are_asked_for(
    feature: Feature, held: dict[str, Held], reason: str
) -> None:
    assert check_certified(SETTINGS, feature, held, DAY).reason == reason
    unset = replace(SETTINGS, required={})
    assert check_certified(unset, feature, held, DAY).ok
