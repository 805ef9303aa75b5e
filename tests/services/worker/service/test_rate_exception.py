"""A rate capped below a product's ceiling: by an approved and dated exception only (D4)."""

import json
from datetime import datetime

import asyncpg
import pytest
from msgspec.structs import replace

from models.rules.basis.settings.words import Product
from models.wire.service.approvals import WithdrawApproval
from models.wire.service.products import RequestRateException, RevokeRateException
from tests.services.worker.service.test_products import APPLY, rates, roll, take_out, trade
from tests.support.service_work import CLIENT, Firm

HIGH = 12_000  # X 1.2 permille: A would cost 2.2, not below 2.0
RATE = 19_000
ASK = RequestRateException("EX1", CLIENT, Product.A, RATE, "2023-03-31", "大客户挽留")
STATES = "SELECT state, starts_on, ends_on, rate_units, computed_units FROM rate_exception"


async def with_high_base(firm: Firm) -> None:
    await firm.ask("UPDATE client_rate SET rate_units = $2 WHERE client_id = $1", CLIENT, HIGH)
    await firm.ask("UPDATE client SET rate_units = $2 WHERE client_id = $1", CLIENT, HIGH)


async def approved(firm: Firm, ask: RequestRateException = ASK) -> None:
    asked = await firm.do(ask)
    assert await firm.code(asked) == "applied"
    assert await firm.code(await firm.decide(asked, by="CO01")) == "applied"


async def test_without_an_exception_the_formula_is_refused(firm: Firm) -> None:
    await with_high_base(firm)
    assert await firm.code(await firm.do(APPLY)) == "RATE_CEILING"
    asked = await firm.do(ASK)
    assert await firm.ask(STATES) == [("submitted", "", "2023-03-31", RATE, 22_000)]
    assert await firm.code(await firm.do(APPLY)) == "RATE_CEILING"  # asked for is not approved
    assert await firm.code(await firm.decide(asked, "refuse", by="CO01")) == "applied"
    assert await firm.ask(STATES) == [("refused", "", "2023-03-31", RATE, 22_000)]
    assert await firm.code(await firm.do(APPLY)) == "RATE_CEILING"


async def test_an_approved_exception_is_charged_when_applied_for_and_ends_on_its_day(
    firm: Firm,
) -> None:
    await with_high_base(firm)
    await approved(firm)
    assert await firm.ask(STATES) == [("approved", "2023-02-01", "2023-03-31", RATE, 22_000)]
    assert await rates(firm) == [("", "2015-01-01", "", HIGH)]  # nothing is charged by it alone
    asked = await take_out(firm, replace(APPLY, months=6))
    [(after,)] = await firm.ask(
        "SELECT after FROM approval WHERE approval_id = $1", asked.command_id
    )
    told = json.loads(str(after))
    assert (told["rate_units"], told["exception_id"]) == (RATE, "EX1")
    assert told["exception_until"] == "2023-03-31"
    assert await firm.code(await firm.decide(asked)) == "applied"
    assert await rates(firm) == [
        ("", "2015-01-01", "", HIGH),
        ("A", "2023-02-02", "2023-03-31", RATE),  # not the six months that were asked for
    ]
    days = ("2023-02-01", "2023-02-02", "2023-03-31", "2023-04-03")
    charged = [await trade(firm, f"O{at}", day) for at, day in enumerate(days)]
    assert charged == [66_600, 105_450, 105_450, 66_600]  # 1.2, 1.9, 1.9, 1.2 permille
    for _ in range(2):
        await roll(firm, "2023-04-01")
    assert await firm.ask("SELECT state FROM rate_exception") == [("ended",)]
    ended = "SELECT DISTINCT state FROM subscription WHERE client_id = $1"
    assert await firm.ask(ended, CLIENT) == [("ended",)]
    told = await firm.ask("SELECT title FROM timeline WHERE kind = 'rate' ORDER BY happened_at")
    assert [row[0] for row in told] == [
        "产品 A 例外费率 1.9‰ 至 2023-03-31,已批准",
        "产品 A 的例外费率于 2023-03-31 到期",
    ]
    audit = "SELECT action, outcome FROM audit_entry WHERE action ~ 'exception' ORDER BY number"
    assert await firm.ask(audit) == [("request_rate_exception", "applied")]
    await firm.ask("UPDATE staff_certificate SET valid_to = '2030-01-01'")
    again = datetime.fromisoformat("2023-04-03T10:00:00+08:00")
    late = await firm.do(replace(APPLY, application_id="AP2"), at=again)
    assert await firm.code(late) == "RATE_CEILING"


async def test_a_renewal_runs_no_longer_than_the_exception(firm: Firm) -> None:
    await with_high_base(firm)
    await approved(firm)
    await firm.decide(await take_out(firm, replace(APPLY, months=1)))
    renewal = replace(APPLY, application_id="AP2", action="renew", months=6)
    await firm.decide(await take_out(firm, renewal))
    assert (await rates(firm))[1:] == [
        ("A", "2023-02-02", "2023-03-01", RATE),
        ("A", "2023-03-02", "2023-03-31", RATE),
    ]
    third = await take_out(firm, replace(renewal, application_id="AP3"))
    assert await firm.code(await firm.decide(third)) == "APPROVAL_STALE"
    assert len(await rates(firm)) == 3


async def test_a_formula_that_fits_is_charged_by_the_formula(firm: Firm) -> None:
    await with_high_base(firm)
    await approved(firm)
    await firm.ask("UPDATE client_rate SET rate_units = 9000 WHERE client_id = $1", CLIENT)
    await firm.decide(await take_out(firm))
    assert (await rates(firm))[1] == ("A", "2023-02-02", "2023-05-01", 19_000)


async def test_maker_and_manager_do_not_decide_and_a_post_without_the_right_does_not(
    firm: Firm,
) -> None:
    await with_high_base(firm)
    asked = await firm.do(ASK)
    assert await firm.code(await firm.decide(asked, by="BM01")) == "NOT_A_CHECKER"
    assert await firm.code(await firm.decide(asked, by="M001")) == "MAKER_IS_CHECKER"
    back = await firm.do(WithdrawApproval(asked.command_id, "不要了"))
    assert await firm.code(back) == "applied"
    assert await firm.ask("SELECT state, note FROM rate_exception") == [("withdrawn", "withdrawn")]
    await approved(firm, replace(ASK, exception_id="EX2"))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"product": Product.C}, "EXCEPTION_NO_CEILING"),
        ({"product": Product.D}, "EXCEPTION_NO_CEILING"),
        ({"product": Product.E}, "EXCEPTION_NO_CEILING"),
        ({"rate_units": 20_000}, "RATE_CEILING"),
        ({"rate_units": 400}, "COMMISSION_BELOW_FEES"),
        ({"until": "2023-02-01"}, "EXCEPTION_OVER"),
        ({"until": "2023-02-31"}, "DATE_INVALID"),
        ({"reason": " "}, "REASON_MISSING"),
        ({"client_id": "C000060"}, "CLIENT_NOT_FOUND"),
    ],
)
async def test_an_exception_without_ground_is_refused(
    firm: Firm, changed: dict[str, object], code: str
) -> None:
    await with_high_base(firm)
    assert await firm.code(await firm.do(replace(ASK, **changed))) == code
    assert await firm.ask(STATES) == []


async def test_one_exception_of_a_product_at_a_time_and_none_that_is_not_needed(firm: Firm) -> None:
    assert await firm.code(await firm.do(ASK)) == "EXCEPTION_NOT_NEEDED"
    await with_high_base(firm)
    assert await firm.code(await firm.do(ASK, expected_version=99)) == "VERSION_CONFLICT"
    await approved(firm)
    assert await firm.code(await firm.do(replace(ASK, exception_id="EX2"))) == "EXCEPTION_RUNNING"


async def test_a_firm_that_set_no_approval_gives_no_exception(firm: Firm) -> None:
    await with_high_base(firm)
    await firm.ask(
        "UPDATE firm_setting SET value = (value::jsonb #- '{kinds,rate_exception}')::text"
        " WHERE name = 'approvals'"
    )
    assert await firm.code(await firm.do(ASK)) == "APPROVAL_NOT_CONFIGURED"


REVOKE = RevokeRateException("EX1", CLIENT, "2023-02-15", "降费后不再需要")


async def revoked(firm: Firm, command: RevokeRateException = REVOKE) -> str:
    asked = await firm.do(command)
    assert await firm.code(asked) == "applied"
    return await firm.code(await firm.decide(asked, by="CO01"))


async def test_a_revoked_exception_ends_with_what_rests_on_it_and_the_prior_rate_is_back(
    firm: Firm,
) -> None:
    await with_high_base(firm)
    await approved(firm)
    await firm.decide(await take_out(firm, replace(APPLY, months=6)))
    asked = await firm.do(REVOKE)
    assert (await firm.ask(STATES))[0][2] == "2023-03-31"  # asked for, nothing else
    assert await firm.code(await firm.decide(asked, by="BM01")) == "NOT_A_CHECKER"
    assert await firm.code(await firm.decide(asked, by="CO01")) == "applied"
    assert await firm.ask(STATES) == [("approved", "2023-02-01", "2023-02-15", RATE, 22_000)]
    assert (await rates(firm))[1:] == [("A", "2023-02-02", "2023-02-15", RATE)]
    days = ("2023-02-15", "2023-02-16")
    charged = [await trade(firm, f"O{at}", day) for at, day in enumerate(days)]
    assert charged == [105_450, 66_600]  # 1.9 on its last day, then 1.2 permille again
    bundled = "SELECT DISTINCT ends_on FROM subscription WHERE client_id = $1"
    assert await firm.ask(bundled, CLIENT) == [("2023-02-15",)]
    for _ in range(2):
        await roll(firm, "2023-02-16")
    assert await firm.ask("SELECT state FROM rate_exception") == [("ended",)]
    assert await firm.ask("SELECT rate_units FROM client WHERE client_id = $1", CLIENT) == [(HIGH,)]
    told = await firm.ask("SELECT title FROM timeline WHERE kind = 'rate' ORDER BY title")
    assert [row[0] for row in told][-1] == (
        "撤销产品 A 例外费率 1.9‰,末日 2023-02-15:降费后不再需要"
    )
    again = await firm.do(REVOKE)
    assert await firm.code(again) == "EXCEPTION_NOT_FOUND"


async def test_a_term_by_the_formula_runs_on_when_the_exception_of_its_renewal_goes(
    firm: Firm,
) -> None:
    await firm.decide(await take_out(firm, replace(APPLY, months=1)))  # 0.3 + 1 permille
    await with_high_base(firm)
    await approved(firm)
    await firm.decide(await take_out(firm, replace(APPLY, application_id="AP2", action="renew")))
    assert await revoked(firm) == "applied"
    found = [row for row in await rates(firm) if row[0] == "A"]
    assert found[0][1:3] == ("2023-02-02", "2023-03-01")  # as it was quoted
    running = "SELECT ends_on FROM subscription WHERE client_id = $1 AND product = 'A'"
    assert await firm.ask(running, CLIENT) == [("2023-03-01",)]


async def test_an_exception_is_revoked_by_another_than_who_asked_for_it(firm: Firm) -> None:
    await with_high_base(firm)
    await approved(firm)
    asked = await firm.do(REVOKE, by="BM01")
    assert await firm.code(await firm.decide(asked, by="CO01")) == "applied"
    assert await firm.ask("SELECT ends_on FROM rate_exception") == [(REVOKE.last_day,)]


async def test_nobody_revokes_what_is_not_there_or_over(firm: Firm) -> None:
    await with_high_base(firm)
    assert await firm.code(await firm.do(REVOKE)) == "EXCEPTION_NOT_FOUND"
    await firm.do(ASK)
    assert await firm.code(await firm.do(REVOKE)) == "EXCEPTION_NOT_FOUND"  # nobody agreed to it
    await firm.ask("UPDATE rate_exception SET state = 'withdrawn'")
    await approved(firm, replace(ASK, exception_id="EX2"))
    late = replace(REVOKE, exception_id="EX2", last_day="2023-03-31")
    assert await firm.code(await firm.do(late)) == "LAST_DAY_LATE"
    asked = await firm.do(replace(late, last_day="2023-03-01"), expected_version=9)
    assert await firm.code(asked) == "VERSION_CONFLICT"


@pytest.mark.parametrize(
    "change",
    [
        "ends_on = '2023-02-15'",
        "ends_on = '2024-02-15'",
        "ends_on = '2023-02-15', revoked_by = approval_id",
        "ends_on = '2023-02-15', revoked_by = 'nobody'",
    ],
)
async def test_an_exception_ends_earlier_by_an_approval_only(firm: Firm, change: str) -> None:
    await with_high_base(firm)
    await approved(firm)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await firm.ask(f"UPDATE rate_exception SET {change}")
