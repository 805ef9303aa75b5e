"""Which states of a book a published snapshot may show."""

import numpy as np
from numpy.typing import NDArray

from models.wire.feed import KIND_TRADE
from services.market.sources.day import RecordArray
from services.market.sources.snapshots import ExchangeSnapshot

EARLIEST_MS = 4_000  # the newest event in a snapshot may be so much older than its time
LATEST_MS = 999  # snapshots carry whole seconds

IntArray = NDArray[np.int64]


class StateTimes:
    """When each state of a book stood; state k is the book after k records."""

    def __init__(self, records: RecordArray) -> None:
        times = records["time_ms"].astype(np.int64)
        trades = records["kind"] == KIND_TRADE
        self._starts: IntArray = np.maximum.accumulate(np.concatenate(([0], times)))
        self._trades = _running(trades.astype(np.int64))
        self._volumes = _running(np.where(trades, records["quantity"], 0))

    def candidates(self, snapshot: ExchangeSnapshot) -> tuple[int, int]:
        """Return the first and last state that the snapshot may show; empty when first > last.

        Its trade count (or volume, where it has none) and its time decide.
        """
        first, last = self._at_trades(snapshot)
        earliest = int(np.searchsorted(self._starts, snapshot.time_ms - EARLIEST_MS, "right")) - 1
        latest = int(np.searchsorted(self._starts, snapshot.time_ms + LATEST_MS, "right")) - 1
        return max(first, earliest), min(last, latest)

    def _at_trades(self, snapshot: ExchangeSnapshot) -> tuple[int, int]:
        if snapshot.trade_count >= 0:
            known, wanted = self._trades, snapshot.trade_count
        elif snapshot.volume >= 0:
            known, wanted = self._volumes, snapshot.volume
        else:
            return 0, len(self._starts) - 1
        first = int(np.searchsorted(known, wanted, "left"))
        return first, int(np.searchsorted(known, wanted, "right")) - 1


def _running(steps: IntArray) -> IntArray:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(steps)))
