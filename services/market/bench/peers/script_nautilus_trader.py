"""Runs in the peer's own environment: applies the stream to nautilus_trader's L3 book."""

import json
import sys
import time

import numpy as np
from nautilus_trader.model.book import OrderBook  # type: ignore[import-not-found]  # the peer's own
from nautilus_trader.model.data import (  # type: ignore[import-not-found]  # the peer's own
    BookOrder,
    OrderBookDelta,
    OrderBookDeltas,
)
from nautilus_trader.model.enums import (  # type: ignore[import-not-found]  # the peer's own
    BookAction,
    BookType,
    OrderSide,
)
from nautilus_trader.model.identifiers import (  # type: ignore[import-not-found]  # the peer's own
    InstrumentId,
)
from nautilus_trader.model.objects import (  # type: ignore[import-not-found]  # the peer's own
    Price,
    Quantity,
)

_NAME = InstrumentId.from_str("600519.XSHG")
_ACTIONS = (BookAction.ADD, BookAction.UPDATE, BookAction.DELETE)
_SIDES = (OrderSide.BUY, OrderSide.SELL)
_BATCH = 1_000


def main() -> None:
    """Time batched deltas, book only; print JSON."""
    deltas = np.load(sys.argv[1])
    batches = [
        OrderBookDeltas(_NAME, [_delta(row) for row in deltas[at : at + _BATCH].tolist()])
        for at in range(0, len(deltas), _BATCH)
    ]
    best = float("inf")
    book = None
    for _ in range(5):
        book = OrderBook(_NAME, BookType.L3_MBO)
        began = time.perf_counter()
        for batch in batches:
            book.apply_deltas(batch)
        best = min(best, time.perf_counter() - began)
    sides = [_levels(book.bids()), _levels(book.asks())] if book is not None else []
    facts = {"events": len(deltas), "ten_levels": 0, "book_only": best, "sides": sides}
    sys.stdout.write(json.dumps(facts))


def _delta(row: tuple[int, int, int, int, int]) -> object:
    action, side, price, quantity, order_id = row
    order = BookOrder(
        _SIDES[side], Price(price / 10_000, 2), Quantity(max(quantity, 0), 0), order_id
    )
    return OrderBookDelta(_NAME, _ACTIONS[action], order, 0, 0, 0, 0)


def _levels(levels: list[object]) -> list[list[int]]:
    rows = []
    for level in levels[:10]:
        orders = level.orders()  # type: ignore[attr-defined]  # the peer's own type
        price = level.price  # type: ignore[attr-defined]  # the peer's own type
        quantity = sum(int(float(order.size)) for order in orders)
        rows.append([round(float(price) * 10_000), quantity, len(orders)])
    return rows


if __name__ == "__main__":
    main()
