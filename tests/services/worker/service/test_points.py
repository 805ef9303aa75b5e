"""Points: held, burned or released; never overspent, never twice, always the sum of the entries."""

import asyncio
import random

import asyncpg
import pytest
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.rules.basis.settings.words import Sms
from models.wire.commands import Command, Envelope
from models.wire.service.points import (
    AwardLoyalty,
    AwardSuggestion,
    CorrectCommission,
    RecordReferral,
    RedeemPoints,
    UpgradeTier,
)
from services.central.session import acting, at_work
from tests.support.central_work import TradedOrder, put
from tests.support.running_worker import running_worker
from tests.support.service_work import CLIENT, OTHER, Firm

REDEEM = RedeemPoints("R1", CLIENT, Sms.SMS2, 2)  # 800 points
UPGRADE = UpgradeTier("U1", CLIENT)  # 5,000 points


async def set_points(firm: Firm, points: int) -> None:
    await firm.ask(
        "INSERT INTO points_entry (branch_id, entry_id, manager_id, client_id, kind, points_milli)"
        " SELECT 'B001', 'again', 'M001', client_id, 'opening', $2 - points_milli FROM client"
        " WHERE client_id = $1",
        CLIENT,
        points,
    )


async def all_answered(firm: Firm) -> None:
    async with asyncio.timeout(90):
        while await firm.ask("SELECT 1 FROM inbox WHERE state = 'waiting' LIMIT 1"):
            await asyncio.sleep(0.02)


async def traded(firm: Firm) -> None:
    """One trade with 166.50 of commission at gold: 199.800 points."""
    [(account,)] = await firm.ask("SELECT account FROM account WHERE client_id = $1", CLIENT)
    for step in TradedOrder(CLIENT, str(account)).steps(300):
        await firm.do(step)


async def approved(firm: Firm, command: Command) -> Envelope:
    asked = await firm.do(command)
    assert await firm.code(asked) == "applied"
    assert await firm.code(await firm.decide(asked)) == "applied"
    return asked


async def test_points_are_held_then_burned_and_the_sms_begins(firm: Firm) -> None:
    asked = await firm.do(REDEEM)
    assert await firm.balance() == (10_000_000, 800_000, 10_000_000)
    assert await firm.code(await firm.decide(asked)) == "applied"
    assert await firm.balance() == (9_200_000, 0, 9_200_000)
    assert await firm.ask(
        "SELECT product, state, starts_on, ends_on, paid_by FROM subscription WHERE client_id = $1",
        CLIENT,
    ) == [("SMS2", "active", "2023-02-01", "2023-03-31", "points")]
    assert await firm.ask("SELECT state FROM points_hold") == [("burned",)]


async def test_a_refused_redemption_gives_the_points_back(firm: Firm) -> None:
    await firm.decide(await firm.do(REDEEM), "refuse")
    assert await firm.balance() == (10_000_000, 0, 10_000_000)
    assert await firm.ask("SELECT state FROM points_hold") == [("released",)]
    assert await firm.ask("SELECT 1 FROM subscription WHERE client_id = $1", CLIENT) == []


async def test_what_is_held_cannot_be_held_again(firm: Firm) -> None:
    await set_points(firm, 1_599_999)
    assert await firm.code(await firm.do(REDEEM)) == "applied"
    second = await firm.do(replace(REDEEM, redemption_id="R2"))
    assert await firm.code(second) == "INSUFFICIENT_POINTS"
    [(body,)] = await firm.ask("SELECT body FROM task WHERE about = $1", second.command_id)
    assert "还差 1" in str(body)


async def test_a_reversal_in_between_makes_the_redemption_stale(firm: Firm) -> None:
    asked = await firm.do(REDEEM)
    await set_points(firm, 700_000)
    assert await firm.code(await firm.decide(asked)) == "APPROVAL_STALE"
    assert await firm.balance() == (700_000, 800_000, 700_000)


@pytest.mark.parametrize("seed", range(3))
async def test_many_requests_at_once_never_overspend(firm: Firm, seed: int) -> None:
    """Each under a key of its own, so that workers take them side by side."""
    rng = random.Random(seed)
    await set_points(firm, 2_900_000)
    sent = [
        firm.enclose(replace(REDEEM, redemption_id=f"R{n}", months=rng.randint(1, 3)), key=f"K{n}")
        for n in range(24)
    ]
    sent += rng.sample(sent, 8)
    rng.shuffle(sent)
    await put(firm.engine, sent)
    async with running_worker(firm.url), running_worker(firm.url), running_worker(firm.url):
        await all_answered(firm)
    codes = [await firm.code(one) for one in sent]
    assert set(codes) == {"applied", "INSUFFICIENT_POINTS"}
    balance, held, entries = await firm.balance()
    assert balance == entries == 2_900_000
    assert 0 < int(str(held)) <= 2_900_000
    held_ids = {name for (name,) in await firm.ask("SELECT hold_id FROM points_hold")}
    assert held_ids == {
        one.command_id for one, code in zip(sent, codes, strict=True) if code == "applied"
    }
    asked = await firm.ask("SELECT approval_id FROM approval")
    pending = {one.command_id: one for one in sent}
    for (approval_id,) in asked:
        await firm.decide(pending[str(approval_id)], rng.choice(["approve", "refuse"]))
    balance, held, entries = await firm.balance()
    assert balance == entries
    assert held == 0
    assert int(str(balance)) >= 0
    assert await firm.ask("SELECT * FROM points_unequal") == []


async def test_two_raw_transactions_cannot_hold_the_same_points(firm: Firm) -> None:
    """The client's locked row decides: the second waits for the first and then sees its hold."""
    lock = "SELECT points_milli FROM client WHERE client_id = $1 FOR UPDATE"
    first, second = await asyncpg.connect(firm.url), await asyncpg.connect(firm.url)
    try:
        begun, follows = first.transaction(), second.transaction()
        await begun.start()
        await follows.start()
        await first.fetch(lock, CLIENT)
        waiting = asyncio.create_task(second.fetch(lock, CLIENT))
        await first.execute(
            "INSERT INTO points_hold VALUES ('B001', 'H1', 'M001', $1, 10000000, 'redemption',"
            " 'held')",
            CLIENT,
        )
        assert not waiting.done()
        await begun.commit()
        await waiting
        held = await second.fetchval("SELECT sum(points_milli) FROM points_hold")
        await follows.rollback()
    finally:
        await first.close()
        await second.close()
    assert held == 10_000_000


async def test_an_upgrade_burns_points_for_one_level_and_a_year(firm: Firm) -> None:
    await approved(firm, UPGRADE)
    assert await firm.balance() == (5_000_000, 0, 5_000_000)
    assert await firm.ask("SELECT tier, starts_on, ends_on FROM tier_grant") == [
        ("platinum", "2023-02-01", "2024-01-31")
    ]
    assert await firm.ask("SELECT tier, tier_by FROM client WHERE client_id = $1", CLIENT) == [
        ("platinum", "grant")
    ]
    tiers = "SELECT tier FROM client_tier WHERE client_id = $1 AND starts_on = $2"
    assert await firm.ask(tiers, CLIENT, "2024-02-01") == [("gold",)]
    again = await firm.do(replace(UPGRADE, upgrade_id="U2"))
    assert await firm.code(again) == "ALREADY_TOP_TIER"


async def test_an_upgrade_costs_the_same_while_other_points_are_held(firm: Firm) -> None:
    redeemed = await firm.do(REDEEM)
    upgrade = await firm.do(UPGRADE)
    assert await firm.balance() == (10_000_000, 5_800_000, 10_000_000)
    assert await firm.code(await firm.decide(upgrade)) == "applied"
    assert await firm.balance() == (5_000_000, 800_000, 5_000_000)
    assert await firm.code(await firm.decide(redeemed)) == "applied"
    assert await firm.balance() == (4_200_000, 0, 4_200_000)


async def test_one_upgrade_waits_at_a_time_and_a_changed_tier_ends_it(firm: Firm) -> None:
    asked = await firm.do(UPGRADE)
    second = await firm.do(replace(UPGRADE, upgrade_id="U2"))
    assert await firm.code(second) == "APPLICATION_PENDING"
    await firm.ask("UPDATE client SET tier = 'silver' WHERE client_id = $1", CLIENT)
    decided = await firm.decide(asked)
    assert await firm.code(decided) == "APPROVAL_STALE"
    [(body,)] = await firm.ask("SELECT body FROM task WHERE about = $1", decided.command_id)
    assert "TIER_CHANGED" in str(body)


async def test_a_suggestion_is_rewarded_once(firm: Firm) -> None:
    award = AwardSuggestion("S1", CLIENT, "夜市委托")
    meanwhile = await firm.do(award)
    await approved(firm, award)
    assert await firm.balance() == (10_300_000, 0, 10_300_000)
    assert await firm.code(await firm.decide(meanwhile)) == "APPROVAL_STALE"
    assert await firm.code(await firm.do(award)) == "DUPLICATE"
    assert await firm.balance() == (10_300_000, 0, 10_300_000)


async def test_a_referral_is_rewarded_once_for_a_new_client_and_told_from_both_sides(
    firm: Firm,
) -> None:
    await firm.ask("UPDATE client SET opened_on = '2023-01-20' WHERE client_id = $1", OTHER)
    referral = RecordReferral(CLIENT, OTHER, "2023-01-10")
    meanwhile = await firm.do(referral)
    await approved(firm, referral)
    assert await firm.balance() == (10_500_000, 0, 10_500_000)
    assert await firm.ask("SELECT client_id, other_id, kind FROM relation ORDER BY kind") == [
        (OTHER, CLIENT, "referred"),
        (CLIENT, OTHER, "referrer"),
    ]
    told = "SELECT client_id FROM timeline WHERE kind = 'relation' ORDER BY client_id"
    assert await firm.ask(told) == [(CLIENT,), (OTHER,)]
    assert await firm.code(await firm.decide(meanwhile)) == "APPROVAL_STALE"
    assert await firm.code(await firm.do(referral)) == "DUPLICATE"
    assert await firm.balance() == (10_500_000, 0, 10_500_000)


@pytest.mark.parametrize(
    ("referral", "code"),
    [
        (RecordReferral(CLIENT, CLIENT, "2015-01-01"), "SELF_REFERRAL"),
        (RecordReferral(CLIENT, OTHER, "2023-01-31"), "NOT_NEW_CLIENT"),
        (RecordReferral(CLIENT, "C000060", "2000-01-01"), "CLIENT_NOT_FOUND"),
    ],
)
async def test_a_referral_without_a_new_client_is_refused(
    firm: Firm, referral: RecordReferral, code: str
) -> None:
    await firm.ask("UPDATE client SET opened_on = '2022-06-01' WHERE client_id = $1", OTHER)
    assert await firm.code(await firm.do(referral)) == code


THEIRS = "C000060"  # of M002


async def brought(firm: Firm) -> RecordReferral:
    """The client of M001 brought one who went to M002."""
    [(manager,)] = await firm.ask("SELECT manager_id FROM client WHERE client_id = $1", THEIRS)
    assert manager == "M002"
    await firm.ask("UPDATE client SET opened_on = '2023-01-20' WHERE client_id = $1", THEIRS)
    return RecordReferral(CLIENT, THEIRS, "2023-01-10")


async def refer(firm: Firm, command: RecordReferral, by: str = "M002") -> Envelope:
    return await firm.do(command, by, key=command.referred, manager_id="M002")


async def test_a_referral_between_two_managers_clients_pays_the_referrer_once(firm: Firm) -> None:
    referral = await brought(firm)
    asked, meanwhile = [await refer(firm, referral) for _ in range(2)]
    assert await firm.code(asked) == "applied"
    owner = "SELECT DISTINCT manager_id, client_id FROM approval WHERE kind = 'points'"
    assert await firm.ask(owner) == [("M002", THEIRS)]
    assert await firm.code(await firm.decide(asked)) == "applied"
    assert await firm.balance() == (10_500_000, 0, 10_500_000)
    entry = "SELECT manager_id, client_id FROM points_entry WHERE entry_id = $1"
    assert await firm.ask(entry, f"referral-{THEIRS}") == [("M001", CLIENT)]
    sides = "SELECT manager_id, client_id, other_id, kind FROM relation ORDER BY 1"
    assert await firm.ask(sides) == [
        ("M001", CLIENT, THEIRS, "referrer"),
        ("M002", THEIRS, CLIENT, "referred"),
    ]
    told = "SELECT manager_id, client_id FROM timeline WHERE kind = 'relation' ORDER BY 1"
    assert await firm.ask(told) == [("M001", CLIENT), ("M002", THEIRS)]
    assert await firm.code(await firm.decide(meanwhile)) == "APPROVAL_STALE"
    assert await firm.code(await refer(firm, referral)) == "DUPLICATE"
    by_another = replace(referral, referrer=OTHER)
    assert await firm.code(await refer(firm, by_another, "BM01")) == "DUPLICATE"
    assert await firm.balance() == (10_500_000, 0, 10_500_000)


async def test_a_referral_between_two_managers_is_judged_as_any_other(firm: Firm) -> None:
    referral = await brought(firm)
    for command, code in (
        (replace(referral, referrer=THEIRS), "SELF_REFERRAL"),
        (replace(referral, recommended_on="2023-01-31"), "NOT_NEW_CLIENT"),
        (replace(referral, referrer="C999999"), "REFERRER_NOT_FOUND"),
    ):
        assert await firm.code(await refer(firm, command)) == code
    not_his = await firm.do(referral, key=CLIENT)
    assert await firm.code(not_his) == "CLIENT_NOT_FOUND"


async def test_no_referral_is_posted_without_its_approval(firm: Firm) -> None:
    asked = await refer(firm, await brought(firm))
    with pytest.raises(DBAPIError, match="NO_REFERRAL"):
        async with acting(firm.engine, at_work("B001", "M002", "manager")) as connection:
            call = text("SELECT post_referral('B001', :asked, 1000, '2023-02-01')")
            await connection.execute(call, {"asked": asked.command_id})


async def test_an_anniversary_is_rewarded_once(firm: Firm) -> None:
    day = AwardLoyalty(CLIENT, "2023-02-01")
    assert [await firm.code(await firm.do(day)) for _ in range(2)] == ["applied", "DUPLICATE"]
    for other in ("2023-01-31", "2024-02-01"):
        assert await firm.code(await firm.do(AwardLoyalty(CLIENT, other))) == "NO_ANNIVERSARY"
    assert await firm.balance() == (10_200_000, 0, 10_200_000)


async def test_a_correction_takes_points_back_at_the_original_multiplier(firm: Firm) -> None:
    await traded(firm)
    [(cash,)] = await firm.ask("SELECT cash_cents FROM account WHERE client_id = $1", CLIENT)
    assert (await firm.balance())[0] == 10_199_800
    await firm.ask("UPDATE client_tier SET tier = 'ordinary' WHERE client_id = $1", CLIENT)
    await firm.ask("UPDATE client SET tier = 'ordinary' WHERE client_id = $1", CLIENT)
    half = CorrectCommission("K1", CLIENT, "O1-F2", 8_325, "结算文件 0202")
    await approved(firm, half)
    assert await firm.balance() == (10_099_900, 0, 10_099_900)
    await approved(firm, replace(half, correction_id="K2", amount_cents=0))
    assert await firm.balance() == (10_000_000, 0, 10_000_000)
    assert await firm.ask("SELECT cash_cents FROM account WHERE client_id = $1", CLIENT) == [
        (int(str(cash)) + 16_650,)
    ]
    assert await firm.ask("SELECT commission_cents FROM trade_order") == [(0,)]
    nothing = await firm.do(replace(half, correction_id="K3", amount_cents=0))
    assert await firm.code(nothing) == "NOTHING_CHANGED"


async def test_a_later_trade_leaves_what_was_corrected_as_it_is(firm: Firm) -> None:
    """The next trade of an order is charged by its trades, not by what settlement gave back."""
    [(account,)] = await firm.ask("SELECT account FROM account WHERE client_id = $1", CLIENT)
    working, first, second = TradedOrder(CLIENT, str(account)).steps(100, 200)
    for step in (working, first):
        await firm.do(step)
    await approved(firm, CorrectCommission("K1", CLIENT, "O1-F2", 0, "结算文件 0202"))
    await firm.do(second)
    assert await firm.ask(
        "SELECT entry_id, amount_cents::int FROM points_entry WHERE amount_cents <> 0"
        " AND (about = 'commission-O1-F2' OR entry_id LIKE 'commission-O1-%') ORDER BY 1"
    ) == [("commission-O1-F2", 5_550), ("commission-O1-F3", 11_100), ("correction-K1", -5_550)]
    assert await firm.ask("SELECT commission_cents FROM trade_order") == [(11_100,)]


async def test_a_correction_of_the_same_source_counts_once(firm: Firm) -> None:
    await traded(firm)
    one = CorrectCommission("K1", CLIENT, "O1-F2", 8_325, "结算文件 0202")
    first, second = await firm.do(one), await firm.do(one)
    assert await firm.code(await firm.decide(first)) == "applied"
    assert await firm.code(await firm.decide(second)) == "APPROVAL_STALE"
    assert await firm.balance() == (10_099_900, 0, 10_099_900)


async def test_redeeming_what_is_bundled_is_refused(firm: Firm) -> None:
    await firm.ask(
        "INSERT INTO subscription (branch_id, subscription_id, manager_id, client_id, product,"
        " state, starts_on) VALUES ('B001', 'P1', 'M001', $1, 'A', 'active', '2023-01-01')",
        CLIENT,
    )
    assert await firm.code(await firm.do(REDEEM)) == "ALREADY_BUNDLED"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE points_entry SET points_milli = 1",
        "DELETE FROM points_entry",
        "TRUNCATE points_entry",
    ],
)
async def test_even_the_owner_only_adds_entries(firm: Firm, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await firm.ask(statement)
