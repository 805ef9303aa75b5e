"""What a feed is served from: a market that runs, or a recorded day that is replayed."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from models.dates import MS_PER_DAY


class PublishedChannel(Protocol):
    """One channel so far; sequence 1 stands first, nothing is ever taken back."""

    @property
    def number(self) -> int:
        """The channel's number."""
        ...

    @property
    def last_sequence(self) -> int:
        """The last sequence published, 0 = none yet."""
        ...

    def packed(self, first: int, last: int) -> Iterator[tuple[int, bytes]]:
        """Yield (first sequence, packed records) for ``first`` … ``last`` in frame-sized pieces."""
        ...


class FeedSource(Protocol):
    """All channels of a day in step with its market time."""

    @property
    def channels(self) -> Sequence[PublishedChannel]:
        """The channels of the day."""
        ...

    @property
    def now_ms(self) -> int:
        """How far the day has been run (ms of the Beijing day)."""
        ...

    def next_due_ms(self) -> int:
        """Return when something is published next."""
        ...

    def advance(self, to_ms: int, most: int = ...) -> bool:
        """Publish everything due by ``to_ms``, at most ``most`` things; tell if all is done."""
        ...


class ShelfFrame(NamedTuple):
    """A packed frame of snapshots; it belongs after record ``sequence`` of its channel."""

    number: int
    sequence: int
    packed: bytes


class SnapshotShelf(Protocol):
    """Where subscribers find the snapshots of a day."""

    @property
    def due_ms(self) -> int:
        """When snapshots are taken next (ms of the Beijing day)."""
        ...

    @property
    def last_number(self) -> int:
        """Number of the newest frame, 0 = none yet."""
        ...

    def open(self, now_ms: int) -> None:
        """From now on there are subscribers: what happened before needs no snapshot."""
        ...

    def take(self) -> None:
        """Take a snapshot of every security that changed since the last time."""
        ...

    def frames_after(self, channel: int, number: int) -> list[ShelfFrame]:
        """Return the frames of a channel after a number, oldest first, as far as they are kept."""
        ...

    def whole(self, channel: int) -> bytes:
        """Return a frame of all securities of a channel as they stand, b"" where there is none."""
        ...


class NoSnapshots:
    """The shelf of a day that has none: a recording of records only."""

    due_ms = MS_PER_DAY
    last_number = 0

    def open(self, now_ms: int) -> None:
        """There is nothing to begin with."""

    def take(self) -> None:
        """It is never due."""

    def frames_after(self, channel: int, number: int) -> list[ShelfFrame]:
        """Return nothing."""
        return []

    def whole(self, channel: int) -> bytes:
        """Return nothing."""
        return b""
