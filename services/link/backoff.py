"""Pauses between attempts to connect: doubling, with a spread, never longer than a bound."""

import asyncio
import random


class Backoff:
    """``first_s`` after the first failure, doubling to ``most_s``; each ± 20 % at random."""

    def __init__(self, first_s: float = 0.2, most_s: float = 5.0) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._failures = 0

    def reset(self) -> None:
        """The attempt worked."""
        self._failures = 0

    def next_s(self) -> float:
        """Return how long to wait now and count one more failure."""
        pause = min(self._first_s * (1 << self._failures), self._most_s)
        self._failures = min(self._failures + 1, 16)
        return pause * random.uniform(0.8, 1.2)

    async def pause(self) -> None:
        """Wait that long."""
        await asyncio.sleep(self.next_s())
