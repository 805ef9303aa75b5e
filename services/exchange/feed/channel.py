"""One channel of the feed: dense sequence, the whole day kept for whoever asks again."""

from collections.abc import Iterator

from models.wire.feed import RECORD

RECORD_SIZE = RECORD.size
FRAME_RECORDS = 4_096

_pack = RECORD.pack


class Channel:
    """All records of a channel so far, packed one after another; sequence 1 stands first.

    ``changed`` holds the instruments of new records; whoever looks at them empties it.
    """

    __slots__ = ("changed", "last_sequence", "number", "order_number", "records")

    def __init__(self, number: int) -> None:
        self.number = number
        self.records = bytearray()
        self.changed: set[int] = set()
        self.last_sequence = 0
        self.order_number = 0

    def next_order_number(self) -> int:
        """Return an order number that nobody in this channel has."""
        self.order_number += 1
        return self.order_number

    def publish(
        self,
        kind: int,
        side: int,
        order: int,
        flags: int,
        instrument: int,
        order_id: int,
        other_id: int,
        quantity: int,
        price_units: int,
        time_ms: int,
    ) -> None:
        """Append one record with the next sequence; fields as in models.wire.feed."""
        self.last_sequence += 1
        self.changed.add(instrument)
        self.records += _pack(
            kind,
            side,
            order,
            flags,
            instrument,
            order_id,
            other_id,
            quantity,
            self.last_sequence,
            price_units,
            time_ms,
        )

    def packed(self, first: int, last: int) -> Iterator[tuple[int, bytes]]:
        """Yield (first sequence, packed records) for ``first`` … ``last`` in frame-sized pieces.

        Sequences that do not exist are left out.
        """
        place, end = max(1, first), min(last, self.last_sequence)
        while place <= end:
            until = min(end, place + FRAME_RECORDS - 1)
            yield place, bytes(self.records[(place - 1) * RECORD_SIZE : until * RECORD_SIZE])
            place = until + 1
