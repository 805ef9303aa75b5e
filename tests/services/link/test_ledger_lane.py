"""The ledger lane over a real socket with the real order path behind it."""

from pathlib import Path

import pytest

from models.errors import ExpectedFailure
from models.status import LinkState
from models.trading.order import OrderState
from models.wire.ledger import GiveInstruction, OrderChanged
from tests.support.lanes import RememberingDesk, ledger_client, served_lanes
from tests.support.trading import instruction, opening, place, running_bench
from tests.support.waiting import until

_S = OrderState


async def test_order_of_a_desk_is_told_to_every_desk(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench, served_lanes(bench.trader) as port:
        first, second = RememberingDesk(), RememberingDesk()
        async with ledger_client(port, first) as client, ledger_client(port, second) as other:
            await until(lambda: client.state is other.state is LinkState.CONNECTED)
            await client.send(opening())
            await client.send(GiveInstruction(instruction()))
            await client.send(place())
            await until(lambda: len(second.events) == 5)
            await until(lambda: first.events == second.events)
        last = first.events[-1]
        assert isinstance(last, OrderChanged)
        assert last.order.state is _S.SENT


async def test_desk_that_returns_gets_every_event_after_its_number(tmp_path: Path) -> None:
    desk = RememberingDesk()
    async with running_bench(tmp_path) as bench, served_lanes(bench.trader) as port:
        await bench.prepared()
        async with ledger_client(port, desk):
            await until(lambda: len(desk.events) == 4)
        await bench.works(place())
        async with ledger_client(port, desk):
            await until(lambda: len(desk.events) == 7)
        assert [event.number for event in desk.events] == [1, 2, 3, 4, 5, 6, 7]
        assert desk.welcomes[-1].last_number == 7


async def test_desk_follows_an_engine_that_was_restarted(tmp_path: Path) -> None:
    desk = RememberingDesk()
    async with running_bench(tmp_path) as bench, served_lanes(bench.trader) as port:
        await bench.prepared()
        async with ledger_client(port, desk) as client:
            await until(lambda: len(desk.events) == 4)
            ledger = desk.ledger
        assert client.state is LinkState.CONNECTED
    async with (
        running_bench(tmp_path) as bench,
        served_lanes(bench.trader, port=port) as port,
        ledger_client(port, desk),
    ):
        await bench.works(place())
        await until(lambda: len(desk.events) == 7)
    assert desk.ledger == ledger


async def test_new_journal_restarts_the_numbers(tmp_path: Path) -> None:
    desk = RememberingDesk()
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        async with running_bench(folder) as bench, served_lanes(bench.trader) as port:
            await bench.prepared()
            async with ledger_client(port, desk):
                ledger = bench.books.ledger
                await until(lambda: desk.ledger == ledger and len(desk.events) == 4)  # noqa: B023
    assert len(desk.welcomes) == 2


async def test_repeated_request_is_answered_to_the_asker_only(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench, served_lanes(bench.trader) as port:
        await bench.prepared()
        await bench.works(place())
        desk, other = RememberingDesk(), RememberingDesk()
        async with ledger_client(port, desk) as client, ledger_client(port, other):
            await until(lambda: len(desk.events) == len(other.events) == 7)
            await client.send(place())
            await until(lambda: desk.repeats)
            assert desk.repeats == [desk.events[-1]]
            assert not other.repeats


async def test_wrong_token_is_denied(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench, served_lanes(bench.trader) as port:
        desk = RememberingDesk()
        async with ledger_client(port, desk, token="guess") as client:
            await until(lambda: "口令" in client.text)
            assert not desk.welcomes


async def test_nothing_is_sent_or_kept_while_the_engine_is_away() -> None:
    desk = RememberingDesk()
    async with ledger_client(1, desk) as client:
        await until(lambda: client.state is LinkState.DOWN)
        with pytest.raises(ExpectedFailure) as failure:
            await client.send(place())
        assert failure.value.code == "ENGINE_DOWN"


async def test_occupied_port_is_named(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench, served_lanes(bench.trader) as port:
        with pytest.raises(ExpectedFailure) as failure:
            async with served_lanes(bench.trader, port=port):
                pass
        assert failure.value.code == "PORT_OCCUPIED"
        assert str(port) in failure.value.title


async def test_desk_ahead_of_the_journal_is_denied(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench, served_lanes(bench.trader) as port:
        await bench.prepared()
        desk = RememberingDesk()
        async with ledger_client(port, desk):
            await until(lambda: len(desk.events) == 4)
        desk.events.append(desk.events[-1])
        async with ledger_client(port, desk) as client:
            await until(lambda: "编号" in client.text)
