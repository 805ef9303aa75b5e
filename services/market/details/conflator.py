"""Keeps what one screen watches beyond ten levels: each kind at its own pace, newest wins."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from models.market.details import Details, DetailWatch, MarketRanking
from services.market.details.insight import MarketInsight
from services.market.details.scan import MarketScan
from services.market.heart import MarketHeart

Key = TypeVar("Key")
Picture = TypeVar("Picture")

FULL_S = 0.2
QUEUE_S = 0.1
SLOW_S = 0.5
_NEVER = -1


class Versions(Protocol):
    """Tells which books changed."""

    def book_index(self, symbol: str) -> int | None:
        """Return the number of a security's book."""
        ...

    def changed(self, indices: list[int], seen: list[int]) -> list[int]:
        """Return the positions whose version differs from ``seen``, and bring ``seen`` up to it."""
        ...


class PacedPictures(Generic[Key, Picture]):
    """Watched things of one kind: painted when their book changed, after a pause at the least."""

    def __init__(
        self,
        books: Versions,
        pause_s: float,
        symbol_of: Callable[[Key], str],
        paint: Callable[[Key], Picture | None],
    ) -> None:
        self._books = books
        self._pause_s = pause_s
        self._symbol_of = symbol_of
        self._paint = paint
        self.forget()

    def forget(self) -> None:
        """Paint everything anew at the next look."""
        self._watched: tuple[Key, ...] = ()
        self._keys: list[Key] = []
        self._indices: list[int] = []
        self._seen: list[int] = []
        self._due = 0.0

    def follow(self, watched: tuple[Key, ...]) -> None:
        """Watch these from now on: what is new, or was given up for a moment, comes at once."""
        if watched != self._watched:
            self._follow(watched)
            self._due = 0.0

    def take(self, watched: tuple[Key, ...], now: float) -> tuple[Picture, ...]:
        """Return what changed since the last look, when it is due."""
        self.follow(watched)
        if now < self._due:
            return ()
        self._due = now + self._pause_s
        due = self._books.changed(self._indices, self._seen)
        painted = [self._paint(self._keys[at]) for at in due]
        return tuple(picture for picture in painted if picture is not None)

    def _follow(self, watched: tuple[Key, ...]) -> None:
        versions = dict(zip(self._keys, self._seen, strict=True))
        self._watched = watched
        found = [(key, self._books.book_index(self._symbol_of(key))) for key in watched]
        self._keys = [key for key, index in found if index is not None]
        self._indices = [index for _, index in found if index is not None]
        self._seen = [versions.get(key, _NEVER) for key in self._keys]


class DetailConflator:
    """One screen's details; ``now`` is a monotonic clock in seconds."""

    def __init__(self, heart: MarketHeart) -> None:
        insight = MarketInsight(heart)
        self._full = PacedPictures(heart, FULL_S, str, insight.full_depth)
        self._queues = PacedPictures(heart, QUEUE_S, lambda place: place.symbol, insight.queue)
        self._flows = PacedPictures(heart, SLOW_S, str, insight.flow)
        self._seals = PacedPictures(heart, SLOW_S, str, insight.seal_state)
        self._scan = MarketScan(heart, insight)

    def forget(self) -> None:
        """Another session: nothing sent so far holds."""
        for kind in (self._full, self._queues, self._flows, self._seals, self._scan):
            kind.forget()

    def follow(self, watch: DetailWatch) -> None:
        """Watch this from now on."""
        self._full.follow(watch.full)
        self._queues.follow(watch.queues)
        self._flows.follow(watch.flows)
        self._seals.follow(watch.seals)

    def take(self, watch: DetailWatch, now: float) -> Details:
        """Return what changed since the last look, each kind when it is due."""
        return Details(
            full=self._full.take(watch.full, now),
            queues=self._queues.take(watch.queues, now),
            flows=self._flows.take(watch.flows, now),
            seals=self._seals.take(watch.seals, now),
            ranking=self._ranking(watch, now),
        )

    def _ranking(self, watch: DetailWatch, now: float) -> MarketRanking | None:
        if watch.has_ranking:
            return self._scan.step(now)
        self._scan.forget()
        return None
