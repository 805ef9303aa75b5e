"""The intraday axis: previous close in the middle at 0.00 %, lunch folded, whole day."""

import pytest
from PySide6.QtCore import QRectF

from models.market.picture import MinuteBar
from tests.support import pictures
from widgets.market.day_axis import DayAxis, day_axis, minute_of_place, place_of_minute

PLOT = QRectF(60, 26, 720, 300)


@pytest.fixture
def axis() -> DayAxis:
    return day_axis(PLOT, pictures.bars(), pictures.CLOSE)


def test_zero_percent_is_the_previous_close_in_the_middle(axis: DayAxis) -> None:
    assert axis.units_of_bp(0) == pictures.CLOSE
    assert axis.y(pictures.CLOSE) == PLOT.center().y()
    assert axis.price_at(PLOT.center().y()) == pictures.CLOSE


def test_grid_is_symmetric_and_holds_zero(axis: DayAxis) -> None:
    grid = axis.grid_bp()
    assert 0 in grid
    assert tuple(-line for line in reversed(grid)) == grid
    assert 5 <= len(grid) <= 11


def test_every_price_of_the_day_is_inside_the_plot(axis: DayAxis) -> None:
    for bar in pictures.bars():
        assert PLOT.top() <= axis.y(bar.high_units) <= axis.y(bar.low_units) <= PLOT.bottom()


def test_lunch_is_folded_and_the_day_is_whole() -> None:
    assert [place_of_minute(m) for m in (570, 690, 780, 781, 900)] == [0, 120, 120, 121, 240]
    assert place_of_minute(735) == 120
    assert [minute_of_place(place) for place in (0, 119, 121, 240)] == [570, 689, 781, 900]


def test_minute_under_the_pointer_is_the_one_drawn_there(axis: DayAxis) -> None:
    for minute in (571, 640, 781, 899):
        assert axis.minute_at(axis.x(minute)) == minute


@pytest.mark.parametrize("units", [10_000, 20_000, 17_688_800])
def test_a_flat_day_still_has_an_axis(units: int) -> None:
    bar = MinuteBar(571, units, units, units, units, 100, 100, 100 * units)
    axis = day_axis(PLOT, (bar,), units)
    assert axis.half_span_units > 0
    assert len(axis.grid_bp()) >= 3
