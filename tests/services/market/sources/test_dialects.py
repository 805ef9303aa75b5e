"""Rows of every dialect become the same records."""

from collections import Counter
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ExpectedFailure
from models.market.instrument import Phase
from models.wire.feed import (
    FLAG_SHANGHAI,
    KIND_ADD,
    KIND_DELETE,
    KIND_PHASE,
    KIND_TRADE,
    ORDER_LIMIT,
    ORDER_MARKET,
    ORDER_OWN_BEST,
    PHASES,
    SIDE_BUY,
    SIDE_NONE,
    SIDE_SELL,
)
from services.market.feed.record import FeedRecord
from services.market.sources.layout import layout_of_header
from services.market.sources.parts import Instruments, SkippedRow
from services.market.sources.records import read_records, row_reader
from services.market.sources.text import time_of_text, units_of_text, whole_of_text

MERGED = (
    "BizIndex,Channel,SecurityID,TickTime,Type,BuyOrderNO,SellOrderNO,Price,Qty,TradeMoney,"
    "TickBSFlag,LocalTime,SeqNo"
)
SHENZHEN_ORDERS = (
    "ChannelNo,ApplSeqNum,MDStreamID,SecurityID,SecurityIDSource,Price,OrderQty,Side,"
    "TransactTime,OrdType,LocalTime,SeqNo"
)
SHENZHEN_TRADES = (
    "ChannelNo,ApplSeqNum,MDStreamID,BidApplSeqNum,OfferApplSeqNum,SecurityID,SecurityIDSource,"
    "LastPx,LastQty,ExecType,TransactTime,LocalTime,SeqNo"
)
WIDE = "SecurityID,Date,Time,SourceType,Type,Price,Qty,BSFlag,BuyNo,SellNo,ApplSeqNum,ChannelNo"
TIME = 36_000_010
SH = FLAG_SHANGHAI
LIMIT = ORDER_LIMIT


@pytest.mark.parametrize(
    ("header", "row", "record"),
    [
        (
            MERGED,
            "7,1,600000,10:00:00.010,A,55,0,7.400,300,200,B,,1",
            (KIND_ADD, SIDE_BUY, 0, SH, 0, 55, 0, 300, 7, 74_000, TIME),
        ),
        (
            MERGED,
            "8,1,600000,10:00:00.010,D,0,56,7.400,300,0,S,,1",
            (KIND_DELETE, SIDE_SELL, 0, SH, 0, 56, 0, 300, 8, 74_000, TIME),
        ),
        (
            MERGED,
            "9,1,600000,10:00:00.010,T,55,56,7.400,300,2220.000,N,,1",
            (KIND_TRADE, SIDE_NONE, 0, SH, 0, 55, 56, 300, 9, 74_000, TIME),
        ),
        (
            MERGED,
            "1,1,600000,10:00:00.010,S,0,0,0.000,0,0.000,TRADE,,1",
            (KIND_PHASE, SIDE_NONE, 0, SH, 0, 0, 0, 0, 1, PHASES.index(Phase.CONTINUOUS), TIME),
        ),
        (
            SHENZHEN_ORDERS,
            "2013,44,011,1,102,13.5000,200.00,49,10:00:00.010,50,,3",
            (KIND_ADD, SIDE_BUY, LIMIT, 0, 0, 44, 0, 200, 44, 135_000, TIME),
        ),
        (
            SHENZHEN_ORDERS,
            "2013,45,011,000001,102,0.0000,200,2,100000010,1,,3",
            (KIND_ADD, SIDE_SELL, ORDER_MARKET, 0, 0, 45, 0, 200, 45, 0, TIME),
        ),
        (
            SHENZHEN_ORDERS,
            "2013,46,011,000001,102,0.0000,200,1,20230201100000010,U,,3",
            (KIND_ADD, SIDE_BUY, ORDER_OWN_BEST, 0, 0, 46, 0, 200, 46, 0, TIME),
        ),
        (
            SHENZHEN_TRADES,
            "2013,47,011,44,45,000001,102,13.5000,100,70,10:00:00.010,,3",
            (KIND_TRADE, SIDE_SELL, 0, 0, 0, 44, 45, 100, 47, 135_000, TIME),
        ),
        (
            SHENZHEN_TRADES,
            "2013,48,011,0,45,000001,102,0.0000,100,52,10:00:00.010,,3",
            (KIND_DELETE, SIDE_SELL, 0, 0, 0, 45, 0, 100, 48, 0, TIME),
        ),
        (
            WIDE,
            "600000.SH,2023.07.11,10:00:00.010,0,2,74000,300,1,55,55,7,1",
            (KIND_ADD, SIDE_BUY, 0, SH, 0, 55, 0, 300, 7, 74_000, TIME),
        ),
        (
            WIDE,
            "600000.SH,2023.07.11,10:00:00.010,0,10,74000,300,2,56,56,8,1",
            (KIND_DELETE, SIDE_SELL, 0, SH, 0, 56, 0, 300, 8, 74_000, TIME),
        ),
        (
            WIDE,
            "600000.SH,2023.07.11,10:00:00.010,1,0,74000,300,1,55,56,9,1",
            (KIND_TRADE, SIDE_BUY, 0, SH, 0, 55, 56, 300, 9, 74_000, TIME),
        ),
        (
            WIDE,
            "000001.SZ,2023.07.11,10:00:00.010,0,1,0,200,1,44,44,44,2013",
            (KIND_ADD, SIDE_BUY, ORDER_MARKET, 0, 0, 44, 0, 200, 44, 0, TIME),
        ),
        (
            WIDE,
            "000001.SZ,2023.07.11,10:00:00.010,1,1,0,100,0,0,45,48,2013",
            (KIND_DELETE, SIDE_SELL, 0, 0, 0, 45, 0, 100, 48, 0, TIME),
        ),
    ],
)
def test_a_row_becomes_its_record(header: str, row: str, record: tuple[int, ...]) -> None:
    reader = row_reader(layout_of_header(header.split(",")), Instruments())
    assert reader is not None
    assert reader(row.split(",")) == FeedRecord._make(record)


@pytest.mark.parametrize(
    ("header", "row", "reason"),
    [
        (MERGED, "9,1,600000,09:26:00.000,T,0,0,0.000,0,0,N,,1", "empty_row"),
        (MERGED, "9,1,600000,09:26:00.000,X,0,0,0.000,0,0,N,,1", "unknown_record_type"),
        (MERGED, "9,1,600000,09:26:00.000,S,0,0,0.000,0,0,HUH,,1", "unknown_status"),
        (SHENZHEN_TRADES, "1,9,011,1,2,1,102,1,1,4,10:00:00.010,,3", "cancel_of_two_orders"),
        (SHENZHEN_ORDERS, "1,9,011,1,102,1,1,7,10:00:00.010,2,,3", "unknown_side"),
        (WIDE, "600000.SH,2023.07.11,10:00:00.010,7,0,1,1,1,55,56,9,1", "unknown_record_type"),
    ],
)
def test_a_row_that_is_no_record_says_why(header: str, row: str, reason: str) -> None:
    reader = row_reader(layout_of_header(header.split(",")), Instruments())
    assert reader is not None
    with pytest.raises(SkippedRow, match=reason):
        reader(row.split(","))


def test_an_unknown_header_is_refused() -> None:
    with pytest.raises(ExpectedFailure) as failure:
        layout_of_header(["name", "age"])
    assert failure.value.code == "SOURCE_UNKNOWN"


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("1801.00999999999999", 18_010_100),
        ("1801.01", 18_010_100),
        ("7", 70_000),
        ("", 0),
        ("7.4e0", 74_000),
        ("0.001", 10),
    ],
)
def test_prices_are_whole_units(text: str, units: int) -> None:
    assert units_of_text(text) == units


@pytest.mark.parametrize("text", ["09:15:00.020", "2023.02.01T09:15:00.020", "91500020"])
def test_times_of_all_forms(text: str) -> None:
    assert time_of_text(text) == 33_300_020


@pytest.mark.parametrize("text", ["nan", "inf", "abc", "1e99", "--1"])
def test_numbers_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        whole_of_text(text)


@given(st.sampled_from([MERGED, SHENZHEN_ORDERS, SHENZHEN_TRADES]), st.binary(max_size=600))
def test_any_bytes_below_a_header_are_counted_or_read(header: str, raw: bytes) -> None:
    reader = row_reader(layout_of_header(header.split(",")), Instruments())
    assert reader is not None
    row = raw.decode("utf-8", "replace").split(",")
    try:
        assert isinstance(reader(row), FeedRecord)
    except (SkippedRow, ValueError, IndexError) as fault:
        assert str(fault)


def test_damaged_rows_are_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    rows = [
        "1,1,600000,10:00:00.010,A,55,0,7.400,300,0,B,,1",
        "x,1,600000,10:00:00.010,A,55,0,7.400,300,0,B,,1",
        "2,1,600000",
        "-4,1,600000,10:00:00.010,A,55,0,7.400,300,0,B,,1",
        "3,1,600000,10:00:00.010,A,56,0,999999999,300,0,B,,1",
        '5,1,600000,10:00:00.010,A,"57',
    ]
    file = tmp_path / "merged.csv"
    file.write_text("\n".join([MERGED, *rows]))
    faults: Counter[str] = Counter()
    records = [record for _, record in read_records(file, Instruments(), faults)]
    assert [record.sequence for record in records] == [1]
    assert faults == {"bad_row": 3, "number_out_of_range": 2}


def test_a_cut_zst_file_is_damaged_and_frames_follow_frames(tmp_path: Path) -> None:
    rows = "".join(
        f"{at},1,600000,10:00:00.010,A,{at},0,7.400,300,200,B,,1\n" for at in range(1, 9)
    )
    head, tail = (zstandard.compress(part.encode()) for part in (f"{MERGED}\n{rows}", rows))
    for name, raw, damaged, read in (
        ("whole", head + tail, 0, 16),
        ("cut", head + tail[:-3], 1, 8),
        ("torn", head[:-1], 1, 0),
    ):
        file = tmp_path / f"{name}.csv.zst"
        file.write_bytes(raw)
        faults: Counter[str] = Counter()
        if read:
            assert len(list(read_records(file, Instruments(), faults))) >= read
        else:
            with pytest.raises(ExpectedFailure):
                list(read_records(file, Instruments(), faults))
        assert faults["file_damaged"] == damaged
