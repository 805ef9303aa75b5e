"""Exchange, engine and desk on loopback: the trace of an order with nothing faked."""

from pathlib import Path

from models.money import RATE_UNITS_PER_PERMILLE
from models.status import LinkState
from models.trading.instruction import Instruction
from models.trading.order import Order, OrderState
from models.wire.ledger import (
    CancelOrder,
    CancelRefused,
    GiveInstruction,
    OpenAccount,
    OrderChanged,
    PlaceOrder,
)
from services.link.desk.ledger_client import LedgerClient
from tests.support.lanes import (
    RememberingDesk,
    ledger_client,
)
from tests.support.processes import (
    TRADE_DATE,
    market_clock,
    running_engine,
    running_exchange,
    shown_depth,
)
from tests.support.trading import ACCOUNT, CLIENT, PING_AN, STAFF, firm_settings, instruction
from tests.support.waiting import until

_S = OrderState


def _orders(desk: RememberingDesk, name: str) -> list[Order]:
    return [
        event.order
        for event in desk.events
        if isinstance(event, OrderChanged) and event.order.client_order_id == name
    ]


def _state(desk: RememberingDesk, name: str) -> OrderState | None:
    steps = _orders(desk, name)
    return steps[-1].state if steps else None


async def _prepare(client: LedgerClient, *told: Instruction) -> None:
    await until(lambda: client.state is LinkState.CONNECTED)
    await client.send(firm_settings())
    rate = 25 * RATE_UNITS_PER_PERMILLE // 100
    await client.send(OpenAccount(ACCOUNT, CLIENT, TRADE_DATE.isoformat(), 20_000_000, rate, ()))
    for given in told:
        await client.send(GiveInstruction(given))


def _order(name: str, told: Instruction, instruction_id: str | None = None) -> PlaceOrder:
    followed = told.instruction_id if instruction_id is None else instruction_id
    return PlaceOrder(
        name,
        CLIENT,
        ACCOUNT,
        told.symbol,
        told.side,
        told.quantity,
        told.price_units,
        followed,
        STAFF,
    )


async def test_order_is_filled_refused_cancelled_and_survives_restarts(tmp_path: Path) -> None:
    clock, desk = market_clock(), RememberingDesk()
    async with running_exchange(clock) as exchange:
        async with running_engine(clock, exchange, tmp_path) as port:
            depth = await shown_depth(port, PING_AN)
            ask, floor = depth.asks[0].price_units, depth.quote.limit_down_units
            buy = instruction("buy", quantity=200, price_units=ask + 500)
            rest = instruction("rest", quantity=300, price_units=floor)
            async with ledger_client(port, desk) as client:
                await _prepare(client, buy, rest)
                await client.send(_order("filled", buy))
                await until(lambda: _state(desk, "filled") is _S.FILLED)
                await client.send(_order("refused", buy, instruction_id=""))
                await until(lambda: _state(desk, "refused") is _S.REFUSED)
                await client.send(_order("working", rest))
                await until(lambda: _state(desk, "working") is _S.WORKING)
        filled = _orders(desk, "filled")[-1]
        assert filled.filled == 200
        assert 0 < filled.average_units <= ask + 500
        assert _orders(desk, "refused")[-1].reason == "NO_INSTRUCTION"
        async with (
            running_engine(clock, exchange, tmp_path) as port,
            ledger_client(port, desk) as client,
        ):
            await until(lambda: client.state is LinkState.CONNECTED)
            await client.send(CancelOrder("working", STAFF))
            await until(lambda: _state(desk, "working") is _S.CANCELLED)
            await client.send(CancelOrder("working", STAFF))
            await until(lambda: isinstance(desk.events[-1], CancelRefused))
    assert [event.number for event in desk.events] == list(range(1, len(desk.events) + 1))


async def test_orders_of_an_exchange_that_ended_are_over(tmp_path: Path) -> None:
    clock, desk = market_clock(), RememberingDesk()
    async with (
        running_exchange(clock) as exchange,
        running_engine(clock, exchange, tmp_path) as port,
        ledger_client(port, desk) as client,
    ):
        floor = (await shown_depth(port, PING_AN)).quote.limit_down_units
        told = instruction("rest", quantity=300, price_units=floor)
        await _prepare(client, told)
        await client.send(_order("working", told))
        await until(lambda: _state(desk, "working") is _S.WORKING)
    async with (
        running_exchange(clock) as exchange,
        running_engine(clock, exchange, tmp_path) as port,
        ledger_client(port, desk),
    ):
        await until(lambda: _state(desk, "working") is _S.CANCELLED)
    assert _orders(desk, "working")[-1].reason == "DAY_OVER"
