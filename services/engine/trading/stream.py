"""Stored events on their way out: kept whole for the day, so that any desk can catch up."""

import asyncio
from collections.abc import Sequence

from models.wire.codec import encode
from models.wire.ledger import LedgerEvent


class EventStream:
    """Events as bytes, by number from 1; only what is on the disk may be published."""

    def __init__(self, ledger: str, trade_date: str) -> None:
        self.ledger = ledger
        self.trade_date = trade_date
        self._frames: list[bytes] = []
        self._more = asyncio.Event()

    @property
    def last_number(self) -> int:
        """Number of the newest published event."""
        return len(self._frames)

    def publish(self, events: Sequence[LedgerEvent]) -> None:
        """Let everyone who waits have these events."""
        if not events:
            return
        self._frames.extend(encode(event) for event in events)
        waiting, self._more = self._more, asyncio.Event()
        waiting.set()

    def frames_after(self, number: int, most: int) -> list[bytes]:
        """Return up to ``most`` events after ``number``, oldest first."""
        return self._frames[number : number + most]

    async def wait_beyond(self, number: int) -> None:
        """Return when there is an event after ``number``."""
        while self.last_number <= number:
            await self._more.wait()
