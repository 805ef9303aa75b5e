"""Own orders on ladder and queue: the longest words that fit, and nothing lies over a number."""

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from tests.support import pictures
from widgets.market.depth_ladder import DepthLadder
from widgets.market.ladder_layout import ladder_layout
from widgets.market.order_queue import OrderQueue
from widgets.paint.look import Look

BEST, DEEP = pictures.LAST - 100, pictures.LAST + 1_500


def ladder_of(qtbot: QtBot, look: Look, width: int) -> DepthLadder:
    made = DepthLadder(look)
    qtbot.addWidget(made)
    made.resize(width, 668)
    made.show_depth(pictures.depth())
    made.set_own_orders({BEST: 300, DEEP: 1_200})
    return made


def count(picture: QImage, colour: QColor, left: int, right: int, top: int, bottom: int) -> int:
    wanted = colour.rgb()
    return sum(
        picture.pixel(x, y) == wanted for x in range(left, right) for y in range(top, bottom)
    )


@pytest.mark.parametrize("width", [248, 284, 344, 480])
def test_the_place_stands_between_price_and_quantity(qtbot: QtBot, look: Look, width: int) -> None:
    ladder = ladder_of(qtbot, look, width)
    layout = ladder_layout(ladder.size())
    row = layout.bid_row(0)
    before = ladder.grab().toImage()
    ladder.set_own_places(pictures.own_places())
    after = ladder.grab().toImage()
    soft = look.tokens.accent_soft
    box = (layout.price(row).right() + 1, layout.bar(row).right(), row.top(), row.bottom())
    assert count(before, soft, *box) == 0
    assert count(after, soft, *box) > 50
    quantity = layout.bar(row).right() - 24  # two digits at the right of the bar
    for x in range(quantity, ladder.width()):
        for y in range(row.top(), row.bottom()):
            assert before.pixel(x, y) == after.pixel(x, y)


def test_a_wider_ladder_shows_more_words(qtbot: QtBot, look: Look) -> None:
    shown = []
    for width in (248, 344, 480):
        ladder = ladder_of(qtbot, look, width)
        ladder.set_own_places(pictures.own_places())
        row = ladder_layout(ladder.size()).bid_row(0)
        picture = ladder.grab().toImage()
        shown.append(count(picture, look.tokens.accent_soft, 0, width, row.top(), row.bottom()))
    assert shown[0] < shown[1] <= shown[2]


def test_only_rows_whose_orders_moved_are_drawn_again(qtbot: QtBot, look: Look) -> None:
    ladder = ladder_of(qtbot, look, 344)
    ladder.set_own_places(pictures.own_places())
    first = ladder.grab().toImage()
    ladder.set_own_places(pictures.own_places())
    assert ladder.grab().toImage() == first
    ladder.set_own_places(())
    assert ladder.grab().toImage() != first


def test_the_tip_of_a_level_is_about_our_orders_there(qtbot: QtBot, look: Look) -> None:
    ladder = ladder_of(qtbot, look, 284)
    ladder.set_own_places(pictures.own_places())
    ladder.show()
    for side, place, has_tip in (("bid", 0, True), ("bid", 1, False)):
        ladder._hover((side, place))
        assert ("模型 queue-2" in ladder.toolTip()) is has_tip
    ladder._hover(("bid", 0))
    ladder.set_own_places(())
    assert ladder.toolTip() == ""


def test_our_own_cell_is_filled_where_it_is_shown(qtbot: QtBot, look: Look) -> None:
    queue = OrderQueue(look)
    qtbot.addWidget(queue)
    queue.resize(344, 220)
    queue.show_depth(pictures.depth())
    fill = look.tokens.accent_fill
    assert count(queue.grab().toImage(), fill, 0, 344, 0, 220) == 0
    queue.set_own_places(pictures.own_places())
    assert count(queue.grab().toImage(), fill, 0, 344, 0, 220) > 100
    queue.set_own_places(())
    assert count(queue.grab().toImage(), fill, 0, 344, 0, 220) == 0
