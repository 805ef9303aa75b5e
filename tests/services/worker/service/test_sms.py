"""SMS1-3 for cash: price, discount, extension, cancelling; the same purchase never twice."""

import pytest
from msgspec.structs import replace

from models.rules.basis.settings.words import Sms
from models.wire.service.products import CancelSubscription, SubscribeSms
from tests.support.service_work import CLIENT, Firm

BUY = SubscribeSms("S1", CLIENT, Sms.SMS2, 1, "PAY-1")


async def bought(firm: Firm) -> list[tuple[object, ...]]:
    return await firm.ask(
        "SELECT starts_on, ends_on, amount_cents, paid_by, about, state FROM subscription"
        " WHERE client_id = $1 ORDER BY starts_on",
        CLIENT,
    )


async def test_a_purchase_runs_from_today_and_keeps_its_price(firm: Firm) -> None:
    assert await firm.code(await firm.do(BUY)) == "applied"
    assert await bought(firm) == [("2023-02-01", "2023-02-28", 4_000, "cash", "PAY-1", "active")]
    assert await firm.ask("SELECT kind, title FROM timeline") == [
        ("subscription", "订阅 SMS2 至 2023-02-28,40.00 元")
    ]


async def test_a_year_is_cheaper_and_goes_on_from_the_paid_day(firm: Firm) -> None:
    await firm.do(BUY)
    await firm.do(replace(BUY, subscription_id="S2", months=12, payment_ref="PAY-2"))
    assert (await bought(firm))[1] == (
        "2023-03-01", "2024-02-28", 43_200, "cash", "PAY-2", "active",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (replace(BUY, payment_ref=""), "PAYMENT_MISSING"),
        (replace(BUY, months=0), "MONTHS_INVALID"),
        (replace(BUY, client_id="C000060"), "CLIENT_NOT_FOUND"),
    ],
)
async def test_a_purchase_without_ground_is_refused(
    firm: Firm, command: SubscribeSms, code: str
) -> None:
    assert await firm.code(await firm.do(command)) == code
    assert await bought(firm) == []


async def test_the_same_purchase_under_another_command_counts_once(firm: Firm) -> None:
    await firm.do(BUY)
    assert await firm.code(await firm.do(BUY)) == "DUPLICATE"
    assert len(await bought(firm)) == 1


async def test_without_a_price_it_is_not_configured(firm: Firm) -> None:
    await firm.ask("UPDATE firm_setting SET value = '{}' WHERE name = 'sms'")
    assert await firm.code(await firm.do(BUY)) == "FEE_NOT_CONFIGURED"


async def test_a_cancelled_one_ends_on_its_last_day(firm: Firm) -> None:
    await firm.do(BUY)
    for last, code in (
        ("2023-01-31", "LAST_DAY_PAST"),
        ("2023-03-01", "LAST_DAY_LATE"),
        ("2023-02-10", "applied"),
    ):
        sent = await firm.do(CancelSubscription("S1", CLIENT, last, "不再需要"))
        assert await firm.code(sent) == code
    assert (await bought(firm))[0][1] == "2023-02-10"
    gone = await firm.do(CancelSubscription("S?", CLIENT, "2023-02-10", ""))
    assert await firm.code(gone) == "SUBSCRIPTION_NOT_FOUND"
