"""The desk's MarketWatch: the newest of what is on the screen, fed by the view lane."""

from collections.abc import Callable, Iterable
from typing import Protocol

from models.market.details import DetailWatch
from models.market.instrument import Instrument
from models.market.picture import Depth, MinuteBar, Quote
from models.status import LinkState
from models.wire.exchange import FeedInstrument
from models.wire.view import BarsUpdate, ViewFrame, ViewWelcome, Watch
from services.desk.market.details import DetailMemory
from services.desk.market.search import SecuritySearch, readings


class FeedBoard(Protocol):
    """Who tells the person how the feed stands."""

    def set_feed(self, state: LinkState, words: str) -> None:
        """While no frame can come."""
        ...

    def set_day(self, welcome: ViewWelcome) -> None:
        """The trade date as announced."""
        ...

    def take_frame(self, frame: ViewFrame) -> None:
        """Market time and health."""
        ...


class MarketWatch:
    """ui.ports.MarketWatch and the ViewListener behind it.

    ``send_watch`` (set once the client exists) gets what all owners together show. ``sent_ns`` is
    when the newest feed record of it was sent (models.wire.view.ViewFrame).
    """

    def __init__(self, board: FeedBoard) -> None:
        self._board = board
        self._send_watch: Callable[[Watch], None] = lambda _watch: None
        self._depth_owners: dict[str, frozenset[str]] = {}
        self._quote_owners: dict[str, frozenset[str]] = {}
        self._watch = Watch((), ())
        self._instruments: dict[str, Instrument] = {}
        self._search = SecuritySearch(())
        self._quotes: dict[str, Quote] = {}
        self._depths: dict[str, Depth] = {}
        self._bars: dict[str, dict[int, MinuteBar]] = {}
        self._revision = 0
        self._time_ms = 0
        self._speed = 1.0
        self.big_order_bounds: tuple[int, ...] = ()
        self.details = DetailMemory()
        self._moved: Callable[[], object] = _nobody
        self.sent_ns = 0

    def tell_moves_to(self, moved: Callable[[], object] | None) -> None:
        """Call ``moved`` at every day and frame with a book, None = nobody any more.

        Quotes alone hurry nobody: the book that comes next would have to wait for their painting.
        """
        self._moved = moved or _nobody

    def send_watches_to(self, send_watch: Callable[[Watch], None]) -> None:
        """Tell the view client what is shown, now and after each change."""
        self._send_watch = send_watch
        send_watch(self._watch)

    def instruments(self) -> tuple[Instrument, ...]:
        """All securities of the day; empty until the feed has announced them."""
        return tuple(self._instruments.values())

    def find(self, text: str) -> tuple[Instrument, ...]:
        """Securities by code, name or pinyin initials, best first."""
        return self._search.find(text)

    def instrument(self, symbol: str) -> Instrument | None:
        """One security."""
        return self._instruments.get(symbol)

    def show_depth(self, owner: str, symbols: frozenset[str]) -> None:
        """``owner`` (a page) now shows these books; an empty set ends it."""
        _put(self._depth_owners, owner, symbols)
        self._follow()

    def show_quotes(self, owner: str, symbols: frozenset[str]) -> None:
        """``owner`` now shows or values these securities; an empty set ends it."""
        _put(self._quote_owners, owner, symbols)
        self._follow()

    def show_details(self, owner: str, wanted: DetailWatch) -> None:
        """``owner`` now shows this beyond ten levels; an empty watch ends it."""
        self.details.show(owner, wanted)
        self._follow()

    def quote(self, symbol: str) -> Quote | None:
        """The newest quote."""
        return self._quotes.get(symbol)

    def depth(self, symbol: str) -> Depth | None:
        """The newest book of a shown security."""
        return self._depths.get(symbol)

    def bars(self, symbol: str) -> tuple[MinuteBar, ...]:
        """Today's minute bars of a shown security, oldest first."""
        return tuple(self._bars.get(symbol, {}).values())

    def revision(self) -> int:
        """Rises with every view frame and day."""
        return self._revision

    def time_ms(self) -> int:
        """The exchange's clock as last told; 0 before the first frame."""
        return self._time_ms

    def speed(self) -> float:
        """How many times quicker than real the day runs."""
        return self._speed

    def day_came(self, welcome: ViewWelcome) -> None:
        """Another day or session: nothing shown so far holds any more (ViewListener)."""
        listed = [_instrument(one) for one in welcome.instruments]
        self._instruments = {one.symbol: one for one in listed}
        self._search = SecuritySearch(listed)
        self._quotes.clear()
        self._depths.clear()
        self._bars.clear()
        self._time_ms = 0
        self._speed = max(1.0, welcome.speed)
        self.big_order_bounds = welcome.big_orders
        self.details.clear()
        self._revision += 1
        self._board.set_day(welcome)
        self._moved()

    def frame_came(self, frame: ViewFrame) -> None:
        """Take the newest state over (ViewListener)."""
        for quote in frame.quotes:
            self._quotes[quote.symbol] = quote
        for depth in frame.depths:
            self._depths[depth.quote.symbol] = depth
            self._quotes[depth.quote.symbol] = depth.quote
        for update in frame.bars:
            self._take_bars(update)
        self.details.take(frame.details)
        self._time_ms = frame.time_ms
        self._revision += 1
        self.sent_ns = frame.sent_ns
        self._board.take_frame(frame)
        if frame.depths:
            self._moved()

    def view_changed(self, state: LinkState, text: str) -> None:
        """The line stands otherwise than before (ViewListener)."""
        if state is not LinkState.CONNECTED:
            self._board.set_feed(state, text)

    def _follow(self) -> None:
        depths = frozenset[str]().union(*self._depth_owners.values())
        quotes = frozenset[str]().union(*self._quote_owners.values())
        watch = Watch(tuple(sorted(quotes - depths)), tuple(sorted(depths)), self.details.watch)
        if watch == self._watch:
            return
        self._watch = watch
        for gone in self._depths.keys() - depths:
            del self._depths[gone]
        for gone in self._bars.keys() - depths:
            del self._bars[gone]
        self._send_watch(watch)

    def _take_bars(self, update: BarsUpdate) -> None:
        """A late frame of a book no longer shown must not leave its bars behind."""
        if update.symbol not in self._watch.depths:
            return
        fresh = {bar.minute: bar for bar in update.bars}
        known = {} if update.whole else self._bars.get(update.symbol, {})
        self._bars[update.symbol] = known | fresh


def _nobody() -> None:
    """Nobody looks."""


def _put(owners: dict[str, frozenset[str]], owner: str, symbols: Iterable[str]) -> None:
    wanted = frozenset(symbols)
    if wanted:
        owners[owner] = wanted
        return
    owners.pop(owner, None)


def _instrument(listed: FeedInstrument) -> Instrument:
    return Instrument(
        index=listed.index,
        symbol=listed.symbol,
        name=listed.name,
        pinyin=readings(listed.name)[0],
        exchange=listed.exchange,
        board=listed.board,
        kind=listed.kind,
        status=listed.status,
        industry=listed.industry,
        previous_close_units=listed.previous_close_units,
    )
