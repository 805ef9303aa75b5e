"""One recorded channel, published up to a market time; its records stay in the file."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from services.market.recording.recording import Recording, Stretch
from services.market.sources.day import RECORD_TYPE

NEVER = 86_400_000


class RecordedChannel:
    """A PublishedChannel. A record is due once its own time and those before it have come."""

    def __init__(self, number: int, recording: Recording) -> None:
        self.number = number
        self.last_sequence = 0
        self._recording = recording
        self._stretches: Sequence[Stretch] = recording.channels[number]
        self._next = 0
        self._first = 0
        self._times: NDArray[np.uint32] | None = None

    def advance(self, to_ms: int) -> None:
        """Publish every record that is due; whole blocks of the past are not even unpacked."""
        while self._next < len(self._stretches):
            stretch = self._stretches[self._next]
            if stretch.last_ms > to_ms and not self._advance_within(stretch, to_ms):
                return
            self.last_sequence = stretch.span.last
            self._next += 1
            self._times = None

    def next_due_ms(self) -> int:
        """Return when the next record is due, NEVER after the last one."""
        if self._next >= len(self._stretches):
            return NEVER
        stretch = self._stretches[self._next]
        return int(self._due(stretch)[self.last_sequence + 1 - stretch.span.first])

    def packed(self, first: int, last: int) -> Iterator[tuple[int, bytes]]:
        """Yield the published ones of ``first`` … ``last`` in frame-sized pieces."""
        return self._recording.packed(self.number, first, min(last, self.last_sequence))

    def _advance_within(self, stretch: Stretch, to_ms: int) -> bool:
        """Publish what is due of a stretch; tell whether that is all of it."""
        due = int(np.searchsorted(self._due(stretch), to_ms, side="right"))
        self.last_sequence = max(self.last_sequence, stretch.span.first + due - 1)
        return self.last_sequence == stretch.span.last

    def _due(self, stretch: Stretch) -> NDArray[np.uint32]:
        if self._times is None:
            rows = np.frombuffer(self._recording.channel_records(stretch), RECORD_TYPE)
            self._times = np.maximum.accumulate(rows["time_ms"])
        return self._times
