"""A product A-E from application to its end: no step skipped, rate and bundle on exact days."""

import json
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from models.rules.basis.settings.words import Product, Sms
from models.wire.commands import Command, Envelope
from models.wire.service.approvals import WithdrawApproval
from models.wire.service.products import (
    ApplyForProduct,
    CancelSubscription,
    SignApplication,
    SubmitApplication,
    SubscribeSms,
    WithdrawApplication,
)
from services.worker.nights.run import Nights
from services.worker.nights.service.subscriptions import SUBSCRIPTIONS
from tests.support.central_work import TradedOrder
from tests.support.postgres import FixedClock
from tests.support.service_work import CLIENT, X_UNITS, Firm

APPLY = ApplyForProduct("AP1", CLIENT, Product.A, "new", 3, "client")
SIGN = SignApplication("AP1", CLIENT, "AGR-1", "RISK-1", "", False)
SUBMIT = SubmitApplication("AP1", CLIENT)
A_UNITS = X_UNITS + 10_000
NOW = FixedClock().now()


async def take_out(firm: Firm, apply: ApplyForProduct = APPLY, at: datetime = NOW) -> Envelope:
    """Apply, sign, submit; return what waits for approval."""
    name = apply.application_id
    for command in (apply, replace(SIGN, application_id=name)):
        assert await firm.code(await firm.do(command, at=at)) == "applied"
    asked = await firm.do(SubmitApplication(name, CLIENT), at=at)
    assert await firm.code(asked) == "applied"
    return asked


async def rates(firm: Firm) -> list[tuple[object, ...]]:
    return await firm.ask(
        "SELECT product, starts_on, ends_on, rate_units FROM client_rate WHERE client_id = $1"
        " ORDER BY starts_on",
        CLIENT,
    )


async def subscribed(firm: Firm) -> list[tuple[object, ...]]:
    return await firm.ask(
        "SELECT product, state, starts_on, ends_on FROM subscription WHERE client_id = $1"
        " ORDER BY product, starts_on, ends_on",
        CLIENT,
    )


async def trade(firm: Firm, name: str, day: str) -> int:
    """Buy 300 shares for 555,000.00 on a day; return the commission in cents."""
    [(account,)] = await firm.ask("SELECT account FROM account WHERE client_id = $1", CLIENT)
    for step in TradedOrder(CLIENT, str(account), name=name).steps(300):
        fill = step.fill and replace(step.fill, filled_at=f"{day}T10:00:02.000+08:00")
        await firm.do(replace(step, fill=fill))
    [(commission,)] = await firm.ask(
        "SELECT commission_cents FROM trade_order WHERE client_order_id = $1", name
    )
    return int(str(commission))


async def roll(firm: Firm, day: str) -> None:
    """Bring the firm to a day by the night before it."""
    evening = datetime.fromisoformat(f"{day}T18:30:00+08:00") - timedelta(days=1)
    night = Nights(firm.engine, FixedClock(evening), [SUBSCRIPTIONS])
    await night.run(evening.date(), again=True)


async def test_an_approved_product_has_a_dated_rate_and_brings_the_sms(firm: Firm) -> None:
    asked = await take_out(firm)
    assert await rates(firm) == [("", "2015-01-01", "", X_UNITS)]
    assert await firm.code(await firm.decide(asked)) == "applied"
    assert await rates(firm) == [
        ("", "2015-01-01", "", X_UNITS),
        ("A", "2023-02-02", "2023-05-01", A_UNITS),  # next trading day, three months
    ]
    assert await subscribed(firm) == [
        ("A", "active", "2023-02-02", "2023-05-01"),
        *((sms, "bundled", "2023-02-02", "2023-05-01") for sms in Sms),
    ]
    assert await firm.ask("SELECT state FROM application") == [("approved",)]


async def test_commission_is_charged_at_the_rate_of_the_exact_day(firm: Firm) -> None:
    await firm.decide(await take_out(firm))
    days = ("2023-02-01", "2023-02-02", "2023-05-01", "2023-05-02")
    charged = [await trade(firm, f"O{at}", day) for at, day in enumerate(days)]
    assert charged == [16_650, 72_150, 72_150, 16_650]  # 0.3, 1.3, 1.3, 0.3 permille


async def test_cancelling_restores_the_prior_rate_and_ends_the_bundle(firm: Firm) -> None:
    await firm.decide(await take_out(firm))
    sent = await firm.do(CancelSubscription("AP1", CLIENT, "2023-02-10", "客户要求"))
    assert await firm.code(sent) == "applied"
    assert [await trade(firm, "O1", "2023-02-10"), await trade(firm, "O2", "2023-02-13")] == [
        72_150,
        16_650,
    ]
    await roll(firm, "2023-02-10")
    assert await firm.ask("SELECT rate_units FROM client WHERE client_id = $1", CLIENT) == [
        (A_UNITS,)
    ]
    for _ in range(2):  # again changes nothing
        await roll(firm, "2023-02-11")
    assert {row[1] for row in await subscribed(firm)} == {"ended"}
    assert await firm.ask("SELECT rate_units FROM client WHERE client_id = $1", CLIENT) == [
        (X_UNITS,)
    ]


async def test_paid_sms_waits_while_it_is_free_and_loses_no_day(firm: Firm) -> None:
    await firm.do(SubscribeSms("S1", CLIENT, Sms.SMS1, 1, "PAY-1"))  # to 28 February
    await firm.do(SubscribeSms("S2", CLIENT, Sms.SMS1, 1, "PAY-2"))  # and one month more
    await firm.decide(await take_out(firm))
    sms1 = [row for row in await subscribed(firm) if row[0] == "SMS1"]
    assert sms1 == [
        ("SMS1", "active", "2023-02-01", "2023-02-01"),
        ("SMS1", "bundled", "2023-02-02", "2023-05-01"),
        ("SMS1", "active", "2023-03-01", "2023-02-01"),  # nothing of it is left here
        ("SMS1", "paused", "2023-05-02", "2023-06-25"),  # 2 February to 28 March: 55 days
    ]
    await firm.do(CancelSubscription("AP1", CLIENT, "2023-02-10", "客户要求"))
    await roll(firm, "2023-02-11")
    running = [row for row in await subscribed(firm) if row[1] == "active"]
    assert running == [("SMS1", "active", "2023-02-11", "2023-04-06")]


async def test_no_step_can_be_skipped_or_done_twice(firm: Firm) -> None:
    assert await firm.code(await firm.do(SIGN)) == "APPLICATION_NOT_FOUND"
    await firm.do(APPLY)
    assert await firm.code(await firm.do(SUBMIT)) == "APPLICATION_STATE"
    await firm.do(SIGN)
    assert await firm.code(await firm.do(SIGN)) == "APPLICATION_STATE"
    await firm.do(SUBMIT)
    assert await firm.code(await firm.do(SUBMIT)) == "APPLICATION_STATE"
    back = WithdrawApplication("AP1", CLIENT, "")
    assert await firm.code(await firm.do(back)) == "APPLICATION_STATE"
    assert await firm.code(await firm.do(APPLY)) == "DUPLICATE"


@pytest.mark.parametrize(
    ("change", "command", "code"),
    [
        ("tier = 'silver'", APPLY, "TIER_NOT_ELIGIBLE"),
        ("risk_tested_on = '2021-01-31'", APPLY, "RISK_TEST_EXPIRED"),
        ("risk_class = ''", APPLY, "SUITABILITY_UNKNOWN"),
        ("risk_class = 'C2'", replace(APPLY, initiative="staff"), "SUITABILITY_LEVEL"),
        ("tier = tier", replace(APPLY, product=Product.E), "FEE_NOT_CONFIGURED"),
        ("tier = tier", replace(APPLY, discretionary=True), "DISCRETION_NOT_ALLOWED"),
        ("tier = tier", replace(APPLY, action="renew"), "NOTHING_TO_RENEW"),
        ("tier = tier", replace(APPLY, months=-1), "MONTHS_INVALID"),
    ],
)
async def test_an_application_that_a_rule_forbids_does_not_begin(
    firm: Firm, change: str, command: Command, code: str
) -> None:
    await firm.ask(f"UPDATE client SET {change} WHERE client_id = $1", CLIENT)
    assert await firm.code(await firm.do(command)) == code
    assert await firm.ask("SELECT count(*) FROM application") == [(0,)]


async def test_the_rate_ceiling_is_refused_and_never_capped(firm: Firm) -> None:
    await firm.ask("UPDATE client_rate SET rate_units = 10000 WHERE client_id = $1", CLIENT)
    sent = await firm.do(APPLY)
    assert await firm.code(sent) == "RATE_CEILING"  # 1.0 + 1.0 is not below 2.0
    [(body,)] = await firm.ask("SELECT body FROM task WHERE about = $1", sent.command_id)
    assert "2.0" in str(body)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"agreement_ref": ""}, "AGREEMENT_MISSING"),
        ({"risk_statement_ref": ""}, "RISK_STATEMENT_MISSING"),
        ({}, "RECORDING_REQUIRED"),
        ({"recording_ref": "AV-1"}, "WARNING_REQUIRED"),
        ({"recording_ref": "AV-1", "warning_signed": True}, "applied"),
    ],
)
async def test_what_is_signed_on_site_above_the_level_needs_warning_and_recording(
    firm: Firm, changed: dict[str, object], code: str
) -> None:
    above = not changed or "recording_ref" in changed
    risk_class = "C2" if above else "C4"
    await firm.ask("UPDATE client SET risk_class = $2 WHERE client_id = $1", CLIENT, risk_class)
    await firm.do(replace(APPLY, on_site=True))
    assert await firm.code(await firm.do(replace(SIGN, **changed))) == code


async def test_a_changed_base_rate_makes_quote_and_approval_stale(firm: Firm) -> None:
    asked = await take_out(firm)
    await firm.ask("UPDATE client_rate SET rate_units = 2900 WHERE client_id = $1", CLIENT)
    decided = await firm.decide(asked)
    assert await firm.code(decided) == "APPROVAL_STALE"
    [(body,)] = await firm.ask("SELECT body FROM task WHERE about = $1", decided.command_id)
    assert "QUOTE_STALE" in str(body)
    assert await firm.ask("SELECT state FROM application") == [("submitted",)]
    assert await subscribed(firm) == []


@pytest.mark.parametrize("how", ["refuse", "withdraw"])
async def test_an_application_nobody_approved_leaves_nothing(firm: Firm, how: str) -> None:
    asked = await take_out(firm)
    if how == "refuse":
        await firm.decide(asked, "refuse")
    else:
        await firm.do(WithdrawApproval(asked.command_id, ""))
    expected = "refused" if how == "refuse" else "withdrawn"
    assert await firm.ask("SELECT state FROM application") == [(expected,)]
    assert await subscribed(firm) == []
    assert len(await rates(firm)) == 1


async def test_a_switch_ends_the_old_product_on_the_day_before(firm: Firm) -> None:
    await firm.decide(await take_out(firm))
    later = NOW + timedelta(days=12)  # Monday 13 February
    conflict = replace(APPLY, application_id="AP2", product=Product.B)
    assert await firm.code(await firm.do(conflict, at=later)) == "PRODUCT_CONFLICT"
    asked = await take_out(firm, replace(conflict, switch_from=Product.A), at=later)
    assert await firm.code(await firm.decide(asked, at=later)) == "applied"
    assert await rates(firm) == [
        ("", "2015-01-01", "", X_UNITS),
        ("A", "2023-02-02", "2023-02-13", A_UNITS),
        ("B", "2023-02-14", "2023-05-13", X_UNITS + 15_000),  # on X, not on A's rate
    ]


async def test_a_switch_on_the_day_of_approval_leaves_the_new_rate_only(firm: Firm) -> None:
    await firm.decide(await take_out(firm))
    switch = replace(APPLY, application_id="AP2", product=Product.B, switch_from=Product.A)
    await firm.decide(await take_out(firm, switch))
    assert await trade(firm, "O1", "2023-02-02") == 99_900  # 1.8 permille


async def test_a_renewal_goes_on_where_the_term_ends(firm: Firm) -> None:
    await firm.do(SubscribeSms("S1", CLIENT, Sms.SMS1, 1, "PAY-1"))
    await firm.decide(await take_out(firm))
    asked = await take_out(firm, replace(APPLY, application_id="AP2", action="renew", months=2))
    assert await firm.code(await firm.decide(asked)) == "applied"
    assert (await rates(firm))[1:] == [
        ("A", "2023-02-02", "2023-05-01", A_UNITS),
        ("A", "2023-05-02", "2023-07-01", A_UNITS),
    ]
    lasting = [row for row in await subscribed(firm) if row[1] in ("bundled", "paused")]
    assert [row[3] for row in lasting if row[1] == "bundled"] == ["2023-07-01"] * 3
    assert [row[2] for row in lasting if row[1] == "paused"] == ["2023-07-02"]


async def test_a_client_without_a_known_base_rate_is_told_so(firm: Firm) -> None:
    await firm.ask("UPDATE client_rate SET product = 'A' WHERE client_id = $1", CLIENT)
    assert await firm.code(await firm.do(APPLY)) == "BASE_RATE_UNKNOWN"


async def test_product_d_has_no_rate_but_brings_the_sms(firm: Firm) -> None:
    await firm.decide(await take_out(firm, replace(APPLY, product=Product.D, months=0)))
    assert len(await rates(firm)) == 1
    assert [row[:2] for row in await subscribed(firm)] == [
        ("D", "active"),
        *((sms, "bundled") for sms in Sms),
    ]


async def test_the_approval_shows_rate_terms_and_papers(firm: Firm) -> None:
    asked = await take_out(firm)
    [(before, after)] = await firm.ask(
        "SELECT before, after FROM approval WHERE approval_id = $1", asked.command_id
    )
    assert json.loads(str(before)) == {"products": [], "rate_units": X_UNITS}
    told = json.loads(str(after))
    assert (told["rate_units"], told["agreement_ref"]) == (A_UNITS, "AGR-1")
