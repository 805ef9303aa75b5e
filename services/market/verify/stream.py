"""What a stream of records says against itself and no book can see."""

import numpy as np

from models.wire.feed import KIND_ADD, KIND_DELETE, KIND_TRADE, SIDE_NONE
from services.market.sources.day import RecordArray

_AUCTIONS = ((0, 34_200_000), (53_820_000, 54_300_000))  # to 09:30, 14:57 to 15:05


def contradiction(records: RecordArray) -> str:
    """Return the first contradiction found and its sequence, "" when there is none."""
    for name, sequence in (
        ("auction_price", odd_auction_trade(records)),
        ("cancel_price", odd_cancel(records)),
        ("clock_back", clock_back(records)),
        ("order_twice", order_twice(records)),
    ):
        if sequence:
            return f"{name} at {sequence}"
    return ""


def odd_auction_trade(records: RecordArray) -> int:
    """Return the first auction trade at another price than its auction's, 0 when there is none.

    A book takes an auction's trades at any price; that all are at one price is seen here.
    """
    times = records["time_ms"]
    traded = (records["kind"] == KIND_TRADE) & (records["side"] == SIDE_NONE)
    for first, until in _AUCTIONS:
        trades = records[traded & (times >= first) & (times < until)]
        prices, places = np.unique(trades["price"], return_inverse=True)
        if len(prices) > 1:
            usual = np.argmax(np.bincount(places))
            return int(trades["sequence"][np.flatnonzero(places != usual)[0]])
    return 0


def odd_cancel(records: RecordArray) -> int:
    """Return the first cancel that tells another price than its order, 0 when there is none."""
    adds = records[records["kind"] == KIND_ADD]
    cancels = records[(records["kind"] == KIND_DELETE) & (records["price"] > 0)]
    if not len(adds):
        return 0
    adds = adds[np.argsort(adds["order_id"], kind="stable")]
    places = np.minimum(np.searchsorted(adds["order_id"], cancels["order_id"]), len(adds) - 1)
    is_known = adds["order_id"][places] == cancels["order_id"]
    odd = cancels[is_known & (adds["price"][places] != cancels["price"])]
    return int(odd["sequence"][0]) if len(odd) else 0


def clock_back(records: RecordArray) -> int:
    """Return the first record earlier than the one before it, 0 when there is none.

    An exchange stamps a security's records in their order: no recorded day has one.
    """
    at = np.flatnonzero(records["time_ms"][1:] < records["time_ms"][:-1])
    return int(records["sequence"][at[0] + 1]) if len(at) else 0


def order_twice(records: RecordArray) -> int:
    """Return the first order whose number was another's before it, 0 when there is none."""
    adds = records[records["kind"] == KIND_ADD]
    _, firsts = np.unique(adds["order_id"], return_index=True)
    if len(firsts) == len(adds):
        return 0
    again = np.setdiff1d(np.arange(len(adds)), firsts, assume_unique=True)
    return int(adds["sequence"][again[0]])
