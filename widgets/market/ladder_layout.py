"""Where everything of the depth ladder stands, from its size alone."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize

LEVELS = 10
FEWEST_LEVELS = 5
HEAD_HEIGHT = 24
FOOT_LINE = 19
FOOT_LINES = 6
ORDINARY_LINES = 3
NOTE_HEIGHT = 44  # two lines: why there are five levels only, and the way out
MIN_ROW = 18
MAX_ROW = 42
MAX_ROW_OF_FIVE = 56
MIDDLE_HEIGHT = 62
MOST_MIDDLE = 84
LOW_MIDDLE = 50  # with five levels
PAD = 10
LABEL_WIDTH = 38
PRICE_WIDTH = 72
COUNT_WIDTH = 42
OWN_WIDTH = 50
WIDE = 312


@dataclass(frozen=True, slots=True)
class LadderLayout:
    """Rectangles of the ladder; a level's place counts from the best price, 0..9."""

    size: QSize
    levels: int  # a side: ten, or five where no more are allowed or fit
    foot_lines: int
    row_height: int
    middle: QRect
    foot: QRect
    note: QRect  # null where there is nothing to note

    def ask_row(self, place: int) -> QRect:
        """Row of an ask level: the best one stands lowest."""
        top = HEAD_HEIGHT + (self.levels - 1 - place) * self.row_height
        return QRect(0, top, self.size.width(), self.row_height)

    def bid_row(self, place: int) -> QRect:
        """Row of a bid level: the best one stands highest."""
        top = self.middle.bottom() + 1 + place * self.row_height
        return QRect(0, top, self.size.width(), self.row_height)

    def row(self, side: str, place: int) -> QRect:
        """Row of a level of "ask" or "bid"."""
        return self.ask_row(place) if side == "ask" else self.bid_row(place)

    @property
    def head(self) -> QRect:
        """The line of column titles."""
        return QRect(0, 0, self.size.width(), HEAD_HEIGHT)

    def label(self, row: QRect) -> QRect:
        """Part of a row for 卖一 … 买十."""
        return QRect(PAD, row.top(), LABEL_WIDTH, row.height())

    def price(self, row: QRect) -> QRect:
        """Part of a row for the price; numbers end at its right."""
        return QRect(PAD + LABEL_WIDTH, row.top(), PRICE_WIDTH, row.height())

    def own(self, row: QRect) -> QRect:
        """Part of a row for our own orders, between price and bar."""
        return QRect(self.price(row).right() + 8, row.top(), OWN_WIDTH, row.height())

    def bar(self, row: QRect) -> QRect:
        """Part of a row for bar and quantity; the bar grows from its right edge."""
        left = self.price(row).right() + 10
        if self.is_wide:
            left += OWN_WIDTH
        right = self.size.width() - PAD - COUNT_WIDTH
        return QRect(left, row.top(), max(right - left, 20), row.height())

    def count(self, row: QRect) -> QRect:
        """Part of a row for the number of orders: its own column, no bar reaches it."""
        return QRect(
            self.size.width() - PAD - COUNT_WIDTH + 6, row.top(), COUNT_WIDTH - 6, row.height()
        )

    @property
    def is_wide(self) -> bool:
        """Whether there is room for the quantity of our own orders."""
        return self.size.width() >= WIDE

    def level_at(self, place: QPoint) -> tuple[str, int] | None:
        """Return ("ask" or "bid", place) of the level under a point."""
        for level in range(self.levels):
            if self.ask_row(level).contains(place):
                return "ask", level
            if self.bid_row(level).contains(place):
                return "bid", level
        return None


def ladder_layout(
    size: QSize, most_levels: int = LEVELS, *, has_note: bool = False
) -> LadderLayout:
    """Share the height: rows grow to fill it; too low a ladder sheds foot lines, then levels.

    Five levels by right have no totals below them.
    """
    note_height = NOTE_HEIGHT if has_note else 0
    height = size.height() - note_height
    levels, foot_lines = _what_fits(height, most_levels)
    foot_height = _foot_height(foot_lines)
    least_middle = _least_middle(levels)
    room = height - HEAD_HEIGHT - foot_height - least_middle
    most = MAX_ROW if most_levels == LEVELS else MAX_ROW_OF_FIVE
    row_height = max(MIN_ROW, min(most, room // (2 * levels)))
    spare = max(0, room - 2 * levels * row_height)
    middle_height = min(least_middle + spare, MOST_MIDDLE)
    middle = QRect(0, HEAD_HEIGHT + levels * row_height, size.width(), middle_height)
    bottom = middle.bottom() + 1 + levels * row_height
    foot = QRect(0, bottom, size.width(), foot_height)
    note = QRect(0, foot.bottom() + 1, size.width(), note_height)
    return LadderLayout(size, levels, foot_lines, row_height, middle, foot, note)


def least_height(levels: int, foot_lines: int) -> int:
    """Return the height that these levels and foot lines need."""
    return HEAD_HEIGHT + _least_middle(levels) + 2 * levels * MIN_ROW + _foot_height(foot_lines)


def _foot_height(foot_lines: int) -> int:
    return foot_lines * FOOT_LINE + 8 if foot_lines else 0


def _least_middle(levels: int) -> int:
    return MIDDLE_HEIGHT if levels == LEVELS else LOW_MIDDLE


def _what_fits(height: int, most_levels: int) -> tuple[int, int]:
    for levels in sorted({most_levels, FEWEST_LEVELS}, reverse=True):
        most_lines = FOOT_LINES if most_levels == LEVELS else ORDINARY_LINES
        for foot_lines in range(most_lines, -1, -1):
            if least_height(levels, foot_lines) <= height:
                return levels, foot_lines
    return FEWEST_LEVELS, 0
