"""On the card grid typing searches from anywhere, Enter opens, and nothing hides silently."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.support.page_kit import Stage, shown
from ui.pages.clients.page import ClientsPage


@pytest.fixture
def page(qtbot: QtBot, set_up: Stage) -> Iterator[ClientsPage]:
    """The page on the screen."""
    made = ClientsPage(set_up.kit)
    qtbot.addWidget(made)
    shown(made)
    yield made
    made.stop()


def test_typing_on_the_cards_filters(page: ClientsPage) -> None:
    page.view.setFocus()
    QTest.keyClicks(page.view, "wjg")
    assert page.search.text() == "wjg"
    names = {page.rows.index(row).data() for row in range(page.rows.rowCount())}
    assert names == {"王建国"}
    assert page.shown.text() == f"显示 {page.rows.rowCount()} / 30"


def test_enter_in_the_search_box_opens_the_first_match(qtbot: QtBot, page: ClientsPage) -> None:
    page.search.setText("王建国")
    with qtbot.waitSignal(page.open_client) as opened:
        QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert opened.args == [page.presenter.cards[0].client_id]


def test_down_goes_to_the_cards_and_enter_opens_the_chosen_one(
    qtbot: QtBot, page: ClientsPage
) -> None:
    QTest.keyClick(page.search, Qt.Key.Key_Down)
    page.view.setCurrentIndex(page.rows.index(1))
    with qtbot.waitSignal(page.open_client) as opened:
        QTest.keyClick(page.view, Qt.Key.Key_Return)
    assert opened.args == [page.presenter.cards[1].client_id]


def test_a_chip_shows_as_many_cards_as_it_counts(page: ClientsPage) -> None:
    page.chips.choose("platinum")
    assert page.rows.rowCount() == page.presenter.count("platinum")
    assert page.rows.rowCount() > 0


def test_no_match_offers_a_way_back(page: ClientsPage) -> None:
    page.chips.choose("silver")
    QTest.keyClicks(page.search, "zzz")
    assert page.no_match.isVisible() and not page.view.isVisible()
    page.no_match.acted.emit()
    assert page.view.isVisible()
    assert (page.search.text(), page.chips.current()) == ("", "all")
    assert page.rows.rowCount() == 30


def test_only_cards_on_the_screen_are_revalued(page: ClientsPage, set_up: Stage) -> None:
    page.resize(700, 300)
    visible = page.visible_ids()
    assert 0 < len(visible) < 30
    set_up.desk.market.step()
    page.presenter.value_visible(page.visible_ids())
    assert set_up.desk.clients.queries[-1].client_ids == visible


def test_a_hidden_page_hears_changes_without_reading(page: ClientsPage, set_up: Stage) -> None:
    page.hide()
    read = len(set_up.desk.clients.queries)
    set_up.desk.orders.put(set_up.desk.orders.everything()[0])
    assert len(set_up.desk.clients.queries) == read
    page.show()
    assert len(set_up.desk.clients.queries) == read + 1
