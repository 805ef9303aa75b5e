"""A recorded day opened for reading: any range of any channel, any block, whole and checked."""

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from models.errors import ExpectedFailure
from models.wire.exchange import FeedWelcome
from services.market.recording.block import (
    RECORD_SIZE,
    BadBlock,
    BlockKind,
    Item,
    ItemKind,
    Span,
    read_items,
)
from services.market.recording.scan import Place, read_body, scan, unreadable

FRAME_RECORDS = 4_096
_KEPT_BLOCKS = 32


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span of one channel and the block it stands in; ``last_ms`` of the whole block."""

    block: int
    span: Span
    last_ms: int


class Recording:
    """Blocks are unpacked when asked for; the latest few are kept.

    ``gaps`` counts places where a channel goes on with another sequence than the next one: what
    follows such a place in the channel is not offered, no book after it could be right.
    """

    def __init__(self, file: Path) -> None:
        """Open a file; raises ExpectedFailure RECORDING_UNREADABLE or RECORDING_EMPTY."""
        self.file = file
        self.scan = scan(file)
        self.welcome = _welcome_of(file, self.scan.welcome)
        self.trade_date = date.fromisoformat(self.welcome.trade_date)
        self.blocks: Sequence[Place] = [
            place for place in self.scan.places if place.head.kind is BlockKind.FEED
        ]
        self.gaps = 0
        self.channels: dict[int, list[Stretch]] = {}
        self._kept: OrderedDict[int, list[Item]] = OrderedDict()
        for number, place in enumerate(self.blocks):
            for span in place.head.spans:
                self._lay(Stretch(number, span, place.head.last_ms))

    def _lay(self, stretch: Stretch) -> None:
        laid = self.channels.setdefault(stretch.span.channel, [])
        due = laid[-1].span.last + 1 if laid else 1
        if stretch.span.first != due:
            self.gaps += 1
        elif stretch.span.last >= due:
            laid.append(stretch)

    @property
    def records(self) -> int:
        """How many records are offered."""
        return sum(laid[-1].span.last for laid in self.channels.values() if laid)

    @property
    def span_ms(self) -> tuple[int, int]:
        """First and last market time (milliseconds of the day); zeros when nothing is recorded."""
        heads = [place.head for place in self.blocks if place.head.last_ms]
        if not heads:
            return 0, 0
        return min(head.first_ms for head in heads), max(head.last_ms for head in heads)

    def items(self, block: int) -> list[Item]:
        """Return what stands in a block, in order.

        Raises ExpectedFailure RECORDING_UNREADABLE when the file changed under us.
        """
        kept = self._kept.get(block)
        if kept is not None:
            self._kept.move_to_end(block)
            return kept
        items = self._read(self.blocks[block])
        self._kept[block] = items
        if len(self._kept) > _KEPT_BLOCKS:
            self._kept.popitem(last=False)
        return items

    def all_items(self) -> Iterator[Item]:
        """Yield everything in the order in which it was recorded."""
        for block in range(len(self.blocks)):
            yield from self.items(block)

    def channel_records(self, stretch: Stretch) -> bytes:
        """Return the packed records of a stretch."""
        channel = stretch.span.channel
        return b"".join(
            item.records
            for item in self.items(stretch.block)
            if item.kind is ItemKind.RUN and item.channel == channel
        )

    def packed(self, channel: int, first: int, last: int) -> Iterator[tuple[int, bytes]]:
        """Yield (first sequence, packed records) for ``first`` … ``last`` in frame-sized pieces.

        Sequences that are not offered are left out.
        """
        stretches = self.channels.get(channel, [])
        at = bisect_left(stretches, first, key=lambda stretch: stretch.span.last)
        for stretch in stretches[at:]:
            if stretch.span.first > last:
                return
            begin = max(first, stretch.span.first)
            end = min(last, stretch.span.last)
            records = self.channel_records(stretch)
            for place in range(begin, end + 1, FRAME_RECORDS):
                until = min(end + 1, place + FRAME_RECORDS)
                span = slice(*((one - stretch.span.first) * RECORD_SIZE for one in (place, until)))
                yield place, records[span]

    def _read(self, place: Place) -> list[Item]:
        try:
            return read_items(place.head, read_body(self.file, place))
        except BadBlock as bad:
            raise unreadable(self.file, f"文件在读取时被改动({bad})") from bad


def _welcome_of(file: Path, welcome: FeedWelcome | None) -> FeedWelcome:
    if welcome is None:
        raise ExpectedFailure(
            f"不是行情录制文件:{file.name}", "文件为空、被截断或属于别的程序", "RECORDING_EMPTY"
        )
    try:
        date.fromisoformat(welcome.trade_date)
    except ValueError as fault:
        raise unreadable(file, f"交易日「{welcome.trade_date}」不是日期") from fault
    return welcome
