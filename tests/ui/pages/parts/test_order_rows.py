"""An order's line tells its place in the queue only to who may see level 2 of its client."""

import msgspec
import pytest

from models.market.own_place import OwnPlace, PlaceCertainty
from models.trading.order import Order, OrderState
from tests.support.fake_ports import FakeDesk, fake_desk
from ui.pages.parts.order_rows import order_line


@pytest.fixture
def desk() -> FakeDesk:
    return fake_desk(30)


@pytest.fixture
def order(desk: FakeDesk) -> Order:
    """A working order whose book is on the screen, and its place known."""
    found = next(one for one in desk.orders.everything() if one.state is OrderState.WORKING)
    desk.market.show_depth("page", frozenset({found.symbol}))
    desk.market.own[found.symbol] = (
        OwnPlace(
            found.client_order_id,
            found.side,
            found.price_units,
            found.quantity,
            PlaceCertainty.EXACT,
            ahead=700,
        ),
    )
    return found


def test_a_working_order_tells_its_place(desk: FakeDesk, order: Order) -> None:
    place = order_line(order, None, desk.ports, {}).place
    assert place is not None and place.ahead == 700


def test_without_level_2_of_the_client_there_is_no_place(desk: FakeDesk, order: Order) -> None:
    desk.books.closed.add(order.client_id)
    assert order_line(order, None, desk.ports, {}).place is None


def test_a_final_order_has_no_place(desk: FakeDesk, order: Order) -> None:
    done = msgspec.structs.replace(order, state=OrderState.FILLED)
    assert order_line(done, None, desk.ports, {}).place is None
