"""Full depth: what the eye rests on stands still, keys walk, a click gives a price only."""

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from models.market.details import FullDepth
from models.market.picture import Level
from tests.support import pictures
from widgets.market.book.full_depth import FullDepthView
from widgets.market.book.full_painter import HEAD, ROW, FullColumns
from widgets.market.book.full_rows import GAP, FullRows
from widgets.paint.look import Look

MANY = 200


def full(shift: int = 0, skip: int = 0) -> FullDepth:
    """Two hundred levels a side around 1,000.00; ``skip`` leaves out the best asks."""
    asks = tuple(Level(10_000_100 + shift + 100 * n, 100 + n, 1) for n in range(skip, MANY))
    bids = tuple(Level(9_999_900 + shift - 100 * n, 100 + n, 1) for n in range(MANY))
    return FullDepth("600519.SH", bids, asks, 1)


@pytest.fixture
def view(qtbot: QtBot, look: Look) -> FullDepthView:
    made = FullDepthView(look)
    qtbot.addWidget(made)
    made.resize(300, 500)
    made.show()
    made.level_chosen.connect(made.choose)
    made.show_full(full(), pictures.depth())
    return made


def screen_y(view: FullDepthView, key: tuple[str, int]) -> int:
    """Where a price stands on the screen: click there and see."""
    clicked: list[object] = []
    view.level_chosen.connect(clicked.append)
    try:
        for y in range(HEAD, view.viewport().height() - HEAD, 2):
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, y))
            if clicked and clicked[-1] == key:
                return y
    finally:
        view.level_chosen.disconnect(clicked.append)
    raise AssertionError(f"{key} is not seen")


def test_rows_run_from_the_farthest_ask_to_the_farthest_bid() -> None:
    rows = FullRows(full())
    assert len(rows) == 2 * MANY + 1
    assert rows.key(0) == ("ask", 10_000_100 + 100 * (MANY - 1))
    assert (rows.key(MANY - 1), rows.key(MANY)) == (("ask", 10_000_100), GAP)
    assert rows.key(2 * MANY) == ("bid", 9_999_900 - 100 * (MANY - 1))
    best, second = rows.row(MANY + 1), rows.row(MANY + 2)
    assert best is not None and second is not None
    assert (best.cumulative, second.cumulative) == (100, 201)


@pytest.mark.parametrize("key", [("ask", 10_000_150), ("bid", 9_999_850), GAP, ("ask", 1)])
def test_a_price_that_is_gone_is_near_its_neighbour(key: tuple[str, int]) -> None:
    rows = FullRows(full())
    assert 0 <= rows.near(key) < len(rows)
    assert rows.has(key) is (key == GAP)


def test_an_empty_side_and_an_empty_book_have_rows_or_none() -> None:
    one_sided = FullRows(msgspec.structs.replace(full(), asks=()))
    assert (len(one_sided), one_sided.gap, one_sided.near(("ask", 5))) == (MANY + 1, 0, 0)
    assert len(FullRows()) == 0


def test_shares_of_a_side_sum_up_to_the_whole() -> None:
    rows = FullRows(full())
    assert abs(sum(row.share_permille for row in rows.bids) - 1_000) <= MANY // 2


def test_the_best_prices_start_in_the_middle(view: FullDepthView) -> None:
    middle = view.viewport().height() // 2
    assert abs(screen_y(view, ("ask", 10_000_100)) - middle) < 3 * ROW


def test_new_levels_above_do_not_move_the_chosen_row(view: FullDepthView) -> None:
    chosen = ("bid", 9_999_400)
    view.choose(chosen)
    before = screen_y(view, chosen)
    view.choose(chosen)
    view.show_full(full(skip=7), pictures.depth())
    assert screen_y(view, chosen) == before


def test_without_a_choice_the_row_in_the_middle_stands_still(view: FullDepthView) -> None:
    view.choose(None)
    view.verticalScrollBar().setValue(30 * ROW)
    value = view.verticalScrollBar().value()
    view.show_full(full(skip=5), pictures.depth())
    assert view.verticalScrollBar().value() == value
    removed = msgspec.structs.replace(full(), asks=full().asks[:-4])
    view.show_full(removed, pictures.depth())
    assert view.verticalScrollBar().value() == value - 4 * ROW


def test_keys_choose_and_enter_tells_the_price(qtbot: QtBot, view: FullDepthView) -> None:
    told: list[int] = []
    view.price_clicked.connect(told.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(view, key)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(view, key)
    assert told == [9_999_800, 10_000_100]


def test_pages_reveal_what_was_chosen_and_home_goes_to_the_best(view: FullDepthView) -> None:
    start = view.verticalScrollBar().value()
    for _ in range(4):
        QTest.keyClick(view, Qt.Key.Key_PageDown)
    assert view.verticalScrollBar().value() > start
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert view.verticalScrollBar().value() == start


def test_a_click_tells_one_price_and_no_side(view: FullDepthView) -> None:
    told: list[tuple[object, ...]] = []
    view.price_clicked.connect(lambda *values: told.append(values))
    y = screen_y(view, ("bid", 9_999_900))
    told.clear()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, y))
    assert told == [(9_999_900,)]


@pytest.mark.parametrize("width", [210, 236, 260, 300, 340, 420])
def test_columns_keep_apart(width: int) -> None:
    at = FullColumns.of(width)
    ends = [end for end in (at.price, at.quantity, at.orders, at.cumulative, at.share) if end]
    assert ends == sorted(ends) and ends[-1] <= width - 10
    assert all(right - left >= 30 for left, right in zip(ends, ends[1:], strict=False))
