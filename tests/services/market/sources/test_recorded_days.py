"""The recorded real days are read whole, in every dialect and any row order."""

import gzip
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import zstandard

from models.errors import ExpectedFailure
from models.market.picture import Level
from models.wire.feed import KIND_ADD, KIND_DELETE, KIND_TRADE
from services.market.sources.day import RecordArray, RecordedDay, open_day
from tests.support.shared_data import shared_data


def kinds(records: RecordArray) -> Counter[int]:
    """Return how many records of each kind there are."""
    return Counter(int(kind) for kind in records["kind"])


def test_dialect_a_is_read_whole() -> None:
    day = open_day(shared_data("sse_l2_600519_20230201"))
    assert day.symbols == ("600519.SH",)
    assert kinds(day.channels[6]) == {KIND_ADD: 39_067, KIND_DELETE: 15_668, KIND_TRADE: 27_135}
    trades = day.channels[6][day.channels[6]["kind"] == KIND_TRADE]
    assert int(trades["quantity"].sum()) == 3_397_389
    assert len(day.snapshots["600519"]) == 5_109


@pytest.mark.parametrize(
    ("security", "adds", "cancels", "trades"),
    [("601825", 5_286, 1_997, 5_370), ("600761", 22_664, 8_816, 24_760)],
)
def test_dialect_b_is_read_whole(security: str, adds: int, cancels: int, trades: int) -> None:
    day = open_day(shared_data("sse_l2_ticks_20230711"), security)
    assert day.symbols == (f"{security}.SH",)
    assert kinds(day.channels[1]) == {KIND_ADD: adds, KIND_DELETE: cancels, KIND_TRADE: trades}


def test_shenzhen_trades_and_cancels_are_read() -> None:
    day = open_day(shared_data("szse_ticks_000001_20230201"), "000001")
    counted = kinds(day.channels[2013])
    assert set(counted) == {KIND_TRADE, KIND_DELETE}
    assert np.all(np.diff(day.channels[2013]["sequence"]) > 0)


def test_a_snapshot_carries_levels_and_queue() -> None:
    day = open_day(shared_data("sse_l2_queue_20211201"), "600103")
    last = day.snapshots["600103"][-1]
    assert last.bids[0] == Level(29_100, 450_200, 99)
    assert (len(last.bids), len(last.asks), len(last.bid_queue)) == (10, 8, 50)


def test_shenzhen_snapshots_name_their_phase() -> None:
    day = open_day(shared_data("szse_l2_snapshots_20220601"), "300122")
    assert {snapshot.phase for snapshot in day.snapshots["300122"]} >= {"OCALL", "TRADE", "CCALL"}


def shuffled_copy(source: Path, target: Path) -> None:
    """Write a zst copy with the rows in random order and the first row twice."""
    header, *rows = gzip.decompress(source.read_bytes()).decode().splitlines()
    random.Random(1).shuffle(rows)
    text = "\n".join([header, rows[0], *rows]) + "\n"
    target.write_bytes(zstandard.ZstdCompressor().compress(text.encode()))


def same_records(left: RecordedDay, right: RecordedDay) -> bool:
    """Whether both days hold the same records in the same order."""
    return all(bool(np.all(left.channels[name] == right.channels[name])) for name in left.channels)


def test_row_order_and_packing_do_not_matter(tmp_path: Path) -> None:
    source = shared_data("sse_l2_ticks_20230711")
    for name in ("601825_orders", "601825_trades"):
        shuffled_copy(source / f"{name}.csv.gz", tmp_path / f"{name}.csv.zst")
    day = open_day(tmp_path)
    assert day.faults["duplicate"] == 2
    assert same_records(open_day(source, "601825"), day)


def test_a_truncated_file_is_counted(tmp_path: Path) -> None:
    raw = (shared_data("sse_l2_ticks_20230711") / "601825_orders.csv.gz").read_bytes()
    (tmp_path / "orders.csv.gz").write_bytes(raw[: len(raw) // 2])
    day = open_day(tmp_path)
    assert day.faults["file_damaged"] == 1
    assert len(day.channels[1]) > 1_000


def test_a_folder_without_market_files_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("name,age\n")
    with pytest.raises(ExpectedFailure) as failure:
        open_day(tmp_path)
    assert failure.value.code == "SOURCE_EMPTY"


def test_both_exchanges_may_stand_in_one_file(tmp_path: Path) -> None:
    """BizIndex is empty in Shenzhen's rows, whose own column numbers them."""
    (tmp_path / "trades.csv").write_text(
        "ChannelNo,ApplSeqNum,BidApplSeqNum,OfferApplSeqNum,SecurityID,TradePrice,TradeQty,"
        "ExecType,TradeTime,TradeMoney,TradeBSFlag,BizIndex\n"
        "5,10123,671,161465,600000,7.4,100,,2023.02.01T09:25:00.320,740,N,132518\n"
        "2013,44,12,13,1,13.5,100,F,2023.02.01T09:25:00.000,,,\n"
    )
    day = open_day(tmp_path)
    assert day.losses == ""
    assert {name: one["sequence"].tolist() for name, one in day.channels.items()} == {
        5: [132_518],
        2013: [44],
    }
