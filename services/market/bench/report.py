"""Runs all measures of the book bench and gathers the figures."""

import os
from pathlib import Path

import numpy as np

from models.errors import ExpectedFailure
from services.market.bench.measure import (
    batch_rate,
    best_of,
    heart_rate,
    reading_rate,
    single_call_rate,
    twin_rate,
    twin_ten_levels_rate,
)
from services.market.bench.streams import single_stream, whole_stream
from services.market.kernel.choice import new_bare_books, new_books
from services.market.sources.day import RecordedDay, open_day

DEARLY_PRICED_DAY = "sse_l2_600519_20230201"  # 37,000 price steps: the hardest single book
ORDINARY_DAY = "sse_l2_ticks_20230711"  # three securities of 5 to 22 yuan
MANY_INSTRUMENTS = 2_800
_SHARED = "WORKSTATION_SHARED"


def find_day(folder: Path | None, beside: Path, name: str = DEARLY_PRICED_DAY) -> Path:
    """Return the recorded day to measure on: ``folder``, else the shared one of that name.

    Raises ExpectedFailure BENCH_NO_DATA when there is none.
    """
    shared = Path(os.environ.get(_SHARED, beside / "shared"))
    found = folder or shared / "data" / name
    if not found.is_dir():
        raise ExpectedFailure(
            f"找不到测速用的行情:{found}", "请用 --data 指明含逐笔文件的目录", "BENCH_NO_DATA"
        )
    return found


def measure_books(dear: Path, ordinary: Path, events: int) -> dict[str, object]:
    """Return records a second of every stage and the ratios between them.

    ``dear`` and ``ordinary`` are folders of recorded days: the busiest security of each is measured
    alone, all of ``ordinary`` are copied over many instruments. ``events`` is the length of the
    stream over many instruments.
    """
    return (
        {"kernel": new_books().kernel_name}
        | _single("dear", _opened(dear))
        | _single("ordinary", _opened(ordinary))
        | _many(_opened(ordinary), events)
    )


def _opened(folder: Path) -> RecordedDay:
    day = open_day(folder)
    if not day.channels:
        raise ExpectedFailure("没有逐笔数据,无法测速", f"{folder.name}", "BENCH_NO_DATA")
    return day


def _single(name: str, day: RecordedDay) -> dict[str, object]:
    stream = single_stream(day, np.iinfo(np.int64).max)
    kernel = best_of(lambda: batch_rate(new_books, stream))
    bare = best_of(lambda: batch_rate(new_bare_books, stream))
    twin, twin_bare = best_of(lambda: twin_ten_levels_rate(stream), 3), twin_rate(stream)
    figures = {
        "events": stream.events,
        "ten_levels_per_second": kernel.per_second,
        "book_only_per_second": bare.per_second,
        "through_heart_per_second": best_of(lambda: heart_rate(stream)).per_second,
        "one_message_a_call_per_second": best_of(lambda: single_call_rate(stream)).per_second,
        "ten_levels_read_after_each_per_second": best_of(lambda: reading_rate(stream)).per_second,
        "twin_ten_levels_per_second": twin.per_second,
        "twin_book_only_per_second": twin_bare.per_second,
        "ten_levels_to_twin": round(kernel.per_second / twin.per_second, 1),
        "book_only_to_twin": round(bare.per_second / twin_bare.per_second, 1),
        "same_state": kernel.state == bare.state == twin.state == twin_bare.state,
    }
    return {f"{name}_{what}": figure for what, figure in figures.items()}


def _many(day: RecordedDay, events: int) -> dict[str, object]:
    stream = whole_stream(day, MANY_INSTRUMENTS, events)
    kernel = best_of(lambda: batch_rate(new_books, stream), 5)
    bare = best_of(lambda: batch_rate(new_bare_books, stream), 5)
    heart = best_of(lambda: heart_rate(stream), 3)
    return {
        "many_instruments": stream.instruments,
        "many_events": stream.events,
        "many_ten_levels_per_second": kernel.per_second,
        "many_book_only_per_second": bare.per_second,
        "many_ten_levels_to_book_only": round(kernel.per_second / bare.per_second, 2),
        "many_through_heart_per_second": heart.per_second,
        "many_same_state": kernel.state == bare.state == heart.state,
    }
