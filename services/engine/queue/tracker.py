"""Knows where every open order of ours stands; asked for at any moment, it remembers no queue.

Orders and their exchange numbers come from the journal's state, queues from the books, so a
restarted engine tells the same as soon as the feed has caught up.
"""

from collections import defaultdict
from collections.abc import Callable

from models.dates import MS_PER_MINUTE, ms_of_text
from models.market.own_place import OwnPlace, QueueDoubt
from models.trading.order import Order, OrderState
from services.engine.trading.books.books import Books
from services.market.heart import MarketHeart
from services.market.queue_position.flow import OPEN_MS
from services.market.queue_position.locate import TOLERANCE_MS, AddLocator, Sought
from services.market.queue_position.place import Moment, OwnOrder, estimated, unplaced

_S = OrderState
_ON_THE_WAY = frozenset({_S.PENDING, _S.SENT})
_QUEUED = frozenset({_S.WORKING, _S.PARTLY_FILLED, _S.CANCELLING, _S.UNKNOWN})
_GAP_MS = 33_900_000  # 09:25: what is taken from here to 09:30 enters the book at 09:30
_BARS_MINUTES = 125  # half an hour of trading, across lunch


class QueueTracker:
    """Places of own orders by security; ``fault`` tells why a book may not be believed."""

    def __init__(self, heart: MarketHeart, books: Books, fault: Callable[[str], str]) -> None:
        self._heart = heart
        self._books = books
        self._fault = fault
        self._locator = AddLocator()
        self._queued: dict[str, list[str]] = {}
        self._seen: tuple[int, str] = (-1, "")
        heart.add_listener(self._on_records)

    def places(self, symbol: str) -> tuple[OwnPlace, ...]:
        """Return where our open orders of a security stand, in the order they were entered."""
        self._follow()
        names = self._queued.get(symbol)
        index = self._heart.book_index(symbol)
        if not names or index is None:
            return ()
        fault = self._fault(symbol)
        return tuple(self._place(self._books.orders[name], index, fault) for name in names)

    def symbols(self) -> tuple[str, ...]:
        """Return the securities in which orders of ours are open."""
        self._follow()
        return tuple(self._queued)

    def now_ms(self, index: int) -> int:
        """Return the market's time as far as a book knows it."""
        return max(self._heart.market_time_ms, self._heart.books.quote(index).time_ms)

    def _place(self, order: Order, index: int, fault: str) -> OwnPlace:
        own = OwnOrder(
            order.client_order_id, order.side, order.price_units, order.left, self._ids(order)
        )
        if fault:
            return unplaced(own, QueueDoubt.FEED)
        now_ms = self.now_ms(index)
        if not own.order_ids and self._is_held(order, now_ms):
            return unplaced(own, QueueDoubt.HELD)
        bars = self._heart.books.bars(index, now_ms // MS_PER_MINUTE - _BARS_MINUTES)
        return estimated(self._heart.books, index, own, Moment(now_ms, bars))

    def _ids(self, order: Order) -> tuple[int, ...]:
        known = self._books.numbers.get(order.client_order_id)
        if known is not None and known.exchange_order_id:
            return (known.exchange_order_id,)
        return self._locator.candidates(order.client_order_id) if known is not None else ()

    def _is_held(self, order: Order, now_ms: int) -> bool:
        known = self._books.numbers.get(order.client_order_id)
        return known is not None and _GAP_MS <= known.accepted_ms <= now_ms < OPEN_MS

    def _on_records(self, channel: int, run: memoryview) -> None:
        self._follow()
        self._locator.on_records(channel, run)

    def _follow(self) -> None:
        """Take over what orders there are, when the journal or the feed has moved on."""
        state = self._books.last_number, self._heart.session
        if state == self._seen:
            return
        if state[1] != self._seen[1]:
            self._locator = AddLocator()
        self._seen = state
        queued: defaultdict[str, list[str]] = defaultdict(list)
        for name in self._books.live:
            order = self._books.orders[name]
            if order.state in _QUEUED:
                queued[order.symbol].append(name)
            self._seek(order)
        self._queued = dict(queued)
        self._locator.keep(self._books.live)

    def _seek(self, order: Order) -> None:
        """Look for the order in the feed until its number is known."""
        name, index = order.client_order_id, self._heart.book_index(order.symbol)
        known = self._books.numbers.get(name)
        if index is None or order.state not in _QUEUED | _ON_THE_WAY:
            return
        if known is not None and known.exchange_order_id:
            self._locator.forget(name)
            return
        entered = ms_of_text(order.entered_at) - TOLERANCE_MS
        sought = Sought(index, order.side, order.price_units, order.quantity, entered)
        self._locator.seek(name, sought)
        if known is not None:
            held = _GAP_MS <= known.accepted_ms < OPEN_MS
            self._locator.accepted(name, OPEN_MS if held else known.accepted_ms)
