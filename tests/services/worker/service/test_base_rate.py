"""The base rate: dated, lawful, approved; charged from its first day and below every product."""

import pytest
from msgspec.structs import replace

from models.wire.service.products import ApplyForProduct, ChangeBaseRate
from tests.services.worker.service.test_products import APPLY, rates, take_out, trade
from tests.support.service_work import CLIENT, X_UNITS, Firm

CHANGE = ChangeBaseRate(CLIENT, 2_000, "2023-02-10", "资产增长")


async def test_an_approved_rate_is_charged_from_its_day(firm: Firm) -> None:
    asked = await firm.do(CHANGE)
    assert await firm.code(await firm.decide(asked)) == "applied"
    days = ("2023-02-09", "2023-02-10")
    assert [await trade(firm, f"O{at}", day) for at, day in enumerate(days)] == [16_650, 11_100]


async def test_a_running_product_keeps_its_signed_rate(firm: Firm) -> None:
    await firm.decide(await take_out(firm))
    await firm.decide(await firm.do(CHANGE))
    assert await trade(firm, "O1", "2023-02-10") == 72_150
    assert await trade(firm, "O2", "2023-05-02") == 11_100  # the new base, not the old one


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"rate_units": 30_001}, "COMMISSION_CAP_EXCEEDED"),
        ({"rate_units": 500}, "COMMISSION_BELOW_FEES"),
        ({"starts_on": "2023-02-01"}, "RATE_IN_THE_PAST"),
        ({"reason": " "}, "REASON_MISSING"),
        ({"client_id": "C000060"}, "CLIENT_NOT_FOUND"),
    ],
)
async def test_a_rate_without_ground_is_refused(
    firm: Firm, changed: dict[str, object], code: str
) -> None:
    assert await firm.code(await firm.do(replace(CHANGE, **changed))) == code
    assert await rates(firm) == [("", "2015-01-01", "", X_UNITS)]


async def test_an_unknown_base_rate_can_be_registered(firm: Firm) -> None:
    await firm.ask("UPDATE client_rate SET product = 'A' WHERE client_id = $1", CLIENT)
    new: ApplyForProduct = APPLY
    assert await firm.code(await firm.do(new)) == "BASE_RATE_UNKNOWN"
    await firm.decide(await firm.do(CHANGE))
    [(base, _, _, units)] = [row for row in await rates(firm) if not row[0]]
    assert (base, units) == ("", 2_000)
