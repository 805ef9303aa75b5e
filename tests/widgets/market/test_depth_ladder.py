"""The ladder: a click gives a price and nothing else, and nothing overlaps."""

from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from models.market.instrument import Phase
from models.market.picture import BookHealth, Cage, Depth
from tests.support import pictures
from widgets.market.depth_ladder import DepthLadder
from widgets.market.ladder_layout import MIN_ROW, ladder_layout, least_height
from widgets.market.ladder_painter import all_places
from widgets.market.ladder_state import LadderState, QuantityUnit, changed_prices
from widgets.paint.fonts import TextStyle
from widgets.paint.look import Look
from widgets.paint.marks import draw_text, text_width
from widgets.paint.tokens import dark_tokens, with_green_rise

HEIGHTS = (300, 412, 486, 560, 668, 812, 980)


@pytest.fixture
def ladder(qtbot: QtBot, look: Look) -> DepthLadder:
    made = DepthLadder(look)
    qtbot.addWidget(made)
    made.resize(284, 668)
    made.show_depth(pictures.depth())
    made.show()
    return made


def press(qtbot: QtBot, ladder: DepthLadder, box: QRect) -> None:
    QTest.mouseClick(ladder, Qt.MouseButton.LeftButton, pos=box.center())


def test_click_on_any_level_tells_its_price_only(qtbot: QtBot, ladder: DepthLadder) -> None:
    told: list[tuple[object, ...]] = []
    ladder.price_clicked.connect(lambda *values: told.append(values))
    layout, depth = ladder_layout(ladder.size()), pictures.depth()
    for place in range(10):
        press(qtbot, ladder, layout.ask_row(place))
        press(qtbot, ladder, layout.bid_row(place))
    asks, bids = depth.asks, depth.bids
    expected = [(level.price_units,) for pair in zip(asks, bids, strict=True) for level in pair]
    assert told == expected


def test_click_on_a_missing_level_or_the_middle_tells_nothing(
    qtbot: QtBot, ladder: DepthLadder
) -> None:
    ladder.show_depth(pictures.limit_up_depth())
    layout = ladder_layout(ladder.size())
    with qtbot.assertNotEmitted(ladder.price_clicked):
        press(qtbot, ladder, layout.ask_row(0))
        press(qtbot, ladder, layout.middle)


def test_right_button_gives_no_price(qtbot: QtBot, ladder: DepthLadder) -> None:
    box = ladder_layout(ladder.size()).ask_row(0)
    with qtbot.assertNotEmitted(ladder.price_clicked):
        QTest.mouseClick(ladder, Qt.MouseButton.RightButton, pos=box.center())


def test_title_of_the_quantity_column_switches_lots_and_shares(
    qtbot: QtBot, ladder: DepthLadder
) -> None:
    layout = ladder_layout(ladder.size())
    with qtbot.waitSignal(ladder.unit_changed) as told:
        press(qtbot, ladder, layout.bar(layout.head))
    assert told.args == [QuantityUnit.SHARES]
    assert LadderState(unit=QuantityUnit.SHARES).quantity(12_300) == "12,300"
    assert LadderState(unit=QuantityUnit.LOTS).quantity(12_300) == "123"


@pytest.mark.parametrize("height", HEIGHTS)
def test_rows_fill_the_height_and_never_leave_it(height: int) -> None:
    layout = ladder_layout(QSize(284, height))
    assert layout.row_height >= MIN_ROW
    assert layout.foot.bottom() < height
    assert height - layout.foot.bottom() <= 2 * layout.row_height
    assert layout.ask_row(0).bottom() + 1 == layout.middle.top()
    assert layout.bid_row(0).top() == layout.middle.bottom() + 1


def test_ten_levels_are_shown_wherever_they_fit() -> None:
    assert ladder_layout(QSize(284, least_height(10, 0))).levels == 10
    assert ladder_layout(QSize(284, least_height(10, 0) - 1)).levels == 5


@pytest.mark.parametrize("width", [248, 260, 312, 420])
def test_columns_never_touch_and_hold_their_widest_text(look: Look, width: int) -> None:
    layout = ladder_layout(QSize(width, 668))
    row = layout.ask_row(0)
    parts = [layout.label(row), layout.price(row), layout.bar(row), layout.count(row)]
    assert all(left.right() < right.left() for left, right in zip(parts, parts[1:], strict=False))
    assert text_width("1,845.65", TextStyle.NUMBER) <= layout.price(row).width()
    assert text_width("99999", TextStyle.BODY) <= layout.count(row).width()
    for unit in QuantityUnit:
        state = LadderState(unit=unit)
        for shares in (99_999_900, 999_999, 1_248_700, 100):
            text = state.quantity(shares)
            assert text_width(text, TextStyle.NUMBER) + 6 <= layout.bar(row).width()


def test_swap_of_rise_and_fall_swaps_the_pixels(
    qtbot: QtBot, ladder: DepthLadder, look: Look
) -> None:
    def bar_colours() -> tuple[str, str]:
        picture = ladder.grab().toImage()
        layout = ladder_layout(ladder.size())
        longest_ask = max(range(10), key=lambda p: pictures.depth().asks[p].quantity)
        longest_bid = max(range(10), key=lambda p: pictures.depth().bids[p].quantity)
        places = (
            layout.bar(layout.ask_row(longest_ask)),
            layout.bar(layout.bid_row(longest_bid)),
        )
        ask, bid = (picture.pixelColor(box.left() + 8, box.center().y()) for box in places)
        return ask.name(), bid.name()

    red_up = bar_colours()
    look.wear(with_green_rise(dark_tokens()))
    green_up = bar_colours()
    assert red_up[0] != red_up[1]
    assert green_up == (red_up[1], red_up[0])


@pytest.mark.parametrize(
    ("depth", "stale", "warning"),
    [
        (pictures.depth(), "", ""),
        (pictures.depth(health=BookHealth.RECOVERING), "", "正在补齐"),
        (pictures.depth(health=BookHealth.BROKEN), "", "正在补齐"),
        (pictures.depth(), "行情已 12 秒未更新", "行情已 12 秒未更新"),
    ],
)
def test_a_doubtful_book_says_so_in_words(depth: Depth, stale: str, warning: str) -> None:
    told = LadderState(depth=depth, stale_text=stale).warning
    assert (warning in told) and bool(told) == bool(warning)


def test_auction_phases_show_the_virtual_price() -> None:
    phases = {p: LadderState(depth=pictures.depth(p)).in_auction for p in Phase}
    auctions = {phase for phase, is_one in phases.items() if is_one}
    assert auctions == {Phase.OPENING_CALL, Phase.OPENING_LOCKED, Phase.CLOSING_CALL}


def test_only_levels_that_changed_are_marked() -> None:
    before, after = pictures.depth(), pictures.depth(Phase.OPENING_CALL)
    assert changed_prices(None, after) == frozenset()
    assert changed_prices(before, after) == frozenset()
    held = pictures.limit_up_depth()
    new = {level.price_units for level in held.bids}
    assert changed_prices(before, held) == new


def test_places_name_both_sides() -> None:
    assert len(set(all_places(10))) == 20
    layout = ladder_layout(QSize(284, 668))
    assert layout.level_at(layout.ask_row(9).center()) == ("ask", 9)
    assert layout.level_at(QPoint(10, layout.middle.center().y())) is None


@pytest.mark.parametrize(
    ("cage", "said", "left_out"),
    [
        (None, {"无价格笼子"}, {"买入上限", "卖出下限"}),
        (Cage(408_100, 391_900), {"买入上限", "40.81", "卖出下限", "39.19"}, {"无价格笼子"}),
    ],
)
def test_foot_names_the_cage_or_says_there_is_none(
    ladder: DepthLadder,
    monkeypatch: pytest.MonkeyPatch,
    cage: Cage | None,
    said: set[str],
    left_out: set[str],
) -> None:
    drawn: list[str] = []

    def note(painter: QPainter, box: QRect, text: str, *more: Any) -> None:
        drawn.append(text)
        draw_text(painter, box, text, *more)

    monkeypatch.setattr("widgets.market.ladder_middle.draw_text", note)
    ladder.set_cage(cage)
    ladder.grab()
    assert said <= set(drawn)
    assert not left_out & set(drawn)


def test_a_newer_picture_is_painted_before_the_call_returns(
    qtbot: QtBot, ladder: DepthLadder
) -> None:
    qtbot.waitExposed(ladder)
    qtbot.waitUntil(lambda: not ladder.grab().isNull())
    newer = msgspec.structs.replace(pictures.depth(), sequence=77)
    painted: list[int] = []
    ladder.painted.connect(lambda: painted.append(ladder.shown.sequence if ladder.shown else 0))
    ladder.show_depth(newer)
    assert painted == [77]
    ladder.hide()
    ladder.show_depth(pictures.depth())
    assert painted == [77]
