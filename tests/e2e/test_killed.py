"""Backends killed under an open desk: told in words, brought back, nothing lost or doubled."""

import sys

import psutil

from app.frame.places import Places
from models.status import LinkState
from models.trading.order import OrderState
from services.central.embedded import find_embedded
from tests.e2e.desk_work import Manager, at_desk, open_desk
from tests.e2e.home import child, fresh_home, pids, processes_of, said


def test_engine_then_exchange_killed_with_a_working_order() -> None:
    with fresh_home() as places:
        at_desk(places, _kill_market_side(places))
        assert processes_of(places) == []


async def _kill_market_side(places: Places) -> None:
    async with open_desk(places) as manager:
        order = await manager.leave_working_order()
        await _engine_killed(places, manager, order)
        await _exchange_killed(places, manager, order)


async def _engine_killed(places: Places, manager: Manager, order: str) -> None:
    board, killed = manager.ports.board, _kill(places, "engine")
    await manager.see("引擎中断", lambda: board.status().engine is not LinkState.CONNECTED)
    assert board.status().feed is LinkState.DOWN
    await manager.see("新引擎", lambda: pids(places).get("engine", killed) != killed)
    await manager.see_all_well()
    await manager.see_order(order, OrderState.WORKING)
    assert len(await manager.ports.orders.orders()) == 1


async def _exchange_killed(places: Places, manager: Manager, order: str) -> None:
    ticket = await manager.instruct()
    await manager.see("票面通过", lambda: manager.ports.orders.check(ticket).passes)
    killed = _kill(places, "exchange")
    words = await manager.see("行情中断", lambda: _feed_trouble(manager))
    assert "行情" in words
    assert not manager.ports.orders.check(ticket).passes
    await manager.see("新交易所", lambda: pids(places).get("exchange", killed) != killed)
    await manager.see_all_well()
    ended = await manager.see_order(order, OrderState.CANCELLED)
    assert ended.reason == "DAY_OVER"
    await manager.see_order(await manager.leave_working_order(), OrderState.WORKING)


def _feed_trouble(manager: Manager) -> str:
    status = manager.ports.board.status()
    return "" if status.feed is LinkState.CONNECTED else status.feed_text


def _kill(places: Places, name: str) -> int:
    pid = pids(places)[name]
    psutil.Process(pid).kill()
    return pid


def test_database_hub_and_worker_killed_with_contacts_logged_meanwhile() -> None:
    with fresh_home() as places:
        at_desk(places, _kill_central_side(places))
        assert processes_of(places) == []


async def _kill_central_side(places: Places) -> None:
    async with open_desk(places) as manager:
        await manager.log_contact("第一次")
        await manager.see_contact("第一次", pending=False)
        for name in ("hub", "worker"):
            _kill(places, name)
        database = find_embedded(places.central / "pg18")
        assert database is not None
        psutil.Process(database.pid).kill()
        await manager.log_contact("中断中")
        await manager.see_contact("中断中", pending=True)
        await manager.see_contact("中断中", pending=False)
        status = manager.ports.board
        await manager.see("总部恢复", lambda: status.status().central is LinkState.CONNECTED)
        await manager.see("队列清空", lambda: status.status().outbox == 0)


def test_desk_killed_with_a_working_order_goes_on_where_it_was() -> None:
    with fresh_home() as places:
        with child(sys.executable, "-m", "tests.e2e.desk_child", str(places.home)) as desk:
            order = said(desk)
            assert order, "the first desk did not come so far"
            before = pids(places)
            desk.kill()
        assert pids(places) == before and len(before) == 4
        at_desk(places, _next_desk(places, order, before))
        assert processes_of(places) == []


async def _next_desk(places: Places, order: str, before: dict[str, int]) -> None:
    async with open_desk(places) as manager:
        assert pids(places) == before
        row = await manager.see_order(order, OrderState.WORKING)
        told = await manager.ports.orders.instructions(row.client_id)
        assert row.instruction_id in {one.instruction_id for one in told}
        await manager.see_contact("已告知", pending=False)
        await manager.see("队列清空", lambda: manager.ports.board.status().outbox == 0)
        await manager.see_all_well()
        await manager.ports.orders.cancel(order)
        await manager.see_order(order, OrderState.CANCELLED)
