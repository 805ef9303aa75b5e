"""Queue of a level, flow by size, an auction's course: they say what they know, or why not."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QRect
from pytestqt.qtbot import QtBot

from models.market.details import OrderFlow, PriceQueue, QueuePlace
from models.market.instrument import Phase
from tests.support import pictures
from tests.support.fake_books import BOUNDS, flow
from widgets.market.book.flow_panel import FlowPanel
from widgets.market.book.level_queue import LevelQueue
from widgets.market.book.queue_cells import CELL_HEIGHT, QueueForm, QueueGrid
from widgets.market.depth_ladder import DepthLadder
from widgets.paint.look import Look

PLACE = QueuePlace("600519.SH", True, 18_456_500)


def queue(orders: int) -> PriceQueue:
    """A queue of so many orders."""
    sizes = tuple(100 + number for number in range(orders))
    return PriceQueue(PLACE, orders, sum(sizes), sizes)


@pytest.fixture
def level_queue(qtbot: QtBot, look: Look) -> LevelQueue:
    made = LevelQueue(look)
    qtbot.addWidget(made)
    made.resize(260, 150)
    made.show()
    return made


def test_more_than_fifty_orders_can_be_scrolled_to_the_last(level_queue: LevelQueue) -> None:
    level_queue.show_queue(queue(180))
    bar = level_queue.verticalScrollBar()
    assert bar.maximum() > 0
    first = level_queue.grab().toImage()
    bar.setValue(bar.maximum())
    assert level_queue.grab().toImage() != first


def test_a_newer_picture_of_the_same_price_keeps_the_place(level_queue: LevelQueue) -> None:
    level_queue.show_queue(queue(180))
    level_queue.verticalScrollBar().setValue(5)
    level_queue.show_queue(queue(181))
    assert level_queue.verticalScrollBar().value() == 5
    level_queue.show_queue(PriceQueue(QueuePlace("600519.SH", False, 1), 0, 0, ()))
    assert level_queue.verticalScrollBar().value() == 0


def test_cells_lie_side_by_side_and_inside() -> None:
    grid = QueueGrid(QRect(10, 40, 237, 95))
    cells = [grid.cell(number) for number in range(grid.room)]
    assert all(QRect(10, 40, 237, 95).contains(cell) for cell in cells)
    assert all(not one.intersects(two) for one, two in zip(cells, cells[1:], strict=False))
    assert grid.lines == 95 // CELL_HEIGHT


@pytest.mark.parametrize(
    ("quantity", "is_large", "is_huge"), [(99, False, False), (100, True, False), (500, True, True)]
)
def test_big_orders_are_those_of_the_firms_bounds(
    quantity: int, is_large: bool, is_huge: bool
) -> None:
    form = QueueForm(large_from=1_000_000, huge_from=5_000_000)
    assert form.is_large(10_000, quantity) is is_large
    assert form.is_huge(10_000, quantity) is is_huge
    assert not QueueForm().is_large(10_000, quantity)


def test_flow_without_bounds_says_why_there_is_none(qtbot: QtBot, look: Look) -> None:
    panel = FlowPanel(look)
    qtbot.addWidget(panel)
    panel.resize(260, 500)
    waiting = panel.grab().toImage()
    panel.show_flow(OrderFlow("600519.SH"))
    unset = panel.grab().toImage()
    panel.show_flow(flow("600519.SH", BOUNDS))
    assert waiting != unset != panel.grab().toImage()


def test_flow_that_was_not_counted_from_the_start_says_since_when(qtbot: QtBot, look: Look) -> None:
    panel = FlowPanel(look)
    qtbot.addWidget(panel)
    panel.resize(284, 500)
    whole = flow("600519.SH", BOUNDS)
    panel.show_flow(whole)
    before = panel.grab().toImage()
    panel.show_flow(replace(whole, since_ms=36_000_000))
    assert panel.grab().toImage() != before


def test_an_auction_draws_its_course_in_place_of_the_levels(qtbot: QtBot, look: Look) -> None:
    ladder = DepthLadder(look)
    qtbot.addWidget(ladder)
    ladder.resize(284, 668)
    course = pictures.auction_course(Phase.OPENING_CALL)
    ladder.show_depth(course[0])
    begun = ladder.grab().toImage()
    for depth in course:
        ladder.show_depth(depth)
    assert ladder.grab().toImage() != begun
