"""What a feed is served from: a market that runs, or a recorded day that is replayed."""

from collections.abc import Iterator, Sequence
from typing import Protocol


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
