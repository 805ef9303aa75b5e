"""The engine when something around it is missing."""

from pathlib import Path

import pytest

from models.errors import ExpectedFailure
from models.status import LinkState
from models.trading.order import OrderState
from models.wire.ledger import GiveInstruction, OrderChanged
from tests.support.lanes import RememberingDesk, RememberingScreen, ledger_client, view_client
from tests.support.processes import market_clock, running_engine, running_exchange, shown_depth
from tests.support.trading import PING_AN, firm_settings, instruction, opening, place
from tests.support.waiting import until


def _last_state(desk: RememberingDesk) -> tuple[OrderState, str] | None:
    orders = [event.order for event in desk.events if isinstance(event, OrderChanged)]
    return (orders[-1].state, orders[-1].reason) if orders else None


async def test_engine_without_an_exchange_says_so_and_finds_it_later(tmp_path: Path) -> None:
    clock, desk, screen = market_clock(), RememberingDesk(), RememberingScreen()
    async with running_exchange(clock) as exchange:
        pass
    async with (
        running_engine(clock, exchange, tmp_path) as port,
        ledger_client(port, desk) as client,
    ):
        async with view_client(port, screen):
            await until(lambda: screen.frames and screen.frames[-1].health.orders == "down")
        await until(lambda: client.state is LinkState.CONNECTED)
        await client.send(firm_settings())
        await client.send(opening())
        await client.send(GiveInstruction(instruction()))
        await client.send(place("early"))
        await until(lambda: _last_state(desk) == (OrderState.REFUSED, "UNKNOWN_SECURITY"))
        async with running_exchange(clock, exchange):
            depth = await shown_depth(port, PING_AN)
            told = instruction("I2", quantity=100, price_units=depth.quote.limit_down_units)
            await client.send(GiveInstruction(told))
            await client.send(place("later", told))
            await until(lambda: _last_state(desk) == (OrderState.WORKING, ""))


async def test_two_engines_do_not_share_a_folder(tmp_path: Path) -> None:
    clock = market_clock()
    async with running_engine(clock, 1, tmp_path):
        with pytest.raises(ExpectedFailure) as failure:
            async with running_engine(clock, 1, tmp_path):
                pass
    assert failure.value.code == "ENGINE_RUNNING"


async def test_occupied_port_ends_the_engine_with_its_number(tmp_path: Path) -> None:
    clock = market_clock()
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    async with running_engine(clock, 1, tmp_path / "one") as port:
        with pytest.raises(ExpectedFailure) as failure:
            async with running_engine(clock, 1, tmp_path / "two", port):
                pass
    assert failure.value.code == "PORT_OCCUPIED"
    assert str(port) in failure.value.title
