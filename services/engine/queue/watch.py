"""Writes down the first time told of each own order, and after the close how it was kept."""

import asyncio

from models.dates import ms_of_text
from models.trading.order import FINAL_STATES, Order, OrderState
from services.engine.queue.diary import KeptOrder, QueueDiary, QueueReport, Told
from services.engine.queue.tracker import QueueTracker
from services.engine.trading.books.books import Books
from services.market.heart import MarketHeart
from services.market.queue_position.flow import trading_ms
from services.market.queue_position.score import Outcome, score

_LOOK_S = 0.25
_AFTER_CLOSE_MS = 54_060_000  # 15:01


class QueueWatch:
    """One task beside the order path; it looks, and only its own files are written."""

    def __init__(
        self, tracker: QueueTracker, heart: MarketHeart, books: Books, diary: QueueDiary
    ) -> None:
        self._tracker = tracker
        self._heart = heart
        self._books = books
        self._diary = diary

    async def run(self) -> None:
        """Look until cancelled; the report is written after the close, and when the engine ends."""
        is_closed = False
        try:
            while True:
                self.look()
                if not is_closed and self._heart.market_time_ms >= _AFTER_CLOSE_MS:
                    is_closed = True
                    self.report()
                await asyncio.sleep(_LOOK_S)
        finally:
            self.report()

    def look(self) -> None:
        """Write down what is told for the first time."""
        for symbol in self._tracker.symbols():
            for place in self._tracker.places(symbol):
                if place.filled_permille and place.client_order_id not in self._diary.told:
                    index = self._heart.book_index(symbol)
                    now_ms = self._tracker.now_ms(index) if index is not None else 0
                    self._diary.tell(Told(place.client_order_id, symbol, place.side, now_ms, place))

    def report(self) -> None:
        """Write the report of the day so far, where anything was told."""
        until_ms = self._heart.market_time_ms
        kept = tuple(
            _kept(told, self._books.orders[name], self._filled_ms(name), until_ms)
            for name, told in self._diary.told.items()
            if name in self._books.orders
        )
        if kept:
            summary = score([one.outcome for one in kept])
            day = self._books.trade_date.isoformat()
            self._diary.write_report(QueueReport(day, until_ms, kept, summary))

    def _filled_ms(self, name: str) -> int:
        """Return when the last share traded."""
        fills = self._books.fills.values()
        times = [ms_of_text(fill.filled_at) for fill in fills if fill.client_order_id == name]
        return max(times, default=0)


def _kept(told: Told, order: Order, filled_ms: int, until_ms: int) -> KeptOrder:
    is_filled = order.state is OrderState.FILLED
    end_ms = until_ms
    if is_filled:
        end_ms = filled_ms
    elif order.state in FINAL_STATES:
        end_ms = ms_of_text(order.updated_at)
    waited = max(0, trading_ms(end_ms) - trading_ms(told.told_ms))
    place = told.place
    outcome = Outcome(place.expected_ms, place.filled_permille, waited, is_filled)
    return KeptOrder(told, outcome, order.state.value)
