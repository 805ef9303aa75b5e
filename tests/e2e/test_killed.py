"""Backends killed under an open desk: told in words, brought back, nothing lost or doubled."""

import psutil

from app.frame.places import Places
from models.status import LinkState
from models.trading.order import OrderState
from tests.e2e.desk_work import Manager, at_desk, open_desk
from tests.e2e.home import fresh_home, pids, processes_of


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
    await manager.see("引擎恢复", lambda: _all_is_well(manager))
    await manager.see_order(order, OrderState.WORKING)
    assert len(await manager.ports.orders.orders()) == 1


async def _exchange_killed(places: Places, manager: Manager, order: str) -> None:
    board, killed = manager.ports.board, _kill(places, "exchange")
    ticket = await _down_in_words(manager)
    assert ticket
    await manager.see("新交易所", lambda: pids(places).get("exchange", killed) != killed)
    await manager.see("行情与交易恢复", lambda: _all_is_well(manager))
    ended = await manager.find("日终", lambda: _ended(manager, order))
    assert ended.reason == "DAY_OVER", ended
    assert board.status().feed is LinkState.CONNECTED


async def _down_in_words(manager: Manager) -> bool:
    status = await manager.see("行情中断", lambda: _down(manager))
    print(status)
    return True


def _down(manager: Manager):
    status = manager.ports.board.status()
    return status if status.feed is LinkState.DOWN else None


async def _ended(manager: Manager, name: str):
    [row] = [row for row in await manager.ports.orders.orders() if row.client_order_id == name]
    return row if row.state is not OrderState.WORKING else None


def _all_is_well(manager: Manager) -> bool:
    status = manager.ports.board.status()
    return status.engine is LinkState.CONNECTED and status.feed is LinkState.CONNECTED


def _kill(places: Places, name: str) -> int:
    pid = pids(places)[name]
    psutil.Process(pid).kill()
    return pid
