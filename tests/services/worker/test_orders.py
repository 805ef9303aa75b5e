"""Fills change holding, cash, charges and points: to the cent, once, whatever the order."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import permutations

import pytest
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncEngine

from models.trading.order import OrderState, Side
from models.wire.commands import Envelope, RecordOrder
from tests.support.central_work import TradedOrder, apply, envelope
from tests.support.postgres import ask, engine_on

CLIENT = "C000001"
CASH = 1_000_000_00
RATE_08_PERMILLE = 8_000


@dataclass(frozen=True, slots=True)
class Books:
    """What an order leaves behind."""

    cash: int
    holding: tuple[int, int, int]  # quantity, sellable, cost
    charged: tuple[int, int]  # commission, fees on the order
    points_gained: int
    year_gained: int


@pytest.fixture
async def engine(demo_central: str) -> AsyncIterator[AsyncEngine]:
    async with engine_on(demo_central) as engine:
        yield engine


@pytest.fixture
async def order(demo_central: str) -> TradedOrder:
    """A gold client at 0.8 permille with a million and 1,000 shares of 600519 that cost 1.5 m."""
    await ask(
        demo_central,
        "UPDATE client SET rate_units = $1, points_milli = 0, year_commission_cents = 0,"
        " tier = 'gold' WHERE client_id = $2",
        RATE_08_PERMILLE,
        CLIENT,
    )
    await ask(demo_central, "DELETE FROM client_rate WHERE client_id = $1", CLIENT)
    await ask(
        demo_central,
        "INSERT INTO client_rate VALUES ('B001', $1, '2015-01-01', '', 'M001', $2)",
        CLIENT,
        RATE_08_PERMILLE,
    )
    await ask(demo_central, "UPDATE client_tier SET tier = 'gold' WHERE client_id = $1", CLIENT)
    [(account,)] = await ask(
        demo_central,
        "UPDATE account SET cash_cents = $1 WHERE client_id = $2 RETURNING account",
        CASH,
        CLIENT,
    )
    await ask(demo_central, "DELETE FROM holding WHERE client_id = $1", CLIENT)
    await ask(
        demo_central,
        "INSERT INTO holding VALUES ('B001', $1, '600519.SH', 'M001', $2, 1000, 1000, 150000000)",
        account,
        CLIENT,
    )
    return TradedOrder(CLIENT, str(account))


async def books(url: str, order: TradedOrder) -> Books:
    [(cash,)] = await ask(url, "SELECT cash_cents FROM account WHERE account = $1", order.account)
    [holding] = await ask(
        url,
        "SELECT quantity, sellable, cost_cents FROM holding WHERE account = $1 AND symbol = $2",
        order.account,
        order.symbol,
    )
    [charged] = await ask(
        url,
        "SELECT commission_cents, fees_cents FROM trade_order WHERE client_order_id = $1",
        order.name,
    )
    [(points, year)] = await ask(
        url,
        "SELECT points_milli, year_commission_cents FROM client WHERE client_id = $1",
        order.client_id,
    )
    return Books(cash, holding, charged, points, year)  # type: ignore[arg-type]


def sent(commands: list[RecordOrder]) -> list[Envelope]:
    return [envelope(command, CLIENT) for command in commands]


# 300 × 1,850.00 = 555,000.00; commission 0.8 ‰ = 444.00; transfer 0.001 % = 5.55; ×1.2 points.
BOUGHT = Books(
    cash=CASH - 55_500_000 - 44_400 - 555,
    holding=(1_300, 1_000, 150_000_000 + 55_500_000 + 44_400 + 555),
    charged=(44_400, 555),
    points_gained=532_800,
    year_gained=44_400,
)


@pytest.mark.parametrize("fills", [(300,), (100, 200), (1, 99, 200)])
async def test_a_buy_costs_the_same_in_one_trade_or_many(
    engine: AsyncEngine, demo_central: str, order: TradedOrder, fills: tuple[int, ...]
) -> None:
    await apply(engine, *sent(order.steps(*fills)))
    assert await books(demo_central, order) == BOUGHT
    assert await ask(
        demo_central,
        "SELECT state, filled, cancelled FROM trade_order WHERE client_order_id = $1",
        order.name,
    ) == [("filled", 300, 0)]


@pytest.mark.parametrize("turn", range(6))
async def test_steps_in_any_order_give_the_same_books(
    engine: AsyncEngine, demo_central: str, order: TradedOrder, turn: int
) -> None:
    steps = list(permutations(order.steps(100, 200)))[turn]
    await apply(engine, *sent(list(steps)))
    assert await books(demo_central, order) == BOUGHT
    query = "SELECT state, filled, updated_at FROM trade_order WHERE client_order_id = $1"
    newest = ("filled", 300, "2023-02-01T10:00:03.000+08:00")
    assert await ask(demo_central, query, order.name) == [newest]


async def test_points_entries_add_up_exactly(
    engine: AsyncEngine, demo_central: str, order: TradedOrder
) -> None:
    await apply(engine, *sent(order.steps(100, 200)))
    assert await ask(
        demo_central,
        "SELECT entry_id, points_milli FROM points_entry WHERE entry_id LIKE 'commission-O1%'"
        " ORDER BY entry_id",
    ) == [("commission-O1-F2", 177_600), ("commission-O1-F3", 355_200)]


async def test_a_sell_lowers_what_may_be_sold_and_pays_stamp_duty(
    engine: AsyncEngine, demo_central: str, order: TradedOrder
) -> None:
    sell = order.named("O2", side=Side.SELL, quantity=400)
    await apply(engine, *sent(sell.steps(400)))
    # 740,000.00: commission 592.00, transfer 7.40, stamp 0.1 % (before 28 Aug 2023) 740.00
    assert await books(demo_central, sell) == Books(
        cash=CASH + 74_000_000 - 59_200 - 740 - 74_000,
        holding=(600, 600, 90_000_000),
        charged=(59_200, 74_740),
        points_gained=710_400,
        year_gained=59_200,
    )


async def test_the_floor_is_charged_once_an_order(
    engine: AsyncEngine, demo_central: str, order: TradedOrder
) -> None:
    small = order.named("O3", symbol="588000.SH", quantity=300, price_units=10_320)
    await apply(engine, *sent(small.steps(100, 200)))
    # an ETF: 309.60, no stamp, no transfer; floor 5.00 with the first trade, nothing after
    assert await books(demo_central, small) == Books(
        cash=CASH - 30_960 - 500,
        holding=(300, 0, 30_960 + 500),
        charged=(500, 0),
        points_gained=6_000,
        year_gained=500,
    )
    entries = "SELECT count(*) FROM points_entry WHERE entry_id LIKE 'commission-O3%'"
    assert await ask(demo_central, entries) == [(1,)]


async def test_multiplier_is_that_of_the_trade_dates_tier(
    engine: AsyncEngine, demo_central: str, order: TradedOrder
) -> None:
    await ask(
        demo_central,
        "INSERT INTO client_tier VALUES ('B001', $1, '2023-02-02', 'M001', 'platinum', '')",
        CLIENT,
    )
    await ask(demo_central, "UPDATE client SET tier = 'platinum' WHERE client_id = $1", CLIENT)
    await apply(engine, *sent(order.steps(300)))
    assert (await books(demo_central, order)).points_gained == BOUGHT.points_gained


async def test_a_fill_under_another_command_id_counts_once(
    engine: AsyncEngine, demo_central: str, order: TradedOrder
) -> None:
    steps = order.steps(100, 200)
    await apply(engine, *sent(steps), *sent(steps))
    assert await books(demo_central, order) == BOUGHT


async def test_a_late_fill_of_a_cancelled_order_counts(
    engine: AsyncEngine, demo_central: str, order: TradedOrder
) -> None:
    working, first, last = order.steps(100, 200)
    gone = replace(order.step(9, OrderState.PARTLY_CANCELLED, 100), cancelled=200)
    cancelled = RecordOrder(order.ledger, 9, gone)
    await apply(engine, *sent([working, first, cancelled, last]))
    assert await books(demo_central, order) == BOUGHT
    query = "SELECT state FROM trade_order WHERE client_order_id = $1"
    assert await ask(demo_central, query, order.name) == [("partly_cancelled",)]


async def test_selling_what_is_not_there_counts_and_asks_a_person(
    engine: AsyncEngine, demo_central: str, order: TradedOrder
) -> None:
    await apply(engine, *sent(order.named("O4", side=Side.SELL, quantity=1_200).steps(1_200)))
    [(quantity, cost)] = await ask(
        demo_central,
        "SELECT quantity, cost_cents FROM holding WHERE account = $1",
        order.account,
    )
    assert (quantity, cost) == (-200, 0)
    tasks = await ask(demo_central, "SELECT kind, about FROM task WHERE about = 'O4'")
    assert tasks == [("reconcile", "O4")]


async def test_an_order_id_of_another_client_is_refused(
    engine: AsyncEngine, demo_central: str, order: TradedOrder
) -> None:
    await apply(engine, *sent(order.steps(300)))
    [(other,)] = await ask(demo_central, "SELECT account FROM account WHERE client_id = 'C000002'")
    stolen = TradedOrder("C000002", str(other)).steps(300)
    await apply(engine, envelope(stolen[-1], "C000002"))
    assert await books(demo_central, order) == BOUGHT
    query = "SELECT code FROM command_answer WHERE outcome = 'refused'"
    assert await ask(demo_central, query) == [("ORDER_CONFLICT",)]


async def test_a_refused_order_is_kept_as_a_row(
    engine: AsyncEngine, demo_central: str, order: TradedOrder
) -> None:
    refused = replace(
        order.step(1, OrderState.REFUSED), reason="NO_INSTRUCTION", reason_text="没有客户指令"
    )
    await apply(engine, *sent([RecordOrder("J1", 1, refused)]))
    query = "SELECT state, reason, reason_text FROM trade_order WHERE client_order_id = $1"
    rows = await ask(demo_central, query, order.name)
    assert rows == [("refused", "NO_INSTRUCTION", "没有客户指令")]
