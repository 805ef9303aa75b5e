"""The port through which level-2 records reach the engine, whoever sends them."""

import asyncio
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FeedLink:
    """``state`` is "live", "connecting" or "down"; ``text`` says in words why it is not live."""

    state: str
    text: str


class Feed(Protocol):
    """A source of level-2 records: the exchange's websocket, a recording, a vendor's live feed.

    An adapter is built around one ``MarketHeart`` and calls it on the loop, never from a thread.
    It owes the heart, and the acceptance cards in tests/services/market/feed hold it to:

    1. The day first: ``on_welcome`` with the trade date and every instrument (dense index, symbol,
       channel, limits) before any record; another ``session`` when sequences start anew.
    2. Records as frames of ``models.wire.feed``, in each channel numbered densely from 1. A vendor
       whose own numbers have holes by design renumbers; real loss must stay a hole.
    3. The past first: after a welcome everything from ``next_sequences()`` on, then what comes.
    4. Each FeedResend that ``on_frame``, ``on_heartbeat`` or ``on_timer`` return is answered with
       the records of that range, as a frame.
    5. ``on_heartbeat`` about once a second with the market time (ms of the Beijing day, never going
       back in a session) and the last sequence of each channel, so that a lost tail is missed.
    6. ``link`` tells the truth within five seconds, ``run`` never ends before ``stop`` for trouble
       of the line: it says "down", waits and tries again, going on where the heart stands.
    7. Bytes that are no message are counted and cut the line; nothing is raised into the engine.
    """

    @property
    def link(self) -> FeedLink:
        """How the line stands now."""
        ...

    async def run(self, stop: asyncio.Event) -> None:
        """Keep the heart fed until ``stop``."""
        ...
