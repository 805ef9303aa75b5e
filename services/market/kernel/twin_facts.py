"""The numbers of a plain-Python book, as readers and the state hash want them."""

from services.market.kernel.book import BUY, SELL, BookFacts, QuoteFacts, Standing
from services.market.kernel.twin_book import TwinBook, TwinOrder


def facts_of(book: TwinBook) -> BookFacts:
    """Return the numbers of this book."""
    buy, sell = book.sides
    tape = book.tape
    return BookFacts(
        book.phase,
        book.previous_close,
        tape.last,
        tape.open,
        tape.high,
        tape.low,
        tape.volume,
        tape.turnover,
        tape.trades,
        book.time_ms,
        book.sequence,
        book.version,
        (buy.total, sell.total),
        (buy.value, sell.value),
        (buy.orders, sell.orders),
        (buy.withdrawn_count, sell.withdrawn_count),
        (buy.withdrawn, sell.withdrawn),
        (buy.withdrawn_value, sell.withdrawn_value),
        book.faults,
        book.first_fault,
        book.fault_sequence,
        book.clock_backs,
    )


def quote_of(book: TwinBook) -> QuoteFacts:
    """Return the few numbers that a list shows."""
    tape = book.tape
    return QuoteFacts(
        book.phase,
        book.previous_close,
        tape.last,
        tape.open,
        tape.high,
        tape.low,
        tape.volume,
        tape.turnover,
        book.time_ms,
        book.sides[BUY].best,
        book.sides[SELL].best,
    )


def standing_of(book: TwinBook, order: TwinOrder) -> Standing:
    """Return where a resting order of this book stands."""
    side = book.sides[order.side]
    queue = side.queue(order.price, 0)
    place = [order_id for order_id, _ in queue].index(order.order_id)
    levels = side.rows(0)
    better = levels[: [price for price, _, _ in levels].index(order.price)]
    return Standing(
        order.side,
        order.price,
        order.quantity,
        sum(left for _, left in queue[:place]),
        place,
        sum(left for _, left in queue[place + 1 :]),
        len(queue) - place - 1,
        sum(quantity for _, quantity, _ in better),
        sum(count for _, _, count in better),
    )


def words_of(book: TwinBook) -> list[int]:
    """Return the numbers that the state hash is made of."""
    words = [book.phase, book.previous_close, book.time_ms, book.sequence, book.version]
    words += [book.faults, book.first_fault, book.fault_sequence, book.clock_backs]
    words += book.tape.words()
    for side in book.sides:
        words += side.words()
    pending = book.pending
    if pending is None:
        return [*words, 0]
    return [*words, pending.order_id, pending.side, pending.price, pending.quantity]
