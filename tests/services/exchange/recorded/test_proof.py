"""The proof on every real day of the shared data, and that it notices what is wrong."""

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from models.errors import ExpectedFailure
from models.trading.order import Side
from models.wire.feed import (
    FLAG_SHANGHAI,
    KIND_ADD,
    KIND_DELETE,
    KIND_TRADE,
    ORDER_LIMIT,
    ORDER_MARKET,
    ORDER_NONE,
    ORDER_OWN_BEST,
    SIDE_BUY,
    SIDE_NONE,
    SIDE_SELL,
)
from services.exchange.matching.order import OrderKind
from services.exchange.recorded.inference import (
    Auction,
    Incoming,
    SeenTrade,
    Withdrawal,
    entry_kind,
    infer_steps,
)
from services.exchange.recorded.proof import prove_day
from services.market.feed.record import FeedRecord
from tests.support.shared_data import shared_data

DAYS = (
    ("sse_l2_600519_20230201", "600519", 20_013, 26_572, 3_397_389),
    ("sse_l2_ticks_20230711", "601825", 3_991, 5_340, 5_185_669),
    ("sse_l2_ticks_20230711", "600761", 15_481, 24_668, 7_916_463),
    ("sse_l2_ticks_20230711", "605580", 9_274, 16_393, 14_222_843),
)


@pytest.mark.parametrize(("folder", "code", "incoming", "trades", "volume"), DAYS)
def test_engine_reproduces_a_real_day(
    folder: str, code: str, incoming: int, trades: int, volume: int
) -> None:
    report = prove_day(shared_data(folder), code)
    assert report.first_difference == ""
    assert report.is_equal
    assert (report.incoming, report.incoming_equal) == (incoming, incoming)
    assert (report.trades, report.trades_equal) == (trades, trades)
    assert (report.auctions, report.auctions_equal) == (2, 2)
    assert report.volume == volume


Row = dict[str, str]


def changed_copy(folder: Path, change: Callable[[list[Row]], None]) -> Path:
    """Copy the small real day into ``folder`` with its trades changed."""
    source = shared_data("sse_l2_ticks_20230711")
    orders = source / "601825_orders.csv.gz"
    (folder / orders.name).write_bytes(orders.read_bytes())
    trades = source / "601825_trades.csv.gz"
    with gzip.open(trades, "rt", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    change(rows)
    with gzip.open(folder / trades.name, "wt", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return folder


def swap_counterparties(rows: list[Row]) -> None:
    """Two trades of resting orders change places: no longer first come, first served."""
    buys = [row for row in rows if row["TradeBSFlag"] == "1"]
    pair = next(
        (one, two)
        for one, two in zip(buys, buys[1:], strict=False)
        if one["TradeBuyNo"] == two["TradeBuyNo"] and one["TradePrice"] == two["TradePrice"]
    )
    pair[0]["TradeSellNo"], pair[1]["TradeSellNo"] = pair[1]["TradeSellNo"], pair[0]["TradeSellNo"]


def move_auction_price(rows: list[Row]) -> None:
    for row in rows:
        if row["TradeBSFlag"] == "0" and row["MDTime"] < "10":
            row["TradePrice"], row["TradeMoney"] = "5.49", ""


@pytest.mark.parametrize("change", [swap_counterparties, move_auction_price])
def test_a_trade_against_the_rule_is_noticed(
    tmp_path: Path, change: Callable[[list[Row]], None]
) -> None:
    report = prove_day(changed_copy(tmp_path, change), "601825")
    assert not report.is_equal
    assert "exchange (" in report.first_difference
    assert report.incoming_equal + report.auctions_equal < report.incoming + report.auctions


def two_securities(folder: Path) -> Path:
    """Copy the trades of two securities, a few rows each."""
    for code in ("601825", "605580"):
        name = f"{code}_trades.csv.gz"
        with gzip.open(shared_data("sse_l2_ticks_20230711") / name, "rt", encoding="utf-8") as file:
            rows = [next(file) for _ in range(20)]
        (folder / name).write_bytes(gzip.compress("".join(rows).encode()))
    return folder


def test_security_must_be_named_where_there_are_several(tmp_path: Path) -> None:
    with pytest.raises(ExpectedFailure) as failure:
        prove_day(two_securities(tmp_path))
    assert failure.value.code == "SECURITY_NOT_NAMED"


def record(
    kind: int, side: int, order: int, ids: tuple[int, int], shares: int, price: int, flags: int = 0
) -> FeedRecord:
    return FeedRecord(kind, side, order, flags, 0, ids[0], ids[1], shares, 1, price, 36_000_000)


def test_shanghai_remainder_belongs_to_the_trades_before_it() -> None:
    steps = list(
        infer_steps(
            [
                record(KIND_ADD, SIDE_SELL, ORDER_LIMIT, (1, 0), 100, 1001, FLAG_SHANGHAI),
                record(KIND_TRADE, SIDE_BUY, ORDER_NONE, (7, 1), 100, 1001, FLAG_SHANGHAI),
                record(KIND_ADD, SIDE_BUY, ORDER_LIMIT, (7, 0), 50, 1003, FLAG_SHANGHAI),
                record(KIND_TRADE, SIDE_SELL, ORDER_NONE, (7, 9), 50, 1003, FLAG_SHANGHAI),
                record(KIND_DELETE, SIDE_BUY, ORDER_NONE, (3, 0), 10, 990, FLAG_SHANGHAI),
            ]
        )
    )
    assert steps[1] == Incoming(
        36_000_000, Side.BUY, 7, 1003, 50, OrderKind.LIMIT, [SeenTrade(7, 1, 1001, 100)]
    )
    assert isinstance(steps[2], Incoming)
    assert (steps[2].number, steps[2].price_units, steps[2].quantity) == (9, 1003, 50)
    assert steps[3] == Withdrawal(36_000_000, 3, 10)


def test_shenzhen_orders_keep_their_full_size_and_kind() -> None:
    steps = list(
        infer_steps(
            [
                record(KIND_ADD, SIDE_SELL, ORDER_LIMIT, (1, 0), 100, 1001),
                record(KIND_ADD, SIDE_BUY, ORDER_MARKET, (2, 0), 250, 0),
                record(KIND_TRADE, SIDE_BUY, ORDER_NONE, (2, 1), 100, 1001),
                record(KIND_DELETE, SIDE_BUY, ORDER_NONE, (2, 0), 150, 0),
                record(KIND_ADD, SIDE_BUY, ORDER_OWN_BEST, (5, 0), 10, 0),
                record(KIND_TRADE, SIDE_NONE, ORDER_NONE, (5, 4), 10, 1000),
            ]
        )
    )
    market = steps[1]
    assert isinstance(market, Incoming)
    assert (market.quantity, market.left, market.price_units) == (250, 150, 1001)
    assert entry_kind(market) is OrderKind.LIMIT
    own_best = steps[3]
    assert isinstance(own_best, Incoming)
    assert entry_kind(own_best) is OrderKind.OWN_BEST
    assert isinstance(steps[4], Auction)
