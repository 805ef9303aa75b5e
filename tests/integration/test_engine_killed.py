"""The engine is killed without warning, again and again; nothing is lost, nothing is sent twice."""

import asyncio
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from models.market.instrument import Exchange, SecurityKind
from models.rules.ticket.tariff import CostBasis, Tariff
from models.status import LinkState
from models.trading.order import FINAL_STATES, Order, OrderState, Side
from models.wire.exchange import NewOrder, OrderReport
from models.wire.ledger import GiveInstruction, OpenAccount, OrderChanged, PlaceOrder
from services.clock.clock import ReplayClock
from services.engine.trading.books.books import Books
from services.engine.trading.books.rulings import Rulebook, Rulings
from services.engine.trading.journal.file import read_journal
from services.exchange.orders.door import Request
from services.exchange.orders.gateway import Gateway
from services.exchange.orders.hall import OrderHall
from tests.support.lanes import RememberingDesk, ledger_client
from tests.support.processes import TRADE_DATE, market_clock, running_exchange, shown_depth
from tests.support.shared_data import REPOSITORY
from tests.support.trading import (
    ACCOUNT,
    CLIENT,
    DAY,
    PING_AN,
    STAFF,
    firm_settings,
    instruction,
    ticket_rules,
)
from tests.support.waiting import until

_ROUNDS = 6
_BURST = 6


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count what reaches the exchange, by order reference."""
    counted: Counter[str] = Counter()
    take = OrderHall.take

    def counting(hall: OrderHall, gateway: Gateway, request: Request) -> list[OrderReport]:
        if isinstance(request, NewOrder):
            counted[request.order_ref] += 1
        return take(hall, gateway, request)

    monkeypatch.setattr(OrderHall, "take", counting)
    return counted


@asynccontextmanager
async def _engine_to_kill(
    clock: ReplayClock, exchange_port: int, folder: Path
) -> AsyncIterator[int]:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.engine_child",
        str(exchange_port),
        str(folder),
        clock.text(),
        stdout=asyncio.subprocess.PIPE,
        cwd=REPOSITORY,
    )
    assert child.stdout is not None
    try:
        async with asyncio.timeout(30):
            yield int(await child.stdout.readline())
    finally:
        child.kill()
        await child.wait()


def _orders(desk: RememberingDesk) -> dict[str, Order]:
    return {
        event.order.client_order_id: event.order
        for event in desk.events
        if isinstance(event, OrderChanged)
    }


async def test_kill_at_any_instant_loses_and_doubles_nothing(
    tmp_path: Path, received: Counter[str]
) -> None:
    clock, desk, chance = market_clock(), RememberingDesk(), random.Random(7)
    placed: list[str] = []
    async with running_exchange(clock) as exchange:
        for turn in range(_ROUNDS):
            async with (
                _engine_to_kill(clock, exchange, tmp_path) as port,
                ledger_client(port, desk) as client,
            ):
                ask = (await shown_depth(port, PING_AN)).asks[0].price_units
                await until(lambda: client.state is LinkState.CONNECTED)  # noqa: B023
                await client.send(firm_settings())
                await client.send(
                    OpenAccount(ACCOUNT, CLIENT, TRADE_DATE.isoformat(), 90_000_000, 2_500, ())
                )
                for at in range(_BURST):
                    told = instruction(f"I{turn}-{at}", quantity=100, price_units=ask + 100 * at)
                    await client.send(GiveInstruction(told))
                    name = f"O{turn}-{at}"
                    placed.append(name)
                    await client.send(
                        PlaceOrder(
                            name,
                            CLIENT,
                            ACCOUNT,
                            PING_AN,
                            Side.BUY,
                            100,
                            told.price_units,
                            told.instruction_id,
                            STAFF,
                        )
                    )
                enough = len(desk.events) + chance.randrange(2, 3 * _BURST)
                await until(lambda: len(desk.events) >= enough)  # noqa: B023
        async with (
            _engine_to_kill(clock, exchange, tmp_path) as port,
            ledger_client(port, desk),
        ):
            await until(
                lambda: all(
                    order.state in FINAL_STATES or order.state is OrderState.WORKING
                    for order in _orders(desk).values()
                )
            )
    orders = _orders(desk)
    assert set(received) <= set(orders) <= set(placed)
    assert set(received.values()) <= {1}
    assert any(order.state is OrderState.FILLED for order in orders.values())
    _check_journal(tmp_path, desk)


def _check_journal(folder: Path, desk: RememberingDesk) -> None:
    """What the journal adds up to is what the desk was told, and the cash is right to the cent."""
    rules = ticket_rules()
    books = Books(Rulings(Rulebook(rules.market, rules.calendar, DAY), lambda _settings: None))
    for record in read_journal(folder / f"{TRADE_DATE}.journal").records:
        books.apply(record)
    assert books.events == desk.events
    tariff = Tariff(rules.market, rules.settings, DAY)
    basis = CostBasis(Exchange.SZSE, SecurityKind.STOCK, Side.BUY, 2_500)
    paid = sum(
        -tariff.net_cents(basis, order.filled_units // 100) for order in books.orders.values()
    )
    account = books.accounts[ACCOUNT]
    assert account.cash_cents == 90_000_000 - paid
    bought = sum(order.filled for order in books.orders.values())
    assert account.holdings[PING_AN].quantity == bought
    assert bought == sum(fill.quantity for fill in books.fills.values())
