"""The ladder: a click gives a price and nothing else, and nothing overlaps."""

from dataclasses import replace

import msgspec
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from models.market.instrument import Phase, SecurityKind
from models.market.picture import BookHealth, Cage, Depth
from services.desk.market.licensed import ordinary
from tests.support import pictures
from widgets.market.depth_ladder import DepthLadder
from widgets.market.ladder_layout import MIN_ROW, ladder_layout, least_height
from widgets.market.ladder_middle import foot_lines
from widgets.market.ladder_painter import all_places
from widgets.market.ladder_state import LadderState, changed_prices
from widgets.paint.fonts import TextStyle
from widgets.paint.look import Look
from widgets.paint.marks import text_width
from widgets.paint.numbers import percent_text
from widgets.paint.quantities import Quantities, QuantityUnit
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


def test_title_of_the_quantity_column_asks_for_the_other_unit(
    qtbot: QtBot, ladder: DepthLadder
) -> None:
    layout = ladder_layout(ladder.size())
    lots = ladder.grab().toImage()
    with qtbot.waitSignal(ladder.unit_pressed):
        press(qtbot, ladder, layout.bar(layout.head))
    ladder.set_quantities(Quantities().turned())
    assert ladder.grab().toImage() != lots


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
        quantities = Quantities(unit)
        for shares in (99_999_900, 999_999, 1_248_700, 100, 99_937):
            text = quantities.text(shares)
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


def foot_words(state: LadderState) -> set[str]:
    assert state.depth is not None
    lines = foot_lines(state, state.depth, dark_tokens())
    return {word for line in lines for title, text, _ in line for word in (title, text)}


@pytest.mark.parametrize(
    ("cage", "said", "left_out"),
    [
        (None, {"无价格笼子"}, {"买入上限", "卖出下限"}),
        (Cage(408_100, 391_900), {"买入上限", "40.81", "卖出下限", "39.19"}, {"无价格笼子"}),
    ],
)
def test_foot_names_the_cage_or_says_there_is_none(
    cage: Cage | None, said: set[str], left_out: set[str]
) -> None:
    words = foot_words(LadderState(depth=pictures.depth(), cage=cage))
    assert said <= words
    assert not left_out & words


def test_foot_tells_totals_averages_counts_and_the_balance() -> None:
    words = foot_words(LadderState(depth=pictures.depth()))
    assert {"总卖", "22,071", "总买", "18,345", "均卖", "1,870.22", "均买", "1,821.43"} <= words
    assert {"卖笔", "3,120", "买笔", "2,481", "委比", "−9.22%", "委差", "−3,726"} <= words


def test_five_levels_tell_the_balance_of_what_they_show_and_no_totals() -> None:
    depth = ordinary(pictures.depth())
    words = foot_words(LadderState(depth=depth))
    assert not {"总卖", "均买", "卖笔"} & words
    bid, ask = (sum(one.quantity for one in side) for side in (depth.bids, depth.asks))
    assert percent_text(round((bid - ask) * 10_000 / (bid + ask))) in words


def test_without_level_2_there_are_five_levels_and_the_reason(
    qtbot: QtBot, ladder: DepthLadder
) -> None:
    ten = ladder.place_of("ask", 4)
    ladder.set_level2("客户未订产品 C:显示五档", "为他开通产品 C")
    assert ladder.place_of("ask", 4) != ten
    assert ladder_layout(ladder.size(), 5, has_note=True).note.height() > 0
    ladder.set_level2("", "")
    assert ladder.place_of("ask", 4) == ten


def test_keys_walk_over_both_sides_and_enter_tells_the_price(
    qtbot: QtBot, ladder: DepthLadder
) -> None:
    ladder.level_chosen.connect(ladder.choose)
    asks, bids = pictures.depth().asks, pictures.depth().bids
    told: list[int] = []
    ladder.price_clicked.connect(told.append)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(ladder, key)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(ladder, key)
    assert told == [asks[1].price_units, bids[0].price_units]


def test_a_chosen_price_that_left_the_levels_is_not_told(ladder: DepthLadder) -> None:
    told: list[int] = []
    ladder.price_clicked.connect(told.append)
    ladder.choose(("ask", 1))
    QTest.keyClick(ladder, Qt.Key.Key_Return)
    assert told == []


def test_escape_goes_back_to_the_best_and_figures_are_sizes(
    qtbot: QtBot, ladder: DepthLadder
) -> None:
    ladder.choose(("bid", pictures.depth().bids[3].price_units))
    with qtbot.waitSignal(ladder.level_chosen) as chosen:
        QTest.keyClick(ladder, Qt.Key.Key_Escape)
    with qtbot.waitSignal(ladder.preset_pressed) as preset:
        QTest.keyClick(ladder, Qt.Key.Key_5)
    assert (chosen.args, preset.args) == ([None], [4])


@pytest.mark.parametrize(
    ("side", "price", "is_out"),
    [("ask", 101, True), ("ask", 100, False), ("bid", 89, True), ("bid", 90, False)],
)
def test_levels_beyond_the_cage_are_out_of_reach(side: str, price: int, is_out: bool) -> None:
    assert LadderState(cage=Cage(100, 90)).is_caged_out(side, price) is is_out
    assert not LadderState(cage=None).is_caged_out(side, price)
    assert not LadderState(cage=Cage(0, 0)).is_caged_out(side, price)


def test_the_course_of_an_auction_grows_with_each_match_and_ends_with_it() -> None:
    state = LadderState()
    first = pictures.depth(Phase.OPENING_CALL)
    state.take(first)
    state.take(first)
    state.take(msgspec.structs.replace(first, auction_units=first.auction_units + 100))
    assert [point.price_units for point in state.course] == [pictures.LAST, pictures.LAST + 100]
    state.take(pictures.depth())
    assert state.course == ()


@pytest.mark.parametrize(
    ("quantities", "quantity", "text"),
    [
        (Quantities(), 12_300, "123"),
        (Quantities(), 237, "2.37"),
        (Quantities(), 37, "0.37"),
        (Quantities(), 1_234_567, "12,346"),
        (Quantities(), 123_456_700, "123.5万"),
        (Quantities().turned(), 237, "237"),
        (Quantities(lot=10, one="张"), 120, "12"),
        (Quantities(lot=10, one="张"), 125, "12.5"),
        (Quantities(lot=10, one="张").turned(), 12_345, "12,345"),
    ],
)
def test_odd_lots_keep_their_fraction(quantities: Quantities, quantity: int, text: str) -> None:
    assert quantities.text(quantity) == text


@pytest.mark.parametrize(
    ("kind", "lot", "word"),
    [
        (SecurityKind.STOCK, 100, "股"),
        (SecurityKind.ETF, 100, "份"),
        (SecurityKind.CONVERTIBLE, 10, "张"),
    ],
)
def test_a_lot_is_what_the_security_says(kind: SecurityKind, lot: int, word: str) -> None:
    form = Quantities().turned().of(replace(pictures.instrument(), kind=kind))
    assert (form.lot, form.word, form.unit) == (lot, word, QuantityUnit.ONES)


def test_a_changed_quantity_moves_no_row(ladder: DepthLadder) -> None:
    places = [ladder.place_of(side, place) for side, place in all_places(10)]
    depth = pictures.depth()
    bids = (msgspec.structs.replace(depth.bids[0], quantity=990_000), *depth.bids[1:])
    ladder.show_depth(msgspec.structs.replace(depth, bids=bids))
    assert [ladder.place_of(side, place) for side, place in all_places(10)] == places


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
