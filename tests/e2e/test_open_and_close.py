"""Opening and closing: occupied ports, wrong databases, a second desk, working orders, bugs."""

import asyncio
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.desk.desk import Desk
from app.frame.crash import CrashReporter
from app.frame.places import Places
from app.frame.settings import read_settings
from models.status import LinkState
from models.trading.order import OrderState
from services.central.embedded import find_embedded
from tests.e2e.desk_work import Manager, at_desk, open_desk
from tests.e2e.home import BACKENDS, child, fresh_home, pids, processes_of, program, run, said
from tests.support.waiting import until


def test_occupied_ports_are_named_and_the_rest_works() -> None:
    with _occupied() as port, fresh_home(f"[exchange]\nport = {port}\n") as places:
        told = at_desk(places, _open_offline(places))
        assert "PORT_OCCUPIED" in told and str(port) in told
        assert processes_of(places) == []
        places.settings.write_text(
            places.settings.read_text("utf-8").replace("[exchange]", "[hub]"), "utf-8"
        )
        told = at_desk(places, _open_offline(places))
        assert "PORT_OCCUPIED" in told and str(port) in told


async def _open_offline(places: Places) -> str:
    """Go on although something is missing; return what the start window said of it."""
    desk = _desk(places)
    opening = asyncio.create_task(desk.open())
    try:
        await until(lambda: desk.start_window.offers_to_go_on or opening.done(), 40)
        told = desk.start_window.failure_text
        desk.start_window.go_on.emit()
        assert await opening
        status = Manager(desk).ports.board
        links = (status.status().central, status.status().feed)
        await until(lambda: LinkState.CONNECTED in _links(desk), 20)
        assert LinkState.CONNECTED in _links(desk), links
        return told
    finally:
        await desk.close()


def _links(desk: Desk) -> tuple[LinkState, LinkState]:
    status = Manager(desk).ports.board.status()
    return (status.central, status.feed)


def test_a_second_desk_is_turned_away_and_the_first_ends_with_all_it_started() -> None:
    with fresh_home() as places, child(*program(places, "desk")) as desk:
        asyncio.run(until(lambda: len(pids(places)) == len(BACKENDS), 40))
        second = run(places, "desk")
        assert second.returncode == 3 and "(DESK_RUNNING)" in second.stderr
        assert desk.poll() is None
        desk.terminate()
        assert desk.wait(30) == 0
        assert processes_of(places) == []


def test_closing_with_a_working_order_asks_and_leaves_the_engine_at_work() -> None:
    with fresh_home() as places:
        words = (sys.executable, "-m", "tests.e2e.desk_child", str(places.home), "close")
        with child(*words) as desk:
            order, asked = said(desk).split(maxsplit=1)
            assert desk.wait(20) == 0
        assert "1 笔委托未完成" in asked
        assert set(pids(places)) == set(BACKENDS)
        at_desk(places, _cancel(places, order))
        assert processes_of(places) == []


async def _cancel(places: Places, order: str) -> None:
    async with open_desk(places) as manager:
        await manager.see_order(order, OrderState.WORKING)
        await manager.see_all_well()
        await manager.ports.orders.cancel(order)
        await manager.see_order(order, OrderState.CANCELLED)
        assert await manager.close_the_window() == ""


def test_a_bug_while_opening_leaves_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(desk: Desk, *_: object) -> None:
        raise LookupError("bug")

    monkeypatch.setattr(Desk, "_open_window", broken)
    with fresh_home() as places:
        with pytest.raises(LookupError):
            at_desk(places, _open(places))
        assert processes_of(places) == []
        assert find_embedded(places.central / "pg18") is None


async def _open(places: Places) -> None:
    async with open_desk(places):
        raise AssertionError("opened in spite of the bug")


def _desk(places: Places) -> Desk:
    reporter = CrashReporter(places, "desk")
    return Desk(places=places, settings=read_settings(places.settings), reporter=reporter)


@contextmanager
def _occupied() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]
