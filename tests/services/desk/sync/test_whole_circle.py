"""Commands from the desk through hub, inbox and worker to PostgreSQL, and their rows back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from app.worker import run_worker
from models.status import LinkState
from models.tables.firm import ACCOUNT, CONTACT, HOLDING, TASK, TRADE_ORDER
from models.trading.instruction import Instruction, InstructionChannel, PriceType
from models.trading.order import Fill, Order, OrderState, Side
from models.wire.commands import AcknowledgeAlert, LogContact
from models.wire.ledger import OrderChanged
from services.desk.storage.queries.alerts import read_acknowledged
from services.desk.storage.queries.client_file import read_client_file
from services.desk.storage.queries.entries import ClientEntry, read_entries
from services.desk.storage.synced.provisional import open_envelopes
from services.desk.sync.hub_client import HubClient, SignInFacts
from services.desk.sync.order_store import OrderStore
from services.link.backoff import Backoff
from tests.support.desk_data import Desk, open_desk
from tests.support.hub_desk import running_hub
from tests.support.postgres import FixedClock, ask
from tests.support.trusting import PLAIN
from tests.support.waiting import DEADLINE_S

AT = "2023-02-01T10:00:00.000+08:00"
Condition = Callable[[Connection], object]


@asynccontextmanager
async def working(url: str) -> AsyncIterator[None]:
    """A worker on this database."""
    stop = asyncio.Event()
    worker = asyncio.create_task(
        run_worker(
            database_url=url, clock=FixedClock(), night_at="", ready=lambda _: None, stop=stop
        )
    )
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(worker, DEADLINE_S)


@asynccontextmanager
async def linked(desk: Desk, port: int, staff_id: str = "M001") -> AsyncIterator[None]:
    """The desk in step with the hub."""
    client = HubClient(
        facts=SignInFacts((f"ws://127.0.0.1:{port}",), staff_id, "demo", "desk-1", trust=PLAIN),
        store=desk.store,
        outbox=desk.outbox,
        changes=desk.changes,
        board=desk.board,
        backoff=Backoff(first_s=0.01, most_s=0.05),
    )
    task = asyncio.create_task(client.run())
    try:
        await stored(desk, lambda c: desk.board.status().central is LinkState.CONNECTED)
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def stored(desk: Desk, condition: Condition) -> None:
    """Wait until the store says so; looked at after each change."""
    told = asyncio.Event()
    leave = desk.changes.subscribe(lambda _: told.set())
    async with asyncio.timeout(DEADLINE_S):
        while not await desk.store.read(condition):
            await told.wait()
            told.clear()
    leave()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """An empty desk of M001 in branch B001."""
    async with open_desk(tmp_path, branch_id="B001") as found:
        yield found


async def first_client(desk: Desk) -> ClientEntry:
    """A client with an account and a holding of more than 200 sellable shares."""
    entries = await desk.store.read(read_entries)
    return next(
        entry
        for entry in entries.values()
        if any(held.sellable > 200 and held.symbol[0] == "6" for held in entry.holdings)
    )


def nothing_open(connection: Connection) -> bool:
    """Whether central has answered everything."""
    return not open_envelopes(connection)


async def test_logged_contact_comes_back_as_centrals(demo_central: str, desk: Desk) -> None:
    async with running_hub(demo_central) as port, working(demo_central), linked(desk, port):
        client_id = (await first_client(desk)).client_id
        await desk.outbox.add(LogContact("K-new", client_id, "phone", "out", "谈了", AT), client_id)
        await stored(desk, nothing_open)
        file = await desk.store.read(lambda c: read_client_file(c, client_id))
        assert file is not None and "K-new" not in file.pending
        assert [row["summary"] for row in file.contacts if row["contact_id"] == "K-new"] == ["谈了"]
        rows = await ask(demo_central, "SELECT summary FROM contact WHERE contact_id = 'K-new'")
        assert rows == [("谈了",)]


async def test_refused_instruction_goes_and_a_task_tells_why(demo_central: str, desk: Desk) -> None:
    async with running_hub(demo_central) as port, working(demo_central), linked(desk, port):
        entry = await first_client(desk)
        bad = Instruction(
            "I-bad", entry.client_id, entry.accounts[0], "2023-02-01", "600519.SH", Side.BUY, 100,
            100_000, PriceType.LIMIT, InstructionChannel.APP, "", True, True, "M001", AT,
        )  # fmt: skip
        orders = OrderStore(store=desk.store, outbox=desk.outbox, clock=desk.clock)
        await orders.store_instruction(bad)
        assert "I-bad" in [one.instruction_id for one in await orders.instructions(entry.client_id)]
        await stored(desk, nothing_open)
        left = await orders.instructions(entry.client_id)
        assert "I-bad" not in [one.instruction_id for one in left]
        query = select(TASK.c.body).where(TASK.c.kind == "command_refused")
        (body,) = await desk.store.read(lambda c: c.execute(query).scalars().all())
        assert "留痕" in body


async def test_acknowledged_alert_is_one_task_on_both_sides(demo_central: str, desk: Desk) -> None:
    async with running_hub(demo_central) as port, working(demo_central), linked(desk, port):
        client_id = (await first_client(desk)).client_id
        noted = AcknowledgeAlert("A:1", client_id, "大跌", "已致电", AT)
        await desk.outbox.add(noted, client_id)
        assert "A:1" in await desk.store.read(read_acknowledged)
        await stored(desk, nothing_open)
        query = select(TASK.c.note).where(TASK.c.about == "A:1")
        assert await desk.store.read(lambda c: c.execute(query).scalars().all()) == ["已致电"]


async def test_trade_ends_with_the_same_figures_on_both_sides(
    demo_central: str, desk: Desk
) -> None:
    async with running_hub(demo_central) as port, working(demo_central), linked(desk, port):
        entry = await first_client(desk)
        held = next(h for h in entry.holdings if h.sellable > 200 and h.symbol[0] == "6")
        store = OrderStore(store=desk.store, outbox=desk.outbox, clock=desk.clock)
        for event in sale_in_three_steps(entry, held.symbol):
            await store.store_event("L1", event)
        await stored(desk, nothing_open)
        mine = await figures_here(desk, entry.accounts[0], held.symbol)
        assert mine == await figures_at_central(demo_central, entry.accounts[0], held.symbol)
        assert mine[0] == held.quantity - 200
        charged = select(TRADE_ORDER.c.commission_cents).where(
            TRADE_ORDER.c.client_order_id == "O-1"
        )
        assert await desk.store.read(lambda c: c.execute(charged).scalar_one()) >= 500


async def test_commands_written_offline_are_applied_once_after_reconnecting(
    demo_central: str, desk: Desk
) -> None:
    async with running_hub(demo_central) as port, working(demo_central):
        async with linked(desk, port):
            client_id = (await first_client(desk)).client_id
        for number in range(5):
            contact = LogContact(f"K-{number}", client_id, "phone", "in", f"第{number}次", AT)
            await desk.outbox.add(contact, client_id)
        async with linked(desk, port):
            await stored(desk, nothing_open)
        rows = await ask(demo_central, "SELECT count(*) FROM contact WHERE contact_id LIKE 'K-_'")
        assert rows == [(5,)]
        mine = select(CONTACT.c.contact_id).where(CONTACT.c.contact_id.like("K-_"))
        assert len(await desk.store.read(lambda c: c.execute(mine).all())) == 5


def sale_in_three_steps(entry: ClientEntry, symbol: str) -> list[OrderChanged]:
    """200 shares at 10.00, traded in two parts."""

    def step(number: int, state: OrderState, filled: int, fill: int) -> OrderChanged:
        order = Order(
            "O-1", entry.client_id, entry.accounts[0], symbol, Side.SELL, 200, 100_000, "", "M001",
            AT, state, filled=filled, filled_units=filled * 100_000, updated_at=AT,
        )  # fmt: skip
        trade = Fill(f"F-{number}", "O-1", 100_000, fill, AT) if fill else None
        return OrderChanged(number, AT, order, trade)

    return [
        step(1, OrderState.WORKING, 0, 0),
        step(2, OrderState.PARTLY_FILLED, 100, 100),
        step(3, OrderState.FILLED, 200, 100),
    ]


async def figures_here(desk: Desk, account: str, symbol: str) -> tuple[int, ...]:
    """Quantity, sellable, cost and cash in the local store."""
    held = select(HOLDING.c.quantity, HOLDING.c.sellable, HOLDING.c.cost_cents).where(
        HOLDING.c.account == account, HOLDING.c.symbol == symbol
    )
    cash = select(ACCOUNT.c.cash_cents).where(ACCOUNT.c.account == account)
    return await desk.store.read(lambda c: (*c.execute(held).one(), c.execute(cash).scalar_one()))


async def figures_at_central(url: str, account: str, symbol: str) -> tuple[object, ...]:
    """The same at central."""
    query = (
        "SELECT h.quantity, h.sellable, h.cost_cents, a.cash_cents FROM holding h"
        " JOIN account a ON a.account = h.account WHERE h.account = $1 AND h.symbol = $2"
    )
    (row,) = await ask(url, query, account, symbol)
    return row
