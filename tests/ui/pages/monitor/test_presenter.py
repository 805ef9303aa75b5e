"""The monitor shows every order, counts truly, previews a cancel, tells the trace."""

import pytest

from models.clients.tier import Tier
from models.errors import ExpectedFailure
from models.status import ChangeSet
from models.trading.charges import OrderCharges
from models.trading.order import Order, OrderState, Side
from tests.support.fake_ports import FakeDesk, fake_desk
from tests.support.fake_tasks import FakeTasks
from ui.pages.monitor.filters import FILTERS
from ui.pages.monitor.presenter import CancelPreview, MonitorPresenter, OrderDetail


@pytest.fixture
def desk() -> FakeDesk:
    """A desk of 30 clients with orders in all twelve states."""
    return fake_desk(30)


@pytest.fixture
def presenter(desk: FakeDesk) -> MonitorPresenter:
    """The presenter, shown."""
    made = MonitorPresenter(desk.ports, FakeTasks())
    made.enter()
    return made


@pytest.mark.parametrize("key", list(FILTERS))
def test_counts_equal_the_rows(presenter: MonitorPresenter, key: str) -> None:
    presenter.choose_filter(key)
    assert len(presenter.shown()) == presenter.count(key) > 0


def test_every_state_is_there(presenter: MonitorPresenter) -> None:
    assert {line.order.state for line in presenter.lines} == set(OrderState)


def test_a_refused_order_is_a_row_that_needs_a_person(presenter: MonitorPresenter) -> None:
    presenter.choose_filter("attention")
    refused = [x for x in presenter.shown() if x.order.state is OrderState.REFUSED]
    assert refused and all(line.order.reason and line.next_step for line in refused)


def test_a_cancel_is_previewed_and_sent_only_after_confirmation(
    desk: FakeDesk, presenter: MonitorPresenter
) -> None:
    asked: list[CancelPreview] = []
    presenter.cancel_asked.connect(asked.append)
    working = next(x for x in presenter.lines if x.order.state is OrderState.WORKING)
    done = next(x for x in presenter.lines if x.order.state is OrderState.FILLED)
    presenter.ask_cancel((working, done))
    assert asked[0].lines == (working,)
    assert asked[0].shares == working.order.left
    assert asked[0].value_cents == working.order.price_units * working.order.left // 100
    assert desk.orders.cancelled == []
    presenter.confirm_cancel()
    assert desk.orders.cancelled == [working.order.client_order_id]


def test_a_dropped_preview_cancels_nothing(desk: FakeDesk, presenter: MonitorPresenter) -> None:
    presenter.ask_cancel(presenter.lines)
    presenter.drop_cancel()
    presenter.confirm_cancel()
    assert desk.orders.cancelled == []


def test_the_trace_goes_from_the_evidence_to_the_fills(presenter: MonitorPresenter) -> None:
    told: list[OrderDetail] = []
    presenter.detailed.connect(told.append)
    line = next(x for x in presenter.lines if x.order.state is OrderState.FILLED)
    presenter.choose(line.order.client_order_id)
    titles = [step.title.split(" ")[0] for step in told[0].steps]
    assert titles == ["指令", "检查", "委托", "成交", "成交", "佣金与积分"]
    assert "REC-20230201" in told[0].steps[0].text
    assert sum(fill.quantity for fill in told[0].fills) == line.order.filled


def test_the_last_step_shows_what_central_booked_as_soon_as_it_answers(
    desk: FakeDesk, presenter: MonitorPresenter
) -> None:
    told: list[OrderDetail] = []
    presenter.detailed.connect(told.append)
    line = next(x for x in presenter.lines if x.order.state is OrderState.FILLED)
    number = line.order.client_order_id
    presenter.choose(number)
    assert (told[-1].steps[-1].text, told[-1].steps[-1].is_open) == ("待中心库入账", True)
    desk.orders.book(number, OrderCharges(2_957, 185, 38_441, Tier.PLATINUM))
    step = told[-1].steps[-1]
    fees = "过户费等" if line.order.side is Side.BUY else "印花税、过户费"
    assert step.text == f"佣金 29.57 元 · {fees} 1.85 元 · 积分 +38.441(白金卡 1.3 倍)"
    assert not step.is_open


def test_points_that_come_after_the_charges_are_shown(
    desk: FakeDesk, presenter: MonitorPresenter
) -> None:
    told: list[OrderDetail] = []
    presenter.detailed.connect(told.append)
    line = next(x for x in presenter.lines if x.order.state is OrderState.FILLED)
    presenter.choose(line.order.client_order_id)
    charges = OrderCharges(500, 0, 6_000, Tier.GOLD)
    desk.orders.booked[line.order.client_order_id] = charges
    desk.changes.emit(ChangeSet(clients=frozenset({line.order.client_id})))
    assert "+6(" in told[-1].steps[-1].text


def test_a_failure_to_read_is_told(desk: FakeDesk) -> None:
    async def broken() -> tuple[Order, ...]:
        raise ExpectedFailure("委托读取失败", "稍后自动重试", "STORE_BUSY")

    desk.orders.orders = broken  # type: ignore[method-assign]
    presenter = MonitorPresenter(desk.ports, FakeTasks())
    told: list[ExpectedFailure] = []
    presenter.failed.connect(told.append)
    presenter.enter()
    assert [failure.code for failure in told] == ["STORE_BUSY"]
