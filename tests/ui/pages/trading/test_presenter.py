"""One ticket: the side is never set by a price, nothing goes out unchecked, rows come by event."""

from dataclasses import replace

import pytest

from models.errors import ExpectedFailure
from models.trading.order import OrderState, Side
from tests.support.fake_ports import FakeDesk, fake_desk
from tests.support.fake_tasks import FakeTasks
from ui.pages.trading.book_presenter import OWNER
from ui.pages.trading.presenter import TradingPresenter

CLIENT = "C00001"


@pytest.fixture
def desk() -> FakeDesk:
    """A desk of 30 clients."""
    return fake_desk(30)


@pytest.fixture
def presenter(desk: FakeDesk) -> TradingPresenter:
    """The presenter, shown, with a client and what he instructed."""
    made = TradingPresenter(desk.ports, FakeTasks())
    made.enter()
    made.begin(CLIENT, "")
    return made


def fill_from_instruction(presenter: TradingPresenter) -> None:
    """Fill the whole ticket from the evidence, small enough to pass."""
    presenter.choose_instruction(presenter.instructions()[0].instruction_id)
    edit(presenter, quantity=100)


def edit(presenter: TradingPresenter, **fields: object) -> None:
    """Change fields of the ticket as a person does."""
    ticket = presenter.draft.ticket()
    assert ticket is not None
    presenter.take(replace(ticket, **fields))  # type: ignore[arg-type]


@pytest.mark.parametrize("side", list(Side))
def test_a_clicked_price_fills_the_price_and_never_the_side(
    presenter: TradingPresenter, side: Side
) -> None:
    presenter.choose_symbol("600519.SH")
    edit(presenter, side=side)
    presenter.fill_price(18_450_000)
    assert (presenter.draft.price_units, presenter.draft.side) == (18_450_000, side)


def test_another_security_drops_price_quantity_and_evidence(presenter: TradingPresenter) -> None:
    fill_from_instruction(presenter)
    presenter.choose_symbol("600036.SH")
    draft = presenter.draft
    assert (draft.price_units, draft.quantity, draft.instruction_id) == (0, 0, "")
    assert draft.client is not None


def test_an_instruction_brings_all_that_the_client_decided(presenter: TradingPresenter) -> None:
    item = presenter.instructions()[0]
    presenter.choose_instruction(item.instruction_id)
    draft = presenter.draft
    assert (draft.symbol, draft.side) == (item.symbol, item.side)
    assert (draft.price_units, draft.quantity) == (item.price_units, item.quantity)


def test_the_matching_instruction_is_taken_by_itself_and_left_with_the_side(
    presenter: TradingPresenter,
) -> None:
    item = presenter.instructions()[0]
    presenter.choose_symbol(item.symbol)
    assert presenter.draft.instruction_id == item.instruction_id
    assert presenter.draft.side is item.side
    presenter.choose_side(Side.BUY if item.side is Side.SELL else Side.SELL)
    assert presenter.draft.instruction_id == ""


def test_a_used_up_instruction_is_not_offered(desk: FakeDesk, presenter: TradingPresenter) -> None:
    fill_from_instruction(presenter)
    taken = presenter.draft.instruction_id
    presenter.send()
    desk.orders.deliver()
    assert taken not in [item.instruction_id for item in presenter.instructions()]


def test_a_sent_instruction_does_not_fill_the_next_ticket_by_itself(
    desk: FakeDesk, presenter: TradingPresenter
) -> None:
    fill_from_instruction(presenter)
    presenter.send()
    presenter.read()  # the order is not back yet: the instruction still looks unused
    assert (presenter.draft.instruction_id, presenter.draft.quantity) == ("", 0)


def test_without_an_instruction_the_check_fails_and_the_engine_gets_to_refuse_it(
    desk: FakeDesk, presenter: TradingPresenter
) -> None:
    presenter.choose_symbol("600036.SH")
    edit(presenter, price_units=413_600, quantity=100)
    assert presenter.check is not None
    assert "NO_INSTRUCTION" in [line.code for line in presenter.check.lines if not line.ok]
    presenter.send()
    assert [ticket.instruction_id for ticket in desk.orders.placed] == [""]


def test_after_sending_the_row_comes_by_event(desk: FakeDesk, presenter: TradingPresenter) -> None:
    fill_from_instruction(presenter)
    rows = len(presenter.order_lines())
    presenter.send()
    assert [ticket.client_id for ticket in desk.orders.placed] == [CLIENT]
    assert len(presenter.order_lines()) == rows
    desk.orders.deliver()
    assert len(presenter.order_lines()) == rows + 1


def test_after_sending_client_and_security_stay_but_no_quantity(
    presenter: TradingPresenter,
) -> None:
    fill_from_instruction(presenter)
    symbol = presenter.draft.symbol
    presenter.send()
    assert presenter.draft.symbol == symbol and presenter.draft.client is not None
    assert presenter.draft.quantity == 0


def test_a_ticket_on_its_way_is_not_sent_again(desk: FakeDesk) -> None:
    tasks = FakeTasks()
    presenter = TradingPresenter(desk.ports, tasks)
    presenter.enter()
    presenter.begin(CLIENT, "")
    fill_from_instruction(presenter)
    tasks.is_held = True
    presenter.send()
    presenter.send()
    tasks.release()
    assert len(desk.orders.placed) == 1


def test_a_refused_order_stays_as_a_row_with_its_reason(
    desk: FakeDesk, presenter: TradingPresenter
) -> None:
    desk.orders.refuse_with = ("SELF_TRADE", "与本人反向委托可成交")
    fill_from_instruction(presenter)
    presenter.send()
    desk.orders.deliver()
    newest = presenter.order_lines()[0].order
    assert (newest.state, newest.reason) == (OrderState.REFUSED, "SELF_TRADE")


def test_a_fault_in_sending_keeps_the_ticket_and_is_told(
    desk: FakeDesk, presenter: TradingPresenter
) -> None:
    faults: list[ExpectedFailure] = []
    presenter.failed.connect(faults.append)
    desk.orders.failure = ExpectedFailure("引擎未连接", "等待重连后再报", "ENGINE_DOWN")
    fill_from_instruction(presenter)
    before = presenter.draft
    presenter.send()
    assert [fault.code for fault in faults] == ["ENGINE_DOWN"]
    assert presenter.draft == before


def test_a_price_far_from_the_market_asks_before_sending(
    desk: FakeDesk, presenter: TradingPresenter
) -> None:
    reasons: list[tuple[str, ...]] = []
    presenter.danger.connect(reasons.append)
    fill_from_instruction(presenter)
    quote = desk.market.quote(presenter.draft.symbol)
    assert quote is not None and presenter.draft.side is Side.SELL
    presenter.fill_price(quote.last_units * 95 // 100 // 100 * 100)
    presenter.send()
    assert len(reasons) == 1 and desk.orders.placed == []
    presenter.send_despite()
    assert len(desk.orders.placed) == 1


def test_the_book_is_watched_only_while_the_page_is_shown(
    desk: FakeDesk, presenter: TradingPresenter
) -> None:
    presenter.choose_symbol("600519.SH")
    assert desk.market.shown[OWNER] == {"600519.SH"}
    presenter.leave()
    assert desk.market.shown[OWNER] == frozenset()
    presenter.enter()
    assert desk.market.shown[OWNER] == {"600519.SH"}
