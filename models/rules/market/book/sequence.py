"""Puts numbered messages in order without holes (market-rules § 2.8)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar


class Numbered(Protocol):
    """Anything with a sequence number."""

    @property
    def seq(self) -> int:
        """Its number in the channel."""
        ...


M = TypeVar("M", bound=Numbered)


@dataclass(slots=True)
class Sequence(Generic[M]):
    """Lets messages through strictly from ``next_seq``; what comes too early waits.

    ``held`` = every number that had to wait, in order of arrival.
    """

    next_seq: int
    waiting: dict[int, M] = field(default_factory=dict)
    held: list[int] = field(default_factory=list)
    duplicates: int = 0

    @property
    def has_gap(self) -> bool:
        """Whether messages still wait for a missing one."""
        return bool(self.waiting)

    def let_through(self, message: M) -> Iterator[M]:
        """Yield what may be applied now that ``message`` has come."""
        if message.seq < self.next_seq or message.seq in self.waiting:
            self.duplicates += 1
            return
        if message.seq > self.next_seq:
            self.held.append(message.seq)
        self.waiting[message.seq] = message
        while self.next_seq in self.waiting:
            self.next_seq += 1
            yield self.waiting.pop(self.next_seq - 1)
