"""Reads snapshot files: what the exchange itself published, ten levels a side."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.market.picture import Level
from services.market.sources.codes import PHASE_CODES
from services.market.sources.layout import SNAPSHOT_CODES, SNAPSHOT_TIMES, Layout, Stream
from services.market.sources.tables import open_table
from services.market.sources.text import (
    code_of_text,
    time_of_text,
    units_of_text,
    whole_of_text,
    word_of_text,
)

LEVELS = 10
QUEUE = 50
ABSENT = -1

# Shenzhen's own letters, first of two signs, and a vendor's numbers, as they stand on the recorded
# day: 4 from 11:30 to 13:00, 5 from 14:57 to 15:00.
_SHENZHEN_PHASES = {
    "0": "START",
    "1": "OCALL",
    "2": "BREAK",
    "3": "TRADE",
    "4": "BREAK",
    "5": "CCALL",
    "6": "CLOSE",
    "7": "ENDTR",
    "8": "SUSP",
    "9": "SUSP",
    "S": "START",
    "O": "OCALL",
    "B": "BREAK",
    "T": "TRADE",
    "C": "CCALL",
    "E": "CLOSE",
    "A": "ENDTR",
    "H": "SUSP",
    "V": "SUSP",
}
# Shanghai's own letters, first of eight signs.
_SHANGHAI_PHASES = {
    "S": "START",
    "C": "OCALL",
    "T": "TRADE",
    "U": "CCALL",
    "E": "CLOSE",
    "P": "SUSP",
    "M": "SUSP",
    "N": "SUSP",
}


def phase_word(text: str) -> str:
    """Return the phase in Shanghai's words from a word, a vendor's number or letters.

    What nobody knows is returned as it is.
    """
    if text in PHASE_CODES:
        return text
    letters = _SHENZHEN_PHASES if len(text) <= 2 else _SHANGHAI_PHASES
    return letters.get(text[:1], text)


@dataclass(frozen=True, slots=True)
class ExchangeSnapshot:
    """One published snapshot; ``phase`` in Shanghai's words, numbers -1 where the file has none.

    Levels stand best first with empty ones left out; ``order_count`` is -1 where not published.
    """

    code: str
    time_ms: int
    phase: str
    previous_close_units: int
    last_units: int
    open_units: int
    high_units: int
    low_units: int
    limit_up_units: int
    limit_down_units: int
    trade_count: int
    volume: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    bid_total: int
    ask_total: int
    bid_average_units: int
    ask_average_units: int
    bid_withdrawn_count: int
    bid_withdrawn: int
    ask_withdrawn_count: int
    ask_withdrawn: int
    bid_queue: tuple[int, ...]
    ask_queue: tuple[int, ...]


_PRICES = {
    "previous_close_units": ("preclosepx", "precloprice", "prevclose"),
    "last_units": ("lastpx", "lastprice"),
    "open_units": ("openpx", "openprice"),
    "high_units": ("highpx", "highprice"),
    "low_units": ("lowpx", "lowprice"),
    "limit_up_units": ("maxpx",),
    "limit_down_units": ("minpx",),
    "bid_average_units": ("wavgbidpri", "weightedavgbidpx", "wavgbidpx"),
    "ask_average_units": ("wavgaskpri", "weightedavgofferpx", "wavgofferpx"),
}
_WHOLES = {
    "trade_count": ("tradnumber", "numtrades", "turnnum", "totalnumbertrade"),
    "volume": ("tradvolume", "totalvolumetrade", "volume"),
    "bid_total": ("totalbidvol", "totalbidqty"),
    "ask_total": ("totalaskvol", "totalofferqty"),
    "bid_withdrawn_count": ("widbuynum", "withdrawbuynumber"),
    "bid_withdrawn": ("widbuyvol", "withdrawbuyamount"),
    "ask_withdrawn_count": ("widsellnum", "withdrawsellnumber"),
    "ask_withdrawn": ("widsellvol", "withdrawsellamount"),
}
_PHASES = ("instrustatus", "instrumentstatus", "tradingphasecode")
# Column names of a level: price, quantity, order count; number 1..10 (or 0..9) is appended.
_BIDS = (
    ("bidprice", "bidvolume", "numordersb"),
    ("buyprice", "buyorderqty", "buynumorders"),
    ("bidprice", "bidorderqty", "bidnumorders"),
)
_ASKS = (
    ("askprice", "askvolume", "numorderss"),
    ("sellprice", "sellorderqty", "sellnumorders"),
    ("offerprice", "offerorderqty", "offernumorders"),
)


class SnapshotReader:
    """Turns one row of a snapshot file into a snapshot."""

    def __init__(self, layout: Layout) -> None:
        columns = layout.columns
        self._code = _column(columns, SNAPSHOT_CODES)
        self._time = _column(columns, SNAPSHOT_TIMES)
        self._phase = next((columns[name] for name in _PHASES if name in columns), ABSENT)
        self._prices = {field: _column(columns, names) for field, names in _PRICES.items()}
        self._wholes = {field: _column(columns, names) for field, names in _WHOLES.items()}
        self._bids, self._asks = _levels(columns, _BIDS), _levels(columns, _ASKS)
        self._bid_queue = _queue(columns, "bidorders")
        self._ask_queue = _queue(columns, "offerorders")

    def snapshot(self, row: list[str]) -> ExchangeSnapshot:
        """Return the snapshot; raises ValueError or IndexError when a field is damaged."""
        phase = word_of_text(row[self._phase]) if self._phase >= 0 else ""
        prices = {name: _units(row, at) for name, at in self._prices.items()}
        wholes = {name: _whole(row, at) for name, at in self._wholes.items()}
        return ExchangeSnapshot(
            code=code_of_text(row[self._code]),
            time_ms=time_of_text(row[self._time]),
            phase=phase_word(phase),
            bids=_read_levels(row, self._bids),
            asks=_read_levels(row, self._asks),
            bid_queue=_read_queue(row, self._bid_queue),
            ask_queue=_read_queue(row, self._ask_queue),
            **prices,
            **wholes,
        )


def _column(columns: dict[str, int], names: tuple[str, ...]) -> int:
    return next((columns[name] for name in names if name in columns), ABSENT)


def _levels(
    columns: dict[str, int], styles: tuple[tuple[str, str, str], ...]
) -> tuple[tuple[int, int, int], ...]:
    for price, quantity, orders in styles:
        first = 0 if f"{price}0" in columns else 1
        if f"{price}{first}" in columns and f"{quantity}{first}" in columns:
            return tuple(
                (
                    columns[f"{price}{number}"],
                    columns[f"{quantity}{number}"],
                    columns.get(f"{orders}{number}", ABSENT),
                )
                for number in range(first, first + LEVELS)
                if f"{price}{number}" in columns and f"{quantity}{number}" in columns
            )
    return ()


def _queue(columns: dict[str, int], name: str) -> tuple[int, ...]:
    return tuple(
        columns[f"{name}{number}"] for number in range(QUEUE) if f"{name}{number}" in columns
    )


def _read_levels(row: list[str], columns: tuple[tuple[int, int, int], ...]) -> tuple[Level, ...]:
    levels = (
        Level(units_of_text(row[price]), whole_of_text(row[quantity]), _whole(row, orders))
        for price, quantity, orders in columns
    )
    return tuple(level for level in levels if level.price_units or level.quantity)


def _read_queue(row: list[str], columns: tuple[int, ...]) -> tuple[int, ...]:
    sizes = (whole_of_text(row[at]) for at in columns)
    return tuple(size for size in sizes if size)


def _units(row: list[str], at: int) -> int:
    return units_of_text(row[at]) if at >= 0 else ABSENT


def _whole(row: list[str], at: int) -> int:
    number = whole_of_text(row[at]) if at >= 0 else ABSENT
    if number >= 1 << 62:
        raise ValueError("more than there can be")
    return number


def read_snapshots(file: Path, faults: Counter[str]) -> Iterator[ExchangeSnapshot]:
    """Stream the snapshots of one file in file order; damaged rows are counted in ``faults``.

    Raises ExpectedFailure SOURCE_UNREADABLE or SOURCE_UNKNOWN.
    """
    with open_table(file, faults) as table:
        if table.layout.stream is not Stream.SNAPSHOTS:
            return
        reader = SnapshotReader(table.layout)
        for row in table.rows:
            try:
                yield reader.snapshot(row)
            except (ValueError, IndexError):
                faults["bad_snapshot"] += 1
