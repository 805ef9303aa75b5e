"""Exchange and engine on loopback: our order's place is the matching engine's own, and moves."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from models.dates import BEIJING
from models.market.own_place import OwnPlace, PlaceCertainty, QueueDoubt
from models.market.picture import Depth
from models.status import LinkState
from models.trading.order import OrderState
from models.wire.exchange import NewOrder, OrderReport
from models.wire.ledger import GiveInstruction, OpenAccount, OrderChanged
from models.wire.view import Watch
from services.clock.clock import ReplayClock
from services.engine.queue.diary import read_report
from services.exchange.calibration.run import Truth, truth_of
from services.exchange.floor.venue import Venue
from services.exchange.orders.door import Request
from services.exchange.orders.gateway import Gateway
from services.exchange.orders.hall import OrderHall
from tests.support.lanes import RememberingDesk, RememberingScreen, ledger_client, view_client
from tests.support.processes import TRADE_DATE, running_engine, running_exchange, shown_depth
from tests.support.trading import ACCOUNT, CLIENT, MOUTAI, firm_settings, instruction, place
from tests.support.waiting import until

_SPEED_PERMILLE = 10_000
_AGREEMENTS = 30


@pytest.fixture
def venues(monkeypatch: pytest.MonkeyPatch) -> list[Venue]:
    """The exchange's own venue of the security, once an order has come."""
    found: list[Venue] = []
    take = OrderHall.take

    def looking(hall: OrderHall, gateway: Gateway, request: Request) -> list[OrderReport]:
        if isinstance(request, NewOrder):
            found.append(hall._market.venues[request.symbol])
        return take(hall, gateway, request)

    monkeypatch.setattr(OrderHall, "take", looking)
    return found


def _newest(screen: RememberingScreen) -> Depth | None:
    depths = [depth for frame in screen.frames[-60:] for depth in frame.depths]
    return depths[-1] if depths else None


def _place(screen: RememberingScreen, name: str) -> OwnPlace | None:
    depth = _newest(screen)
    own = depth.own if depth is not None else ()
    return next((one for one in own if one.client_order_id == name), None)


def _states(desk: RememberingDesk) -> dict[str, OrderState]:
    orders = [event.order for event in desk.events if isinstance(event, OrderChanged)]
    return {order.client_order_id: order.state for order in orders}


def _truths(venue: Venue) -> dict[int, Truth]:
    own = [order for order in venue.book.orders.values() if order.owner is not None]
    return {order.price_units: truth_of(venue.book, order) for order in own}


def _agreements(screen: RememberingScreen, venue: Venue) -> Callable[[], bool]:
    """Compare whenever the screen has every record that the exchange has published."""
    found: set[int] = set()

    def look() -> bool:
        depth = _newest(screen)
        if depth is None or depth.sequence != venue.tape.channel.last_sequence:
            return False
        for told in depth.own:
            if told.doubt is not QueueDoubt.NOT_IN_BOOK:  # filled, its report is on the way
                assert told.certainty is PlaceCertainty.EXACT
                truth = _truths(venue)[told.price_units]
                assert truth == (
                    told.left,
                    told.ahead,
                    told.orders_ahead,
                    told.behind,
                    told.better,
                )
                found.add(depth.sequence)
        return len(found) >= _AGREEMENTS

    return look


def _ahead(screen: RememberingScreen, name: str) -> list[int]:
    depths = (depth for frame in screen.frames for depth in frame.depths)
    own = (one for depth in depths for one in depth.own if one.client_order_id == name)
    return [one.ahead for one in own if one.is_placed]


async def test_place_is_the_exchanges_own_moves_up_and_survives_a_restart(
    tmp_path: Path, venues: list[Venue]
) -> None:
    start = datetime(2023, 2, 1, 10, 0, tzinfo=BEIJING)
    clock = ReplayClock(start, time.time_ns(), _SPEED_PERMILLE)
    desk, screen, again = RememberingDesk(), RememberingScreen(), RememberingScreen()
    folder = tmp_path / "engine"
    folder.mkdir()
    async with running_exchange(clock) as exchange:
        async with (
            running_engine(clock, exchange, folder) as port,
            ledger_client(port, desk) as client,
            view_client(port, screen) as view,
        ):
            bids = (await shown_depth(port, MOUTAI)).bids
            deep = bids[-1].price_units - 10_000  # it stands a while
            prices = {level.price_units: f"near{n}" for n, level in enumerate(bids)}
            prices[deep] = "far"
            told = {
                name: instruction(name, symbol=MOUTAI, quantity=100, price_units=price)
                for price, name in prices.items()
            }
            await until(lambda: client.state is LinkState.CONNECTED)
            await client.send(firm_settings())
            await client.send(
                OpenAccount(ACCOUNT, CLIENT, TRADE_DATE.isoformat(), 900_000_000, 2_500, ())
            )
            for given in told.values():
                await client.send(GiveInstruction(given))
            view.watch(Watch((), (MOUTAI,)))
            for name, given in told.items():
                await client.send(place(name, given))
            await until(lambda: _place(screen, "far") is not None)
            await until(_agreements(screen, venues[0]))
            await until(lambda: any(len(set(_ahead(screen, name))) > 1 for name in told))
        for name in told:
            ahead = _ahead(screen, name)
            assert ahead == sorted(ahead, reverse=True)
        async with (
            running_engine(clock, exchange, folder) as port,
            view_client(port, again) as view,
        ):
            view.watch(Watch((), (MOUTAI,)))
            await until(lambda: (now := _place(again, "far")) is not None and now.is_placed)
            await until(_agreements(again, venues[0]))
    far_ahead = [*_ahead(screen, "far"), *_ahead(again, "far")]
    assert far_ahead == sorted(far_ahead, reverse=True)
    last = _place(again, "far")
    assert last is not None
    assert last.filled_permille == tuple(sorted(last.filled_permille))
    report = read_report(folder / "queue")
    assert "far" in {kept.told.client_order_id for kept in report.orders}
    assert _states(desk)["far"] is OrderState.WORKING
