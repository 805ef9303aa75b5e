"""Streams the records of one recorded file, whatever its dialect."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from services.market.feed.record import FeedRecord
from services.market.sources.layout import Layout, Stream
from services.market.sources.merged import MergedReader
from services.market.sources.orders import OrderReader
from services.market.sources.parts import Instruments, SkippedRow
from services.market.sources.tables import open_table
from services.market.sources.text import whole_of_text
from services.market.sources.trades import TradeReader
from services.market.sources.wide import WideReader

RowReader = Callable[[list[str]], FeedRecord]

_SMALLEST, _LARGEST = -(1 << 31), (1 << 31) - 1


def read_records(
    file: Path, instruments: Instruments, faults: Counter[str]
) -> Iterator[tuple[int, FeedRecord]]:
    """Stream (channel, record) in file order; rows that are no record are counted in ``faults``.

    Raises ExpectedFailure SOURCE_UNREADABLE or SOURCE_UNKNOWN. Snapshot files give nothing.
    """
    with open_table(file, faults) as table:
        reader = row_reader(table.layout, instruments)
        if reader is None:
            return
        channel_at = table.layout.at("channel")
        for row in table.rows:
            try:
                record = reader(row)
                channel = whole_of_text(row[channel_at]) if channel_at >= 0 else 0
            except SkippedRow as skipped:
                faults[str(skipped)] += 1
                continue
            except (ValueError, IndexError):
                faults["bad_row"] += 1
                continue
            if _fits(record, channel):
                yield channel, record
            else:
                faults["number_out_of_range"] += 1


def row_reader(layout: Layout, instruments: Instruments) -> RowReader | None:
    """Return what turns a row of this layout into a record; None for snapshots."""
    if layout.stream is Stream.ORDERS:
        return OrderReader(layout, instruments).record
    if layout.stream is Stream.TRADES:
        return TradeReader(layout, instruments).record
    if layout.stream is Stream.MERGED:
        return MergedReader(layout, instruments).record
    if layout.stream is Stream.WIDE:
        return WideReader(layout, instruments).record
    return None


def _fits(record: FeedRecord, channel: int) -> bool:
    """Whether the numbers fit the wire; a sequence below 1 orders nothing."""
    wide = (record.order_id, record.other_id, record.quantity, record.sequence)
    return (
        0 <= channel < 1 << 16
        and record.sequence >= 1
        and all(0 <= number < 1 << 62 for number in wide)
        and _SMALLEST <= record.price <= _LARGEST
    )
