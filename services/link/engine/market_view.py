"""The market heart as the view lane and the checks see it."""

import asyncio
from collections.abc import Callable

from msgspec.structs import replace

from models.dates import MS_PER_SECOND, ms_of_day
from models.market.details import Details, DetailWatch
from models.market.own_place import OwnPlace
from models.market.picture import BookHealth, Depth, Quote
from models.wire.exchange import FeedInstrument
from models.wire.view import EngineHealth, Watch
from services.clock.clock import Clock
from services.engine.gateways.gateway import Gateway
from services.link.engine.ports import BookChanges, QueueBoard
from services.market.conflator import Conflator
from services.market.details.conflator import DetailConflator
from services.market.feed.port import FeedLink
from services.market.heart import MarketHeart

PlacesOf = Callable[[str], tuple[OwnPlace, ...]]

REPLAY_TEXT = "行情回放中,没有可成交的市场"
_RATE_S = 1.0
_MOST_LAG_MS = 5_000  # the feed tells its time once a second


class MarketView:
    """Market of the view lane and MarketReference of the order path."""

    def __init__(
        self,
        heart: MarketHeart,
        feed_link: Callable[[], FeedLink],
        gateway: Gateway,
        clock: Clock,
        now: Callable[[], float],
        recording: Callable[[], str] = lambda: "",
    ) -> None:
        self._clock = clock
        self._recording = recording
        self._rate = RateMeter(now)
        self._heart = heart
        self._feed_link = feed_link
        self._gateway = gateway
        self._places: PlacesOf = _nowhere

    def follow_queue(self, board: QueueBoard) -> None:
        """Show the places of our own orders with the books from now on."""
        self._places = board.places

    def day(self) -> tuple[str, str, float, tuple[FeedInstrument, ...]]:
        """Feed session, trade date, speed and instruments."""
        welcome = self._heart.welcome
        if welcome is None:
            return "", "", 0.0, ()
        return welcome.session, welcome.trade_date, welcome.speed, welcome.instruments

    def big_order_bounds(self) -> tuple[int, ...]:
        """As the books count them."""
        return self._heart.flow.limits

    def subscribe(self) -> "DeskView":
        """A new desk looks on."""
        return DeskView(self._heart, lambda symbol: self._places(symbol))

    def time_ms(self) -> int:
        """The exchange's clock."""
        return self._heart.market_time_ms

    def sent_ns(self) -> int:
        """When the newest applied feed frame was sent."""
        return self._heart.sent_ns

    def health(self) -> EngineHealth:
        """Connection truth (features T21)."""
        facts, link = self._heart.health(), self._feed_link()
        recovering = link.state == "live" and facts.recovering_channels
        return EngineHealth(
            feed="recovering" if recovering else link.state,
            feed_text=f"通道 {facts.recovering_channels} 正在补取" if recovering else link.text,
            orders="replay" if self._is_replay else self._gateway.state.value,
            records=facts.records,
            records_per_second=self._rate.per_second(facts.records),
            gaps=facts.gaps,
            duplicates=facts.duplicates,
            refused_frames=facts.refused_frames,
            kernel=facts.kernel,
            recording=self._recording(),
        )

    @property
    def _is_replay(self) -> bool:
        welcome = self._heart.welcome
        return welcome is not None and welcome.replay

    def security(self, symbol: str) -> FeedInstrument | None:
        """The security as announced today (MarketReference)."""
        return self._heart.instrument(symbol)

    def quote(self, symbol: str) -> Quote | None:
        """The newest quote (MarketReference)."""
        return self._heart.quote(symbol)

    def quote_fault(self, symbol: str) -> str:
        """Why the quote may not be believed (MarketReference)."""
        if self._is_replay:
            return REPLAY_TEXT
        link = self._feed_link()
        if link.state != "live":
            return link.text or "行情未连接"
        if self._heart.instrument(symbol) is None:
            return "没有行情"
        health, reason = self._heart.book_health(symbol)
        if health is not BookHealth.GOOD:
            return reason or "盘口不可信"
        return self._lag()

    def _lag(self) -> str:
        """History comes before the present: until it is caught up, quotes are of the past."""
        welcome = self._heart.welcome
        speed = max(1.0, welcome.speed) if welcome else 1.0
        lag_ms = ms_of_day(self._clock.now()) - self._heart.market_time_ms
        if lag_ms <= _MOST_LAG_MS * speed:
            return ""
        return f"行情落后 {lag_ms // MS_PER_SECOND} 秒"


class RateMeter:
    """Rate of a counter over the last whole second or so; ``now`` in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._since = now()
        self._count = 0
        self._rate = 0

    def per_second(self, count: int) -> int:
        """Return the rate; a counter that fell back started anew."""
        passed = self._now() - self._since
        if passed >= _RATE_S or count < self._count:
            self._rate = round(max(0, count - self._count) / passed) if passed else 0
            self._since, self._count = self._now(), count
        return self._rate


def _nowhere(_symbol: str) -> tuple[OwnPlace, ...]:
    return ()


def _told_as(heart: MarketHeart) -> tuple[str, tuple[int, ...]]:
    """Session and bounds of big orders: with another of them all is told anew."""
    return heart.session, heart.flow.limits


def _with_own(depth: Depth, own: dict[str, tuple[OwnPlace, ...]]) -> Depth:
    places = own.get(depth.quote.symbol)
    return replace(depth, own=places) if places else depth


class DeskView:
    """What one desk has been sent; quotes and books go at their own pace."""

    def __init__(self, heart: MarketHeart, places: PlacesOf) -> None:
        self._heart = heart
        self._places = places
        self._told_own: dict[str, tuple[OwnPlace, ...]] = {}
        self._told = _told_as(heart)
        self._quotes = Conflator(heart)
        self._books = Conflator(heart)
        self._details = DetailConflator(heart)
        self._quote_watch = Watch((), ())
        self._book_watch = Watch((), ())
        self._detail_watch = DetailWatch()
        self._news = asyncio.Event()

    def watch(self, watch: Watch) -> None:
        """The desk now shows this; a watched book's quote rides in its depth.

        The desk has forgotten what a watch left out, also when the next one names it again.
        """
        self._quote_watch = Watch(watch.quotes, ())
        self._book_watch = Watch((), watch.depths)
        self._detail_watch = watch.details
        self._books.follow(self._book_watch)
        self._details.follow(self._detail_watch)
        self._news.set()

    async def wait_news(self) -> None:
        """Return when a watched book changed, or the watch, or the session."""
        self._news.clear()
        self._heart.watchers.add(self._look)
        try:
            await self._news.wait()
        finally:
            self._heart.watchers.remove(self._look)

    def take_books(self) -> BookChanges:
        """Depths and bars that changed since the last call; own orders ride in their depth."""
        self._follow_session()
        own = self._own_places()
        _, depths, bars = self._books.take(self._book_watch, self._heart.health_version)
        return tuple(_with_own(depth, own) for depth in depths), bars

    def take_quotes(self) -> tuple[Quote, ...]:
        """Quotes that changed since the last call."""
        self._follow_session()
        return self._quotes.take(self._quote_watch, self._heart.health_version)[0]

    def take_details(self, now: float) -> Details:
        """What changed beyond ten levels and is due; ``now`` in seconds, monotonic."""
        self._follow_session()
        return self._details.take(self._detail_watch, now)

    def _own_places(self) -> dict[str, tuple[OwnPlace, ...]]:
        """Return places by security; a book whose own orders moved is painted again."""
        own = {symbol: self._places(symbol) for symbol in self._book_watch.depths}
        for symbol, places in own.items():
            if places != self._told_own.get(symbol, ()):
                self._books.repaint(symbol)
        self._told_own = own
        return own

    def _look(self) -> None:
        if self._news.is_set():
            return
        if self._told != _told_as(self._heart) or self._books.has_news(
            self._book_watch, self._heart.health_version
        ):
            self._news.set()

    def _follow_session(self) -> None:
        if self._told != _told_as(self._heart):
            self._told = _told_as(self._heart)
            self._quotes.forget()
            self._books.forget()
            self._details.forget()
