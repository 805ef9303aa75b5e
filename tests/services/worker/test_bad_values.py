"""Values that no column takes end as a clear refusal; the client's next command follows."""

import msgspec
import pytest

from models.rules.basis.settings.words import Product, Sms
from models.wire.commands import Command, LogContact, RecordOrder
from models.wire.hub import Changes, Denied, Pushed
from models.wire.service.clients import RecordConsent
from models.wire.service.points import CorrectCommission, RedeemPoints
from models.wire.service.products import (
    ApplyForProduct,
    CancelSubscription,
    ChangeBaseRate,
    SubscribeSms,
)
from models.wire.service.tasks import AddReminder
from models.wire.soundness import check_sound
from tests.support.central_work import TradedOrder
from tests.support.hub_desk import running_hub, signed_in
from tests.support.postgres import FixedClock, ask
from tests.support.service_work import CLIENT, Firm

AT = "2023-02-01T10:00:00.000+08:00"
NUL, HUGE = "回\0访", 2**63
ORDER = TradedOrder(CLIENT, "310020000010")
_STEP = ORDER.steps(300)[1]
assert _STEP.fill is not None

UNSTORABLE: dict[str, tuple[Command, str]] = {
    "contact": (LogContact("K1", CLIENT, "phone", "out", NUL, AT), "TEXT_INVALID"),
    "reminder": (AddReminder("T1", CLIENT, NUL, "", AT), "TEXT_INVALID"),
    "id": (LogContact(NUL, CLIENT, "phone", "out", "回访", AT), "TEXT_INVALID"),
    "client": (LogContact("K1", NUL, "phone", "out", "回访", AT), "TEXT_INVALID"),
    "day": (ChangeBaseRate(CLIENT, 2_000, "2023-03-01\0", "议价"), "TEXT_INVALID"),
    "payment": (SubscribeSms("S1", CLIENT, Sms.SMS1, 3, NUL), "TEXT_INVALID"),
    "rate": (ChangeBaseRate(CLIENT, HUGE, "2023-03-01", "议价"), "NUMBER_INVALID"),
    "months": (SubscribeSms("S1", CLIENT, Sms.SMS1, HUGE, "PAY"), "NUMBER_INVALID"),
    "term": (
        ApplyForProduct("P1", CLIENT, Product.A, "new", -HUGE, "client"),
        "MONTHS_INVALID",
    ),
    "cost": (RedeemPoints("R1", CLIENT, Sms.SMS1, 1, HUGE), "NUMBER_INVALID"),
    "money": (CorrectCommission("X1", CLIENT, "F1", HUGE, "柜台"), "NUMBER_INVALID"),
    "order": (msgspec.structs.replace(_STEP, number=HUGE), "NUMBER_INVALID"),
    "inside": (
        RecordOrder("J1", 1, msgspec.structs.replace(_STEP.order, reason_text=NUL)),
        "TEXT_INVALID",
    ),
}


@pytest.mark.parametrize("name", UNSTORABLE)
async def test_what_cannot_be_stored_is_refused_and_the_next_one_follows(
    firm: Firm, name: str
) -> None:
    command, reason = UNSTORABLE[name]
    sent = await firm.do(command)
    assert await firm.code(sent) == reason
    tasks = await firm.ask("SELECT kind FROM task WHERE about = $1", sent.command_id)
    assert tasks == [("command_refused",)]
    inbox = await firm.ask("SELECT state, attempts FROM inbox")
    assert inbox == [("done", 0)]
    told = await firm.ask("SELECT outcome FROM audit_entry WHERE command_id = $1", sent.command_id)
    assert told == [(reason,)]
    after = await firm.do(LogContact("K2", CLIENT, "phone", "out", "回访", AT))
    assert await firm.code(after) == "applied"


@pytest.mark.parametrize("name", UNSTORABLE)
def test_the_desk_says_so_before_it_is_queued(name: str) -> None:
    command, reason = UNSTORABLE[name]
    assert check_sound(command, FixedClock().now()).reason == reason


async def test_what_only_grows_too_large_is_refused_too(firm: Firm) -> None:
    [(account,)] = await firm.ask("SELECT account FROM account WHERE client_id = $1", CLIENT)
    large = TradedOrder(CLIENT, str(account), quantity=2**40, price_units=2**40)
    working, filled = large.steps(2**40)
    assert await firm.code(await firm.do(working)) == "applied"
    summed = msgspec.structs.replace(filled.order, filled_units=0)
    sent = await firm.do(msgspec.structs.replace(filled, order=summed))
    assert await firm.code(sent) == "VALUE_INVALID"
    assert await firm.ask("SELECT count(*) FROM trade_fill WHERE fill_id ~ '^O1'") == [(0,)]


async def test_a_day_beyond_the_calendar_is_refused(firm: Firm) -> None:
    """The last day is one; the day after it, on which paid SMS would go on, is none."""
    await firm.ask(
        "INSERT INTO subscription (branch_id, subscription_id, manager_id, client_id, product,"
        " state, starts_on, ends_on, days_left, about) VALUES"
        " ('B001', 'P', 'M001', $1, 'D', 'active', '2023-01-03', '', 0, 'P'),"
        " ('B001', 'S', 'M001', $1, 'SMS1', 'paused', '', '', 9, 'P')",
        CLIENT,
    )
    sent = await firm.do(CancelSubscription("P", CLIENT, "9999-12-31", "客户要求"))
    assert await firm.code(sent) == "VALUE_INVALID"
    assert await firm.ask("SELECT ends_on FROM subscription WHERE subscription_id = 'P'") == [("",)]


async def test_consents_without_a_readable_moment_are_refused(firm: Firm) -> None:
    words = {"purpose": "marketing", "channel": "sms", "form": "explicit", "proof_ref": "P"}
    told = msgspec.convert(
        words | {"consent_id": "N1", "client_id": CLIENT, "at": "9999-99-99"}, RecordConsent
    )
    assert await firm.code(await firm.do(told)) == "DATE_INVALID"


@pytest.mark.parametrize("changed", [{"key": "C\0"}, {"sequence": HUGE}, {"command_id": "c\0"}])
async def test_a_head_that_cannot_be_kept_is_named_and_the_others_are_kept(
    demo_central: str, changed: dict[str, object]
) -> None:
    told = LogContact("K1", CLIENT, "phone", "out", "回访", AT)
    async with running_hub(demo_central) as port, signed_in(port, "M001") as desk:
        bad = desk.envelope(told, **({"key": CLIENT} | changed))  # type: ignore[arg-type]
        good = desk.envelope(told, key=CLIENT)
        answer = await desk.push(bad, good)
    assert isinstance(answer, Pushed)
    assert (answer.command_ids, answer.refused) == ((good.command_id,), (bad.command_id,))
    assert await ask(demo_central, "SELECT command_id FROM inbox") == [(good.command_id,)]


async def test_a_request_that_names_what_cannot_be_kept_is_denied_and_the_line_stays(
    demo_central: str,
) -> None:
    async with running_hub(demo_central) as port, signed_in(port, "M001") as desk:
        unmasked = await desk.unmask("C\0", "mobile", "核对")
        pulled = await desk.pull("M001", HUGE)
        after = await desk.pull("M001", 0)
    assert isinstance(unmasked, Denied) and unmasked.code == "TEXT_INVALID"
    assert isinstance(pulled, Denied) and pulled.code == "NUMBER_INVALID"
    assert isinstance(after, Changes)
