"""Runs in the peer's own environment: applies the stream to nautilus_trader's L3 book."""

import json
import sys
import time

import numpy as np
from nautilus_trader.core import (  # type: ignore[import-not-found]  # the peer's own
    nautilus_pyo3 as pyo3,
)
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
    """Time batched deltas, book only, made beforehand and out of packed bytes; print JSON."""
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
    sys.stdout.write(json.dumps(facts | {"book_only_from_bytes": _from_bytes(deltas)}))


def _from_bytes(deltas: np.ndarray) -> float:
    """Time the same batches out of the peer's own packed form, as ours reads packed records."""
    name = pyo3.InstrumentId.from_str("600519.XSHG")
    made = [_packed_delta(name, row) for row in deltas.tolist()]
    packed = [
        pyo3.book_deltas_to_arrow_record_batch_bytes(made[at : at + _BATCH])
        for at in range(0, len(made), _BATCH)
    ]
    wrangler = pyo3.OrderBookDeltaDataWrangler("600519.XSHG", 2, 0)
    best = float("inf")
    for _ in range(5):
        book = pyo3.OrderBook(name, pyo3.BookType.L3_MBO)
        began = time.perf_counter()
        for batch in packed:
            rows = wrangler.process_record_batch_bytes(batch)
            book.apply_deltas(pyo3.OrderBookDeltas(name, rows))
        best = min(best, time.perf_counter() - began)
    return best


def _packed_delta(name: object, row: list[int]) -> object:
    action, side, price, quantity, order_id = row
    actions = (pyo3.BookAction.ADD, pyo3.BookAction.UPDATE, pyo3.BookAction.DELETE)
    sides = (pyo3.OrderSide.BUY, pyo3.OrderSide.SELL)
    order = pyo3.BookOrder(
        sides[side], pyo3.Price(price / 10_000, 2), pyo3.Quantity(max(quantity, 0), 0), order_id
    )
    return pyo3.OrderBookDelta(name, actions[action], order, 0, 0, 0, 0)


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
