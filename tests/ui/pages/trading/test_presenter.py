"""One ticket: the side is never set by a price, nothing goes out unchecked, rows come by event."""

import pytest

from models.errors import ExpectedFailure
from models.trading.instruction import Instruction
from models.trading.order import OrderState, Side
from models.trading.ticket import CheckLine
from tests.support.fake_ports import FakeDesk, fake_desk
from tests.support.fake_tasks import FakeTasks
from ui.pages.trading.presenter import OWNER, Step, TradingPresenter

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


def told(presenter: TradingPresenter) -> Instruction:
    """Return the client's instruction."""
    return presenter.instructions()[0]


def fill_from_instruction(presenter: TradingPresenter) -> None:
    """Fill the whole ticket from the evidence, small enough to pass."""
    presenter.choose_instruction(told(presenter).instruction_id)
    presenter.type_quantity(100)


def test_a_price_fills_the_price_and_never_the_side(presenter: TradingPresenter) -> None:
    presenter.choose_symbol("600519.SH")
    presenter.type_price(18_450_000)
    assert presenter.draft.price_units == 18_450_000
    assert presenter.draft.side is None
    presenter.choose_side(Side.SELL)
    presenter.type_price(18_440_000)
    assert presenter.draft.side is Side.SELL


def test_another_security_drops_price_quantity_side_and_evidence(
    presenter: TradingPresenter,
) -> None:
    fill_from_instruction(presenter)
    presenter.choose_symbol("600036.SH")
    draft = presenter.draft
    assert (draft.side, draft.price_units, draft.quantity) == (None, 0, 0)
    assert draft.instruction_id == "" and draft.client is not None


def test_review_names_the_next_empty_field(presenter: TradingPresenter) -> None:
    wanted: list[str] = []
    presenter.wanted.connect(wanted.append)
    presenter.choose_symbol("600519.SH")
    presenter.review()
    presenter.choose_side(Side.BUY)
    presenter.review()
    presenter.type_price(18_450_000)
    presenter.review()
    assert wanted == ["side", "price", "quantity"]
    assert presenter.step is Step.EDITING


def test_without_an_instruction_nothing_is_sent(
    desk: FakeDesk, presenter: TradingPresenter
) -> None:
    refused: list[tuple[CheckLine, ...]] = []
    presenter.refused.connect(refused.append)
    presenter.choose_symbol("600036.SH")
    presenter.choose_side(Side.BUY)
    presenter.type_price(413_600)
    presenter.type_quantity(100)
    presenter.review()
    presenter.send()
    assert [line.code for line in refused[0]] == ["NO_INSTRUCTION"]
    assert desk.orders.placed == []


def test_two_enters_send_and_the_row_comes_by_event(
    desk: FakeDesk, presenter: TradingPresenter
) -> None:
    fill_from_instruction(presenter)
    rows = len(presenter.order_lines())
    presenter.review()
    assert presenter.step is Step.REVIEW and desk.orders.placed == []
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
    presenter.review()
    presenter.send()
    assert presenter.draft.symbol == symbol and presenter.draft.client is not None
    assert presenter.draft.quantity == 0 and presenter.step is Step.EDITING


def test_a_refused_order_stays_as_a_row_with_its_reason(
    desk: FakeDesk, presenter: TradingPresenter
) -> None:
    desk.orders.refuse_with = ("SELF_TRADE", "与本人反向委托可成交")
    fill_from_instruction(presenter)
    presenter.review()
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
    presenter.review()
    presenter.send()
    assert [fault.code for fault in faults] == ["ENGINE_DOWN"]
    assert presenter.draft == before and presenter.step is Step.EDITING


def test_a_price_far_from_the_market_asks_before_sending(
    desk: FakeDesk, presenter: TradingPresenter
) -> None:
    reasons: list[tuple[str, ...]] = []
    presenter.danger.connect(reasons.append)
    fill_from_instruction(presenter)
    quote = desk.market.quote(presenter.draft.symbol)
    assert quote is not None and presenter.draft.side is Side.SELL
    presenter.type_price(quote.last_units * 95 // 100 // 100 * 100)
    presenter.review()
    presenter.send()
    assert len(reasons) == 1 and desk.orders.placed == []
    presenter.send_despite()
    assert len(desk.orders.placed) == 1


def test_typing_after_review_goes_back_to_editing(presenter: TradingPresenter) -> None:
    fill_from_instruction(presenter)
    presenter.review()
    presenter.type_quantity(200)
    assert presenter.step is Step.EDITING
    presenter.send()
    assert presenter.step is Step.EDITING


def test_the_book_is_watched_only_while_the_page_is_shown(
    desk: FakeDesk, presenter: TradingPresenter
) -> None:
    presenter.choose_symbol("600519.SH")
    assert desk.market.shown[OWNER] == {"600519.SH"}
    presenter.leave()
    assert desk.market.shown[OWNER] == frozenset()
    presenter.enter()
    assert desk.market.shown[OWNER] == {"600519.SH"}
