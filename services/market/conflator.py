"""Keeps the newest state per watched security: only what changed since the last look is painted."""

from dataclasses import dataclass
from typing import Protocol

from models.market.picture import Depth, MinuteBar, Quote
from models.wire.view import BarsUpdate, Watch

_NEVER = -1


class Paints(Protocol):
    """What the conflator asks for pictures."""

    def book_index(self, symbol: str) -> int | None:
        """Return the number of a security's book."""
        ...

    def changed(self, indices: list[int], seen: list[int]) -> list[int]:
        """Return the positions whose version differs from ``seen``, and bring ``seen`` up to it."""
        ...

    def touched_since(self, touch: int) -> tuple[int, frozenset[int]]:
        """Return the books whose pictures changed without them, and the touch to ask from next."""
        ...

    def quote(self, symbol: str) -> Quote | None:
        """Return the line of one security."""
        ...

    def depth(self, symbol: str) -> Depth | None:
        """Return the ladder of one security."""
        ...

    def bars_from(self, symbol: str, minute: int) -> tuple[MinuteBar, ...]:
        """Return minute bars from a minute on."""
        ...


Changes = tuple[tuple[Quote, ...], tuple[Depth, ...], tuple[BarsUpdate, ...]]


@dataclass(slots=True)
class _Lane:
    """Watched securities of one kind and the versions they were last painted at."""

    symbols: list[str]
    indices: list[int]
    seen: list[int]


class Conflator:
    """One screen's view: newest wins, nothing queues."""

    def __init__(self, paints: Paints) -> None:
        self._paints = paints
        self._watch: Watch | None = None
        self._quotes = _Lane([], [], [])
        self._depths = _Lane([], [], [])
        self._last_minute: dict[str, int] = {}
        self._health_version = _NEVER
        self._touch = 0

    def forget(self) -> None:
        """Paint everything anew at the next look."""
        self._watch = None
        self._quotes = _Lane([], [], [])
        self._depths = _Lane([], [], [])
        self._last_minute.clear()
        self._touch = 0

    def follow(self, watch: Watch) -> None:
        """Watch this from now on: what was given up, be it for a moment, is painted anew."""
        if watch != self._watch:
            self._follow(watch)

    def has_news(self, watch: Watch, health_version: int) -> bool:
        """Whether ``take`` would return a depth."""
        if watch != self._watch or health_version != self._health_version:
            return True
        return bool(self._paints.changed(self._depths.indices, self._depths.seen.copy()))

    def repaint(self, symbol: str) -> None:
        """Paint a depth anew at the next look: something on it changed beside the book."""
        if symbol in self._depths.symbols:
            self._depths.seen[self._depths.symbols.index(symbol)] = _NEVER

    def take(self, watch: Watch, health_version: int) -> Changes:
        """Return what changed since the last look; a changed health repaints every depth."""
        self.follow(watch)
        if health_version != self._health_version:
            self._health_version = health_version
            self._depths.seen = [_NEVER] * len(self._depths.seen)
        self._touch, touched = self._paints.touched_since(self._touch)
        for lane in (self._quotes, self._depths) if touched else ():
            _forget(lane, touched)
        quotes = [self._paints.quote(symbol) for symbol in self._due(self._quotes)]
        due = self._due(self._depths)
        depths = [self._paints.depth(symbol) for symbol in due]
        bars = [self._bars(symbol) for symbol in due]
        return (
            tuple(quote for quote in quotes if quote is not None),
            tuple(depth for depth in depths if depth is not None),
            tuple(update for update in bars if update.bars or update.whole),
        )

    def _follow(self, watch: Watch) -> None:
        self._watch = watch
        self._quotes = self._lane(self._quotes, watch.quotes)
        self._depths = self._lane(self._depths, watch.depths)
        kept = set(watch.depths)
        self._last_minute = {
            symbol: minute for symbol, minute in self._last_minute.items() if symbol in kept
        }

    def _lane(self, old: _Lane, symbols: tuple[str, ...]) -> _Lane:
        versions = dict(zip(old.symbols, old.seen, strict=True))
        lane = _Lane([], [], [])
        for symbol in dict.fromkeys(symbols):
            index = self._paints.book_index(symbol)
            if index is not None:
                lane.symbols.append(symbol)
                lane.indices.append(index)
                lane.seen.append(versions.get(symbol, _NEVER))
        return lane

    def _due(self, lane: _Lane) -> list[str]:
        return [lane.symbols[at] for at in self._paints.changed(lane.indices, lane.seen)]

    def _bars(self, symbol: str) -> BarsUpdate:
        since = self._last_minute.get(symbol)
        bars = self._paints.bars_from(symbol, since or 0)
        if bars or since is None:
            self._last_minute[symbol] = bars[-1].minute if bars else 0
        return BarsUpdate(symbol, since is None, bars)


def _forget(lane: _Lane, touched: frozenset[int]) -> None:
    for at, index in enumerate(lane.indices):
        if index in touched:
            lane.seen[at] = _NEVER
