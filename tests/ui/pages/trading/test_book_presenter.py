"""The level-2 part asks for what is in front only, as far as it may be seen."""

from collections.abc import Callable

import pytest

from models.market.details import DetailWatch, QueuePlace, Seal
from models.market.instrument import Phase
from models.market.trading_state import TradingState
from tests.support.fake_ports import FakeDesk, fake_desk
from tests.support.fake_tasks import FakeTasks
from ui.pages.trading.book_presenter import OWNER, UNIT, BookPresenter, BookView
from ui.pages.trading.phases import phase_text
from ui.pages.trading.presenter import TradingPresenter
from widgets.paint.quantities import QuantityUnit

CLIENT, SYMBOL = "C00001", "600519.SH"
SEALS = (SYMBOL,)


@pytest.fixture
def desk() -> FakeDesk:
    return fake_desk(30)


@pytest.fixture
def page(desk: FakeDesk) -> TradingPresenter:
    made = TradingPresenter(desk.ports, FakeTasks())
    made.enter()
    made.choose_symbol(SYMBOL)
    return made


@pytest.mark.parametrize(
    ("act", "wanted"),
    [
        (lambda book: None, DetailWatch(seals=SEALS)),
        (lambda book: book.turn(BookView.FULL), DetailWatch(full=SEALS, seals=SEALS)),
        (lambda book: book.turn(BookView.FLOW), DetailWatch(flows=SEALS, seals=SEALS)),
        (
            lambda book: book.choose(("ask", 5)),
            DetailWatch(queues=(QueuePlace(SYMBOL, False, 5),), seals=SEALS),
        ),
        (lambda book: book.show_ranking(on=True), DetailWatch(seals=SEALS, has_ranking=True)),
    ],
)
def test_only_what_is_in_front_is_asked_for(
    desk: FakeDesk,
    page: TradingPresenter,
    act: Callable[[BookPresenter], object],
    wanted: DetailWatch,
) -> None:
    act(page.book)
    assert desk.books.wanted[OWNER] == wanted
    page.leave()
    assert desk.books.wanted[OWNER] == DetailWatch()
    page.enter()
    assert desk.books.wanted[OWNER] == wanted


def test_another_security_goes_back_to_its_best_prices(page: TradingPresenter) -> None:
    page.book.choose(("bid", 5))
    page.choose_symbol("600036.SH")
    assert page.book.chosen is None


def test_a_client_without_the_product_closes_the_book_and_the_next_opens_it(
    desk: FakeDesk, page: TradingPresenter
) -> None:
    desk.books.closed.add(CLIENT)
    page.book.turn(BookView.FULL)
    page.begin(CLIENT, SYMBOL)
    depth = page.book.depth()
    assert depth is not None
    assert (len(depth.bids), page.book.full()) == (5, None)
    assert desk.books.wanted[OWNER] == DetailWatch()
    page.begin("C00002", SYMBOL)
    assert page.book.full() is not None


def test_a_product_that_begins_while_shown_opens_the_book(
    desk: FakeDesk, page: TradingPresenter
) -> None:
    desk.books.closed.add(CLIENT)
    page.begin(CLIENT, SYMBOL)
    desk.books.closed.clear()
    before = page.book.access
    page.book.refresh()
    assert (before.is_level2, page.book.access.is_level2) == (False, True)
    assert desk.books.wanted[OWNER].seals == SEALS


def test_displays_are_recorded_for_who_sees_level_2(desk: FakeDesk, page: TradingPresenter) -> None:
    desk.books.closed.add(CLIENT)
    desk.books.recorded.clear()
    page.begin(CLIENT, SYMBOL)
    page.begin("C00002", SYMBOL)
    assert CLIENT not in desk.books.recorded
    assert "C00002" in desk.books.recorded


def test_the_unit_is_remembered(desk: FakeDesk, page: TradingPresenter) -> None:
    page.book.turn_unit()
    assert desk.preferences.kept == {UNIT: QuantityUnit.ONES.value}
    again = TradingPresenter(desk.ports, FakeTasks())
    assert again.book.quantities.unit is QuantityUnit.ONES


def test_a_seal_and_the_fixed_price_stand_in_the_middle(
    desk: FakeDesk, page: TradingPresenter
) -> None:
    assert page.book.remark() == ""
    desk.books.seals[SYMBOL] = Seal(SYMBOL, True, 20_000_000, 1_234_500, 70)
    assert page.book.remark() == "封单 12,345手·24.69亿"
    desk.books.state = TradingState(Phase.AFTER_HOURS, False, True, takes_fixed=True)
    assert page.book.remark() == "按收盘价成交"


def test_preset_keys_fill_lots(page: TradingPresenter) -> None:
    page.fill_preset(0)
    assert page.draft.quantity == 100
    page.fill_preset(8)
    assert page.draft.quantity == 10_000


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (None, ""),
        (TradingState(Phase.CONTINUOUS, True, True), "连续竞价 可报可撤"),
        (TradingState(Phase.OPENING_LOCKED, True, False), "开盘集合竞价 可报不可撤"),
        (TradingState(Phase.LUNCH, False, False), "午间休市 不可报撤"),
        (TradingState(Phase.BREAK, False, False, is_halted=True), "临时停牌 不可报撤"),
        (TradingState(Phase.BREAK, False, False, takes_fixed=True), "盘后等待 可报不可撤"),
        (TradingState(Phase.AFTER_HOURS, False, True, takes_fixed=True), "盘后固定价格 可报可撤"),
        (TradingState(Phase.CLOSED, False, False), "已收市"),
    ],
)
def test_phases_say_what_may_be_done(state: TradingState | None, text: str) -> None:
    assert phase_text(state) == text


def test_a_ticket_without_a_client_is_the_persons_own_again(
    desk: FakeDesk, page: TradingPresenter
) -> None:
    desk.books.closed.add(CLIENT)
    page.begin(CLIENT, SYMBOL)
    assert page.book.access.reason
    page.begin("", "")
    assert (page.draft.symbol, page.book.client_id, page.book.access.via) == (SYMBOL, "", "staff")
    assert page.order_lines() == ()
