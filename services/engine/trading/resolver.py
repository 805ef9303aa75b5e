"""Orders without an answer: they become unknown after a deadline and stay so until proved.

Proof is a report, an answer to QueryOrder, or the exchange saying twice that its present session
never saw the order. A time-out alone never ends an order.
"""

from collections.abc import Callable
from dataclasses import dataclass

from models.trading.order import Order, OrderState
from models.wire.exchange import OrderStatus, QueryOrder
from services.engine.trading import keeper
from services.engine.trading.books.books import Books
from services.engine.trading.journal.records import Cause
from services.engine.trading.scribe import Scribe

_S = OrderState
_UNANSWERED = frozenset({_S.PENDING, _S.SENT, _S.CANCELLING})
_PROOFS_OF_ABSENCE = 2


@dataclass(frozen=True, slots=True)
class ResolverPace:
    """Seconds: till an answer is overdue, between first queries, between later ones at most."""

    answer_s: float = 3.0
    query_first_s: float = 1.0
    query_most_s: float = 30.0


@dataclass(slots=True)
class _Wait:
    due: float
    queries: int = 0
    absent: int = 0


class Resolver:
    """Watches what is unanswered. Times are seconds of the loop's clock."""

    def __init__(
        self, scribe: Scribe, books: Books, resume: Callable[[], None], pace: ResolverPace
    ) -> None:
        self._scribe = scribe
        self._books = books
        self._resume = resume
        self._pace = pace
        self._waits: dict[str, _Wait] = {}

    def expect(self, name: str, now: float) -> None:
        """An order or cancel went out: an answer is due."""
        self._waits[name] = _Wait(now + self._pace.answer_s)

    def next_due(self) -> float | None:
        """When ``act`` has something to do."""
        return min((wait.due for wait in self._waits.values()), default=None)

    def act(self, now: float) -> None:
        """Turn what is overdue into unknown and ask about it."""
        for name, wait in list(self._waits.items()):
            order = self._books.orders[name]
            if not self._is_open(order):
                del self._waits[name]
            elif wait.due <= now:
                self._ask(order, wait, now, Cause.DEADLINE)

    def recover(self, now: float) -> None:
        """After a restart: whatever was under way is unknown; nothing is sent again."""
        for name in list(self._books.live):
            order = self._books.orders[name]
            if self._is_open(order):
                self._waits[name] = wait = _Wait(now)
                self._ask(order, wait, now, Cause.RESTART)

    def ask_now(self, now: float) -> None:
        """The line is back: do not wait out the back-off."""
        for wait in self._waits.values():
            if wait.queries:
                wait.due, wait.queries = now, 0

    def end_older_sessions(self, session: str) -> None:
        """Orders of another session of the exchange are over: it keeps none."""
        for name in list(self._books.live):
            if self._books.terms[name].session != session:
                self._end(self._books.orders[name], Cause.DAY_OVER, "DAY_OVER", _DAY_OVER)

    def status(self, status: OrderStatus, now: float) -> None:
        """Take the exchange's word about one order."""
        order = self._books.orders.get(status.order_ref)
        wait = self._waits.get(status.order_ref)
        if order is None or wait is None or order.state is not _S.UNKNOWN:
            return
        if not status.known:
            self._absent(order, wait, now)
            return
        if status.filled != order.filled:
            self._resume()
            return
        self._believe(order, status)

    def _is_open(self, order: Order) -> bool:
        return order.state is _S.UNKNOWN or order.state in _UNANSWERED

    def _ask(self, order: Order, wait: _Wait, now: float, cause: Cause) -> None:
        if order.state in _UNANSWERED:
            unknown = keeper.stepped(order, _S.UNKNOWN, self._scribe.now())
            if unknown is not None:
                self._scribe.order(keeper.explained(unknown, "NO_ANSWER", _NO_ANSWER), cause)
        self._scribe.outbox.append(QueryOrder(order.client_order_id))
        pause = min(self._pace.query_first_s * (1 << wait.queries), self._pace.query_most_s)
        wait.due = now + pause
        wait.queries = min(wait.queries + 1, 16)

    def _absent(self, order: Order, wait: _Wait, now: float) -> None:
        wait.absent += 1
        if wait.absent < _PROOFS_OF_ABSENCE:
            wait.due = min(wait.due, now + self._pace.query_first_s)
            return
        self._end(order, Cause.STATUS, "NOT_RECEIVED", _NOT_RECEIVED)

    def _believe(self, order: Order, status: OrderStatus) -> None:
        at = self._scribe.now()
        match status.state:
            case "cancelled":
                after = keeper.cancelled(order, at)
            case "rejected":
                after = keeper.stepped(order, _S.REJECTED, at)
            case _:
                after = keeper.standing(order, at)
        if after is not None:
            self._scribe.order(after, Cause.STATUS)

    def _end(self, order: Order, cause: Cause, reason: str, text: str) -> None:
        ended = keeper.cancelled(order, self._scribe.now())
        if ended is None:
            self._scribe.odd("ILLEGAL_STEP", f"{order.client_order_id} {order.state} {cause}")
            return
        self._scribe.order(keeper.explained(ended, reason, text), cause)


_NO_ANSWER = "交易所未在时限内答复,正在查询;查清之前按可能成交处理,请勿重复下单"
_NOT_RECEIVED = "经两次查询,交易所本次会话没有收到该委托,已按未成交撤销处理"
_DAY_OVER = "交易所已换新的会话,上一会话的委托随之失效;未成交部分已撤销"
