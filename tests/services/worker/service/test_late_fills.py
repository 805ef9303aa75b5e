"""A trade that comes after its order was corrected, cancelled or reversed still counts, once."""

from dataclasses import replace
from itertools import permutations

import pytest
from msgspec import structs

from models.trading.order import OrderState
from models.wire.commands import RecordOrder
from models.wire.service.points import CorrectCommission
from tests.support.central_work import TradedOrder
from tests.support.service_work import CLIENT, Firm

# 100 and 200 shares at 1,850.00 by 0.3 permille: 55.50 and 111.00; gold: 1.2 points a yuan.
FIRST, SECOND = 5_550, 11_100
SOURCE = "结算文件 0202"


async def order_of(firm: Firm) -> TradedOrder:
    [(account,)] = await firm.ask("SELECT account FROM account WHERE client_id = $1", CLIENT)
    return TradedOrder(CLIENT, str(account))


async def correct(firm: Firm, correction_id: str, fill_id: str, amount_cents: int) -> str:
    """Correct a trade's commission under approval; return the code of the decision."""
    asked = await firm.do(CorrectCommission(correction_id, CLIENT, fill_id, amount_cents, SOURCE))
    assert await firm.code(asked) == "applied"
    return await firm.code(await firm.decide(asked))


async def commission(firm: Firm) -> tuple[object, ...]:
    """What the order stands at, the sum of its entries, and the points earned with it."""
    [row] = await firm.ask(
        "SELECT (SELECT sum(commission_cents)::bigint FROM trade_order WHERE client_id = $1),"
        " (SELECT sum(amount_cents)::bigint FROM commission_entry WHERE source = 'fill'"
        "  AND client_id = $1),"
        " (SELECT sum(points_milli)::bigint FROM points_entry WHERE client_id = $1"
        "  AND 'commission-O1' IN (left(entry_id, 13), left(about, 13)))",
        CLIENT,
    )
    return row


async def figures(firm: Firm) -> tuple[int, int]:
    """The client's cash and commission of the year."""
    [(cash, year)] = await firm.ask(
        "SELECT a.cash_cents, c.year_commission_cents FROM account a JOIN client c"
        " USING (branch_id, client_id) WHERE client_id = $1",
        CLIENT,
    )
    return int(str(cash)), int(str(year))


async def test_a_trade_after_a_reversal_is_not_charged_the_reversed_commission(firm: Firm) -> None:
    created, first, second = (await order_of(firm)).steps(100, 200)
    await firm.do(created)
    await firm.do(first)
    assert await correct(firm, "K1", "O1-F2", 0) == "applied"
    assert await commission(firm) == (0, 0, 0)
    cash, year = await figures(firm)
    await firm.do(second)
    assert await commission(firm) == (SECOND, SECOND, SECOND * 12)
    assert await figures(firm) == (cash - 37_000_000 - SECOND - 370, year + SECOND)
    assert await firm.ask("SELECT * FROM points_unequal") == []


@pytest.mark.parametrize("turn", range(6))
async def test_trades_and_a_correction_in_any_order_come_to_the_same(firm: Firm, turn: int) -> None:
    """F2 must be there to be corrected; what else comes first does not matter."""
    created, first, second = (await order_of(firm)).steps(100, 200)
    steps = list(permutations(("created", "second", "correct")))[turn]
    await firm.do(first)
    for step in steps:
        if step == "correct":
            assert await correct(firm, "K1", "O1-F2", 1_000) == "applied"
        else:
            await firm.do(created if step == "created" else second)
    total = 1_000 + SECOND
    assert await commission(firm) == (total, total, total * 12)


async def test_reversed_and_posted_again_is_as_before(firm: Firm) -> None:
    """At the multiplier of the trade, whatever the client's tier is meanwhile."""
    for step in (await order_of(firm)).steps(100, 200):
        await firm.do(step)
    before = await commission(firm), await firm.balance(), await figures(firm)
    assert await correct(firm, "K1", "O1-F3", 0) == "applied"
    await firm.ask("UPDATE client_tier SET tier = 'platinum' WHERE client_id = $1", CLIENT)
    await firm.ask("UPDATE client SET tier = 'platinum' WHERE client_id = $1", CLIENT)
    assert await correct(firm, "K2", "O1-F3", SECOND) == "applied"
    assert (await commission(firm), await firm.balance(), await figures(firm)) == before
    kinds = "SELECT kind, factor, about FROM points_entry WHERE entry_id LIKE 'correction%'"
    assert await firm.ask(kinds) == [
        ("reversal", "1.2", "commission-O1-F3"),
        ("correction", "1.2", "commission-O1-F3"),
    ]


async def test_a_trade_of_a_cancelled_order_counts(firm: Firm) -> None:
    order = await order_of(firm)
    created, first, _ = order.steps(100, 200)
    cancelled = structs.replace(order.step(9, OrderState.CANCELLED), cancelled=300)
    await firm.do(created)
    await firm.do(RecordOrder("J1", 9, cancelled))
    await firm.do(first)
    assert await commission(firm) == (FIRST, FIRST, FIRST * 12)
    assert await firm.ask("SELECT state, quantity FROM trade_order") == [("cancelled", 300)]
    assert await firm.ask("SELECT fill_id FROM trade_fill") == [("O1-F2",)]


async def test_the_same_trade_again_after_its_reversal_stays_reversed(firm: Firm) -> None:
    """An engine's ledger read once more, from a second desk."""
    created, first, _ = (await order_of(firm)).steps(100, 200)
    await firm.do(created)
    await firm.do(first)
    assert await correct(firm, "K1", "O1-F2", 0) == "applied"
    balance = await firm.balance()
    assert await firm.code(await firm.do(replace_ledger(first), desk="desk-2")) == "applied"
    assert await commission(firm) == (0, 0, 0)
    assert await firm.balance() == balance


def replace_ledger(step: RecordOrder) -> RecordOrder:
    return structs.replace(step, ledger="J2", number=1)


async def test_the_floor_is_charged_once_whatever_is_corrected(firm: Firm) -> None:
    """5.00 at least for an order: the second small trade of a corrected order pays its own part."""
    order = replace(await order_of(firm), price_units=100_000, symbol="600000.SH")
    created, first, second = order.steps(100, 200)  # 1,000.00 and 2,000.00: 0.90 by rate
    await firm.do(created)
    await firm.do(first)
    assert (await commission(firm))[0] == 500
    assert await correct(firm, "K1", "O1-F2", 0) == "applied"
    await firm.do(second)
    assert (await commission(firm))[0] == 0  # what the floor covers was charged, and given back
    assert await firm.ask("SELECT * FROM points_unequal") == []
