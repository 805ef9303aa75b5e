"""The intraday chart's scales: minutes with the lunch break folded, prices about the close."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from models.market.picture import MinuteBar

OPEN = 570  # 09:30
NOON = 690  # 11:30
AFTERNOON = 780  # 13:00
CLOSE = 900  # 15:00
MINUTES = (NOON - OPEN) + (CLOSE - AFTERNOON)
LABELS = ((OPEN, "09:30"), (600, "10:00"), (630, "10:30"), (660, "11:00"), (NOON, "11:30/13:00"))
LATER = ((810, "13:30"), (840, "14:00"), (870, "14:30"), (CLOSE, "15:00"))
STEPS_BP = (5, 10, 20, 25, 50, 100, 200, 250, 500, 1_000, 2_000)
LINE_SPACE = 32  # least pixels between two grid lines


def place_of_minute(minute: int) -> int:
    """Return the place of a minute on the folded axis, 0..240."""
    if minute <= NOON:
        return max(0, minute - OPEN)
    return min(MINUTES, max(0, minute - AFTERNOON) + NOON - OPEN)


def minute_of_place(place: int) -> int:
    """Return the minute at a place of the folded axis."""
    morning = NOON - OPEN
    return OPEN + place if place < morning else AFTERNOON + place - morning


@dataclass(frozen=True, slots=True)
class DayAxis:
    """Maps minutes and prices to a plot; the previous close lies exactly in its middle."""

    plot: QRectF
    previous_close_units: int
    half_span_units: int  # price distance from the middle to either edge
    step_bp: int  # hundredths of a percent between two grid lines

    def x(self, minute: int) -> float:
        """Return the place of the end of a minute."""
        return self.plot.left() + self.plot.width() * place_of_minute(minute) / MINUTES

    def y(self, units: int) -> float:
        """Return the place of a price."""
        share = (units - self.previous_close_units) / self.half_span_units
        return self.plot.center().y() - share * self.plot.height() / 2

    def price_at(self, y: float) -> int:
        """Return the price at a place, in price units."""
        share = (self.plot.center().y() - y) / (self.plot.height() / 2)
        return self.previous_close_units + round(share * self.half_span_units)

    def minute_at(self, x: float) -> int:
        """Return the minute at a place."""
        share = (x - self.plot.left()) / max(1.0, self.plot.width())
        return minute_of_place(max(0, min(MINUTES, round(share * MINUTES))))

    def grid_bp(self) -> tuple[int, ...]:
        """Return the grid lines in hundredths of a percent, symmetric about zero."""
        reach = self.half_span_units * 10_000 // max(1, self.previous_close_units)
        count = reach // self.step_bp
        return tuple(number * self.step_bp for number in range(-count, count + 1))

    def units_of_bp(self, basis_points: int) -> int:
        """Return the price at a distance from the previous close, half-up."""
        return (self.previous_close_units * (10_000 + basis_points) * 2 + 10_000) // 20_000


def day_axis(plot: QRectF, bars: tuple[MinuteBar, ...], previous_close_units: int) -> DayAxis:
    """Return the axis that holds all bars with a little air, and up to 5 lines each side."""
    close = max(1, previous_close_units)
    reach = max(
        (max(abs(bar.high_units - close), abs(bar.low_units - close)) for bar in bars), default=0
    )
    half = max(reach * 108 // 100, close // 200)
    most = max(2, min(5, int(plot.height() / 2 // LINE_SPACE)))
    reach_bp = half * 10_000 // close
    step = next((each for each in STEPS_BP if reach_bp // each <= most), STEPS_BP[-1])
    return DayAxis(plot, close, half, step)
