"""Full repaints of the depth ladder against a QTableWidget with the same cells, in one run."""

import random
import time
from collections.abc import Callable, Sequence

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QTableWidget, QTableWidgetItem, QWidget

from models.market.instrument import Phase
from models.market.picture import BookHealth, Depth, Level, Quote
from ui.theme.theme import DARK, Theme
from widgets.market.depth_ladder import DepthLadder
from widgets.market.ladder_layout import LEVELS
from widgets.market.ladder_painter import DIGITS
from widgets.paint.numbers import price_text
from widgets.paint.quantities import Quantities

WIDTH, HEIGHT = 284, 668
PICTURES = 20
ROUNDS = 60
LAST, TICK = 18_456_500, 100
_LABELS = [f"卖{digit}" for digit in reversed(DIGITS)] + [f"买{digit}" for digit in DIGITS]

Show = Callable[[Depth], None]
Panels = tuple[tuple[QWidget, Show], tuple[QWidget, Show]]


def measure_ladder() -> dict[str, object]:
    """Return microseconds of processor time a repaint, and their ratio.

    Both are told a picture in which every row differs from the one before, then drawn whole into
    a pixmap; neither is on a screen, where a shown ladder would have painted itself already.
    ``cold`` is the first round, in which the ladder has no text drawn yet.
    """
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme = Theme(application, DARK)
    pictures = _pictures()
    ladder, table = DepthLadder(theme.look), _table()
    for widget in (ladder, table):
        widget.resize(WIDTH, HEIGHT)
        widget.ensurePolished()
    panels: Panels = ((ladder, ladder.show_depth), (table, lambda depth: _fill(table, depth)))
    cold, warm, plain = _seconds(panels, pictures)
    return {
        "rows": 2 * LEVELS,
        "size": f"{WIDTH}×{HEIGHT}",
        "ladder_microseconds": round(warm * 1e6, 1),
        "ladder_cold_microseconds": round(cold * 1e6, 1),
        "table_microseconds": round(plain * 1e6, 1),
        "table_to_ladder": round(plain / warm, 1),
    }


def _seconds(panels: Panels, pictures: Sequence[Depth]) -> tuple[float, float, float]:
    """Return seconds a picture: the ladder's first round and its quickest, the table's quickest.

    The quickest of many rounds is the one that other work on the machine disturbed least.
    """
    ladder, table = ([_round(*panel, pictures) for _ in range(ROUNDS)] for panel in panels)
    return ladder[0], min(ladder), min(table)


def _round(widget: QWidget, show: Show, pictures: Sequence[Depth]) -> float:
    canvas = QPixmap(WIDTH, HEIGHT)
    started = time.thread_time()
    for picture in pictures:
        show(picture)
        widget.render(canvas)
    return (time.thread_time() - started) / len(pictures)


def _table() -> QTableWidget:
    table = QTableWidget(2 * LEVELS, 4)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(28)
    for column, width in enumerate((44, 84, 84, 56)):
        table.setColumnWidth(column, width)
        for row in range(2 * LEVELS):
            table.setItem(row, column, QTableWidgetItem(""))
    return table


def _fill(table: QTableWidget, depth: Depth) -> None:
    quantities = Quantities()
    for row, level in enumerate((*reversed(depth.asks), *depth.bids)):
        texts = (
            _LABELS[row],
            price_text(level.price_units),
            quantities.text(level.quantity),
            str(level.order_count),
        )
        for column, text in enumerate(texts):
            item = table.item(row, column)
            if item is not None:
                item.setText(text)


def _pictures() -> list[Depth]:
    dice = random.Random(3)
    made: list[Depth] = []
    while len(made) < PICTURES:
        shift = TICK * (1 + len(made) % 7)
        fresh = _depth(dice, LAST + shift)
        if not made or _all_rows_differ(made[-1], fresh):
            made.append(fresh)
    return made


def _all_rows_differ(one: Depth, other: Depth) -> bool:
    pairs = zip((*one.asks, *one.bids), (*other.asks, *other.bids), strict=True)
    return all(
        a.price_units != b.price_units
        and a.quantity != b.quantity
        and a.order_count != b.order_count
        for a, b in pairs
    )


def _depth(dice: random.Random, last: int) -> Depth:
    asks, bids = (
        tuple(
            Level(last + step * TICK * (place + 1), dice.randint(1, 900) * 100, dice.randint(1, 99))
            for place in range(LEVELS)
        )
        for step in (1, -1)
    )
    return Depth(
        quote=_quote(last),
        bids=bids,
        asks=asks,
        bid_queue=(),
        ask_queue=(),
        bid_total=1_834_500,
        ask_total=2_207_100,
        bid_average_units=LAST,
        ask_average_units=LAST,
        auction_units=0,
        auction_volume=0,
        auction_unmatched=0,
        ticks=(),
        health=BookHealth.GOOD,
        health_reason="",
        sequence=0,
        bid_orders=2_481,
        ask_orders=3_120,
    )


def _quote(last: int) -> Quote:
    return Quote(
        symbol="600519.SH",
        last_units=last,
        previous_close_units=LAST,
        open_units=LAST,
        high_units=LAST,
        low_units=LAST,
        volume=3_286_400,
        turnover_units=3_286_400 * LAST,
        bid_units=last - TICK,
        ask_units=last + TICK,
        limit_up_units=LAST * 11 // 10,
        limit_down_units=LAST * 9 // 10,
        phase=Phase.CONTINUOUS,
        time_ms=36_000_000,
    )
