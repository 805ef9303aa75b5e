"""Runs in the peer's own environment: replays the stream through dq-orderbook's C++ book."""

import json
import sys
import time

import numpy as np
from dq_orderbook import _orderbook_ext  # type: ignore[import-not-found]  # the peer's environment
from dq_orderbook.ext_replay import try_cpp_replay  # type: ignore[import-not-found]  # the peer's
from dq_orderbook.normalize import Event  # type: ignore[import-not-found]  # the peer's environment

_KINDS = {1: 0, 2: 1, 3: 2}
_KIND_WORDS = ("ADD", "CANCEL", "TRADE")
_SIDES = {ord("B"): 0, ord("S"): 1, ord("N"): 2}
_SIDE_WORDS = ("B", "S", "N")
_PRICE_SCALE = 100
_FIRST, _LAST = 0, 235_959_999


def main() -> None:
    """Time the bare loop with ten levels and without, and the peer's own call; print JSON."""
    records = np.load(sys.argv[1])
    packed = _packed(records)
    tick, raw = _timed(packed, _FIRST)
    book, _ = _timed(packed, _LAST)
    last = int(raw["nrows"]) - 1
    sides = [
        [
            [round(float(raw[f"{side}_px"][last, at]) * 10_000)]
            + [int(raw[f"{side}_{what}"][last, at]) for what in ("vol", "cnt")]
            for at in range(10)
            if raw[f"{side}_vol"][last, at]
        ]
        for side in ("bid", "ask")
    ]
    facts = {"events": len(records), "ten_levels": tick, "book_only": book, "sides": sides}
    sys.stdout.write(json.dumps(facts | {"ten_levels_own_call": _own_call(packed)}))


def _packed(records: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the peer's columns: prices in cents, times as HHMMSSmmm."""
    seconds, ms = np.divmod(records["time_ms"].astype(np.int64), 1_000)
    clock = (seconds // 3600 * 10_000 + seconds // 60 % 60 * 100 + seconds % 60) * 1_000 + ms
    is_trade = records["kind"] == 3
    own = np.where(is_trade, 0, records["order_id"])
    return (
        clock,
        records["sequence"].astype(np.int64),
        np.vectorize(_KINDS.get)(records["kind"]).astype(np.int8),
        np.vectorize(_SIDES.get)(records["side"]).astype(np.int8),
        (records["price"] // _PRICE_SCALE).astype(np.int64),
        records["quantity"].astype(np.int64),
        own.astype(np.int64),
        np.where(is_trade, records["order_id"], 0).astype(np.int64),
        np.where(is_trade, records["other_id"], 0).astype(np.int64),
        np.zeros(len(records), np.int8),
    )


def _timed(packed: tuple[np.ndarray, ...], start: int) -> tuple[float, dict[str, np.ndarray]]:
    """Return the best of five runs in seconds; from ``start`` on every message writes a row."""
    best, raw = float("inf"), {}
    for _ in range(5):
        began = time.perf_counter()
        raw = _orderbook_ext.replay(*packed, True, start, _LAST, 0, True, 0.0, 10, 100.0)
        best = min(best, time.perf_counter() - began)
    return best, raw


def _own_call(packed: tuple[np.ndarray, ...]) -> float:
    """Time what the peer offers its users: its events in, a table of ten levels a message out."""
    events = [
        Event(clock, number, 0, _KIND_WORDS[kind], _SIDE_WORDS[side], *rest, is_market=False)
        for clock, number, kind, side, *rest, _ in zip(*(c.tolist() for c in packed), strict=True)
    ]
    best = float("inf")
    for _ in range(5):
        began = time.perf_counter()
        table = try_cpp_replay("600519.XSHG", "20230201", events, _FIRST, _LAST, "tick", 0.0, 10)
        best = min(best, time.perf_counter() - began)
        assert len(table) == len(events)
    return best


if __name__ == "__main__":
    main()
