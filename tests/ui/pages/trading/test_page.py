"""The trading page: a whole order by keyboard; a click on a level fills the price, not the side."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from models.market.own_place import OwnPlace, PlaceCertainty
from models.market.picture import Cage
from models.trading.order import OrderState, Side
from tests.support.page_kit import Stage, shown
from ui.pages.trading.page import TradingPage

CLIENT = "C00001"
FIVE_SECONDS = timedelta(seconds=5)


@pytest.fixture
def page(qtbot: QtBot, set_up: Stage) -> Iterator[TradingPage]:
    """The page on the screen."""
    made = TradingPage(set_up.kit)
    qtbot.addWidget(made)
    shown(made)
    yield made
    made.stop()


def click_best_ask(page: TradingPage) -> int:
    """Click the first level from the top that has a price; return the price."""
    ladder = page.board.ladder
    clicked: list[int] = []
    ladder.price_clicked.connect(clicked.append)
    for y in range(30, ladder.height(), 6):
        QTest.mouseClick(ladder, Qt.MouseButton.LeftButton, pos=QPoint(40, y))
        if clicked:
            return clicked[0]
    raise AssertionError("no level could be clicked")


@pytest.mark.parametrize("side", list(Side))
def test_a_click_on_a_level_fills_the_price_and_not_the_side(
    qtbot: QtBot, page: TradingPage, side: Side
) -> None:
    page.begin(CLIENT, "600036.SH")
    page.turn(side)
    price = click_best_ask(page)
    assert page.ticket.price.value_units() == price
    assert page.ticket.side.side() is side


def test_a_whole_order_by_keyboard(page: TradingPage, set_up: Stage) -> None:
    account = set_up.desk.clients.clients[1].account
    QTest.keyClicks(page.ticket.client, account)
    QTest.keyClick(page.ticket.client, Qt.Key.Key_Return)
    told = page.presenter.instructions()[0]
    QTest.keyClicks(page.ticket.security, told.symbol[:6])
    QTest.keyClick(page.ticket.security, Qt.Key.Key_Return)
    assert page.ticket.side.side() is told.side
    assert page.ticket.price.value_units() == told.price_units
    QTest.keyClick(page.ticket.quantity.field, Qt.Key.Key_Return)
    assert set_up.desk.orders.placed == []
    QTest.keyClick(page.ticket.send, Qt.Key.Key_Return)
    placed = set_up.desk.orders.placed
    assert [ticket.instruction_id for ticket in placed] == [told.instruction_id]
    assert (placed[0].client_id, placed[0].quantity) == (CLIENT, told.quantity)


def test_b_and_s_turn_the_side_in_the_number_fields(page: TradingPage) -> None:
    page.begin(CLIENT, "600036.SH")
    QTest.keyClicks(page.ticket.price.field, "41")
    QTest.keyClick(page.ticket.price.field, Qt.Key.Key_S)
    assert page.ticket.side.side() is Side.SELL
    QTest.keyClick(page.ticket.quantity.field, Qt.Key.Key_B)
    assert page.ticket.side.side() is Side.BUY
    assert page.ticket.price.value_units() == 410_000


def test_a_ticket_without_evidence_says_so_and_one_press_sends_nothing(
    page: TradingPage, set_up: Stage
) -> None:
    page.begin(CLIENT, "600036.SH")
    QTest.keyClicks(page.ticket.price.field, "41.36")
    QTest.keyClicks(page.ticket.quantity.field, "100")
    check = page.presenter.check
    assert check is not None and "NO_INSTRUCTION" in [x.code for x in check.lines if not x.ok]
    page.ticket.send.click()
    assert set_up.desk.orders.placed == []


def test_sent_without_evidence_all_the_same_it_becomes_a_refused_row(
    page: TradingPage, set_up: Stage
) -> None:
    set_up.desk.orders.refuse_with = ("NO_INSTRUCTION", "没有客户指令,不能委托")
    page.begin(CLIENT, "600036.SH")
    QTest.keyClicks(page.ticket.price.field, "41.36")
    QTest.keyClicks(page.ticket.quantity.field, "100")
    page.ticket.send.click()
    page.ticket.send.click()
    set_up.desk.orders.deliver()
    line = page.tabs.orders.current_record()
    assert line is not None and line.order.reason == "NO_INSTRUCTION"
    assert line.order.state is OrderState.REFUSED


def test_a_refused_order_becomes_the_current_row_with_its_reason(
    page: TradingPage, set_up: Stage
) -> None:
    set_up.desk.orders.refuse_with = ("SELF_TRADE", "与本人反向委托可成交")
    page.begin(CLIENT, "")
    page.presenter.choose_instruction(page.presenter.instructions()[0].instruction_id)
    rows = page.tabs.orders.rows.rowCount()
    page.presenter.send()
    assert page.tabs.orders.rows.rowCount() == rows
    number = set_up.desk.orders.deliver().client_order_id
    line = page.tabs.orders.current_record()
    assert line is not None and line.order.client_order_id == number
    assert line.order.reason == "SELF_TRADE"
    assert page.tabs.currentWidget() is page.tabs.orders


def test_the_ladder_says_when_the_market_is_silent(page: TradingPage, set_up: Stage) -> None:
    page.begin(CLIENT, "600036.SH")
    said: list[str] = []
    page.board.ladder.set_stale = said.append  # type: ignore[method-assign,assignment]
    page.board.refresh()
    set_up.desk.clock.moment += FIVE_SECONDS
    page.board.refresh()
    set_up.desk.market.step()
    page.board.refresh()
    assert said == ["", "行情已 5 秒未更新", ""]


def test_the_age_of_the_picture_is_told_beside_the_views(page: TradingPage, set_up: Stage) -> None:
    page.begin(CLIENT, "600036.SH")
    page.board.refresh()
    said = []
    for _ in range(2):
        page.board.refresh_slowly()
        said.append(page.board.book.age.text())
        set_up.desk.clock.moment += FIVE_SECONDS
    set_up.desk.market.step()
    page.board.refresh()
    page.board.refresh_slowly()
    assert [*said, page.board.book.age.text()] == ["0.0 秒前", "5.0 秒前", "0.0 秒前"]


def test_the_ladder_is_told_the_cage_of_the_shown_security(
    page: TradingPage, set_up: Stage
) -> None:
    told: list[Cage | None] = []
    page.board.ladder.set_cage = told.append  # type: ignore[method-assign,assignment]
    set_up.desk.orders.cages["600036.SH"] = Cage(420_000, 400_000)
    page.begin(CLIENT, "600036.SH")
    assert told[-1] == Cage(420_000, 400_000)
    page.begin("", "600519.SH")
    assert told[-1] is None


@pytest.mark.parametrize("width", [1_294, 1_848])
def test_the_lower_tables_never_scroll_sideways(page: TradingPage, width: int) -> None:
    page.begin(CLIENT, "600036.SH")
    shown(page, width, 740)
    for table in (page.tabs.orders, page.tabs.holdings):
        page.tabs.setCurrentWidget(table)
        QCoreApplication.sendPostedEvents()
        assert table.horizontalScrollBar().maximum() == 0
    titles = [column.title for column in page.tabs.orders.rows.columns]
    for title, least in (("状态", 70), ("原因", 120)):
        assert page.tabs.orders.columnWidth(titles.index(title)) >= least


def test_a_second_person_is_asked_for_only_from_a_million_on_and_goes_with_the_order(
    page: TradingPage, set_up: Stage
) -> None:
    page.begin(CLIENT, "")
    page.presenter.choose_instruction(page.presenter.instructions()[0].instruction_id)
    field, price = page.ticket.second_person, page.ticket.price.value_units()
    page.ticket.quantity.field.clear()
    QTest.keyClicks(page.ticket.quantity.field, "100")
    assert not field.isVisible()
    page.ticket.quantity.field.clear()
    much = -(-1_000_000 * 10_000 // price // 100) * 100 + 100
    QTest.keyClicks(page.ticket.quantity.field, str(much))
    assert field.isVisible()
    QTest.keyClick(page.ticket.quantity.field, Qt.Key.Key_Return)
    assert page.ticket.focusWidget() is field
    QTest.keyClicks(field, "S002")
    assert field.isVisible() and field.text() == "S002"
    page.presenter.send_despite()
    assert [(t.quantity, t.second_person) for t in set_up.desk.orders.placed] == [(much, "S002")]


def test_a_second_person_is_forgotten_with_the_large_amount(page: TradingPage) -> None:
    page.begin(CLIENT, "")
    page.presenter.choose_instruction(page.presenter.instructions()[0].instruction_id)
    QTest.keyClicks(page.ticket.quantity.field, "000000")
    QTest.keyClicks(page.ticket.second_person, "S002")
    assert page.presenter.draft.second_person == "S002"
    page.ticket.quantity.field.clear()
    QTest.keyClicks(page.ticket.quantity.field, "100")
    assert not page.ticket.second_person.isVisible()
    ticket = page.presenter.draft.ticket()
    assert ticket is not None and ticket.second_person == ""
    assert page.ticket.second_person.text() == ""


def test_the_danger_dialog_sends_only_when_confirmed(page: TradingPage, set_up: Stage) -> None:
    page.begin(CLIENT, "")
    page.presenter.choose_instruction(page.presenter.instructions()[0].instruction_id)
    quote = set_up.desk.market.quote(page.presenter.draft.symbol)
    assert quote is not None
    page.presenter.fill_price(quote.last_units * 94 // 100 // 100 * 100)
    page.presenter.send()
    assert page.asked is not None and page.asked.isVisible()
    assert set_up.desk.orders.placed == []
    page.asked.defaultButton().click()
    assert set_up.desk.orders.placed == []


def test_places_are_shown_of_the_tickets_client_alone(page: TradingPage, set_up: Stage) -> None:
    page.begin(CLIENT, "600036.SH")
    mine = page.presenter.order_lines()[0].order
    set_up.desk.orders.put(replace(mine, client_order_id="M1", state=OrderState.WORKING))
    page.begin(CLIENT, mine.symbol)
    bid = set_up.desk.market.depth(mine.symbol)
    assert bid is not None
    price = bid.bids[0].price_units
    exact = PlaceCertainty.EXACT
    set_up.desk.market.own[mine.symbol] = (
        OwnPlace("M1", Side.BUY, price, 100, exact, ahead=1_200, orders_ahead=2),
        OwnPlace("somebody else's", Side.BUY, price, 100, exact, ahead=5),
    )
    told: list[tuple[OwnPlace, ...]] = []
    page.board.ladder.set_own_places = told.append  # type: ignore[method-assign,assignment]
    set_up.desk.market.step()
    page.board.refresh()
    assert [one.client_order_id for one in told[-1]] == ["M1"]
    lines = {line.order.client_order_id: line for line in page.presenter.order_lines()}
    place = lines["M1"].place
    assert place is not None
    assert place.ahead == 1_200


@pytest.mark.parametrize(("width", "least", "most"), [(1_294, 236, 300), (1_848, 330, 360)])
def test_the_book_is_wide_where_the_window_is(
    page: TradingPage, width: int, least: int, most: int
) -> None:
    for turn in (1_848, 1_294, width):
        shown(page, turn, 900)
    assert least <= page.board.ladder.width() <= most


def test_a_client_without_level_2_sees_five_levels_and_why(
    page: TradingPage, set_up: Stage
) -> None:
    set_up.desk.books.closed.add(CLIENT)
    page.begin(CLIENT, "600036.SH")
    page.show_statistics()
    page.board.refresh()
    book = page.presenter.book
    depth = book.depth()
    assert depth is not None and len(depth.asks) == 5
    assert (book.full(), book.queue(), book.flow(), book.ranking()) == (None, None, None, None)
    assert page.tabs.statistics.seals.rows.rowCount() == 0


def test_a_chosen_level_brings_its_queue_and_the_way_back(page: TradingPage) -> None:
    page.begin("", "600036.SH")
    price = click_best_ask(page)
    pane = page.board.book
    chosen = page.presenter.book.chosen
    shown = (pane.level_queue.isVisible(), pane.queue.isVisible())
    assert (chosen, shown) == (("ask", price), (True, False))
    pane.back.click()
    shown = (pane.level_queue.isVisible(), pane.queue.isVisible())
    assert (page.presenter.book.chosen, shown) == (None, (False, True))


def test_a_row_of_the_statistics_opens_its_security(page: TradingPage, set_up: Stage) -> None:
    page.begin("", "600036.SH")
    page.show_statistics()
    seals = page.tabs.statistics.seals
    assert seals.rows.rowCount() > 0
    page.tabs.statistics.security_opened.emit(seals.rows.record(0).symbol)
    assert page.presenter.draft.symbol == seals.rows.record(0).symbol
    page.tabs.setCurrentIndex(0)
    assert not set_up.desk.books.wanted["trading"].has_ranking


def test_a_doubtful_book_veils_queue_and_tape_too(page: TradingPage, set_up: Stage) -> None:
    page.begin("", "600036.SH")
    set_up.desk.clock.moment += FIVE_SECONDS
    page.board.refresh()
    assert page.board.book.is_doubtful()
    set_up.desk.market.step()
    page.board.refresh()
    assert not page.board.book.is_doubtful()
