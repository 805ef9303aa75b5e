"""Rebuilds a book from tick messages (market-rules § 2.8).

SSE: an order that trades at once shows its trades first and then only its remainder, or nothing.
SZSE: every order appears in full, then its trades.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.rules.basis.missing import known
from models.rules.market.book.messages import (
    Message,
    SseAdd,
    SseDelete,
    SsePhase,
    SseTrade,
    SzseExecution,
    SzseOrder,
)
from models.rules.market.book.orders import BookOrder, Level, OrderBook
from models.rules.market.book.sequence import Sequence as Sequencer
from models.trading.order import Side

_FILL = "F"
_MARKET, _OWN_BEST = "1", "U"


@dataclass(frozen=True, slots=True)
class BookError:
    """A row that cannot be right; it changed nothing."""

    seq: int
    code: str


@dataclass(frozen=True, slots=True)
class RebuiltBook:
    """The book after all messages; prices in CNY, quantities in shares.

    ``applied`` in order; ``held`` had to wait; ``gap`` = a hole is still open.
    """

    book: OrderBook
    applied: tuple[int, ...]
    held: tuple[int, ...]
    gap: bool
    duplicates: int
    errors: tuple[BookError, ...]

    def levels(self, side: Side) -> list[Level]:
        """Return the levels of a side, best first."""
        return self.book.levels(side)


def rebuild(messages: Sequence[Message], first_seq: int = 1) -> RebuiltBook:
    """Apply messages in the order of their numbers, whatever order they came in."""
    book = OrderBook()
    sequence: Sequencer[Message] = Sequencer(first_seq)
    applied: list[int] = []
    errors: list[BookError] = []
    for arrived in messages:
        for message in sequence.let_through(arrived):
            applied.append(message.seq)
            fault = apply(book, message)
            if fault:
                errors.append(BookError(message.seq, fault))
    return RebuiltBook(
        book,
        tuple(applied),
        tuple(sequence.held),
        sequence.has_gap,
        sequence.duplicates,
        tuple(errors),
    )


def apply(book: OrderBook, message: Message) -> str:
    """Apply one message; a code says why it changed nothing."""
    handler: Callable[[OrderBook, Message], str] = _HANDLERS[type(message)]
    return handler(book, message)


def _add(book: OrderBook, row: SseAdd) -> str:
    if book.knows(row.id):
        return "DUPLICATE_ID"
    seen = book.orders.get(row.id)
    traded = seen.orig if seen is not None else 0
    orig = row.qty + (traded if row.traded is None else row.traded)
    inferred = row.traded is None and traded > 0
    book.orders[row.id] = BookOrder(row.side, orig, row.qty, row.price, inferred)
    return ""


def _delete(book: OrderBook, row: SseDelete) -> str:
    if not book.knows(row.id):
        return "UNKNOWN_ID"
    book.take_off(row.id, row.qty)
    return ""


def _trade(book: OrderBook, row: SseTrade) -> str:
    sides = ((row.buy, Side.BUY), (row.sell, Side.SELL))
    if not any(book.knows(order_id) for order_id, _ in sides):
        return "BOTH_IDS_UNKNOWN"
    for order_id, side in sides:
        if book.knows(order_id):
            book.take_off(order_id, row.qty)
        elif order_id:
            _infer(book, order_id, side, row.qty)
    book.volume += row.qty
    return ""


def _infer(book: OrderBook, order_id: int, side: Side, qty: int) -> None:
    """An order without a row of its own is at least as large as its trades."""
    unseen = BookOrder(side, 0, 0, inferred=True, is_known=False)
    book.orders.setdefault(order_id, unseen).orig += qty


def _phase(book: OrderBook, row: SsePhase) -> str:
    return ""


def _order(book: OrderBook, row: SzseOrder) -> str:
    rests = _resting_price(book, row)
    cancelled = row.ord == _OWN_BEST and rests is None
    left = 0 if cancelled else row.qty
    book.orders[row.seq] = BookOrder(row.side, row.qty, left, rests)
    return ""


def _resting_price(book: OrderBook, row: SzseOrder) -> Decimal | None:
    """Raises MissingFact for a limit order without a price."""
    if row.ord == _OWN_BEST:
        return book.best(row.side)
    return None if row.ord == _MARKET else known(row.price or None, "price")


def _execution(book: OrderBook, row: SzseExecution) -> str:
    named = [order_id for order_id in (row.buy, row.sell) if order_id or row.exec == _FILL]
    if not named or not all(book.knows(order_id) for order_id in named):
        return "UNKNOWN_ID"
    for order_id in named:
        book.take_off(order_id, row.qty)
    if row.exec == _FILL:
        book.volume += row.qty
    return ""


_HANDLERS: dict[type, Callable[..., str]] = {
    SseAdd: _add,
    SseDelete: _delete,
    SseTrade: _trade,
    SsePhase: _phase,
    SzseOrder: _order,
    SzseExecution: _execution,
}
