"""Whatever a file holds, the readers raise nothing but an ExpectedFailure, and count each row."""

import csv
import gzip
import io
import tempfile
from collections import Counter
from pathlib import Path

import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.errors import ExpectedFailure
from services.market.sources.day import open_day
from services.market.sources.layout import Stream
from services.market.sources.parts import Instruments
from services.market.sources.records import read_records
from services.market.sources.snapshots import read_snapshots
from services.market.sources.tables import open_table
from services.market.verify.day import verify_day

LEVELS = ",".join(
    f"{side}Price{n},{side}Volume{n},NumOrders{side[0]}{n}"
    for side in ("Bid", "Ask")
    for n in (1, 2, 3)
)
HEADERS = (
    "SecurityID,OrderTime,OrderType,OrderNO,OrderPrice,Balance,OrderBSFlag,BizIndex,OrderChannel",
    "SecurityID,TradTime,TradPrice,TradVolume,TradeBuyNo,TradeSellNo,TradeBSFlag,BizIndex,TradeChan",
    "SecurityID,MDDate,MDTime,OrderType,OrderPrice,OrderQty,OrderBSFlag,OrderNO,ApplSeqNum,ChannelNo",
    "BizIndex,Channel,SecurityID,TickTime,Type,BuyOrderNO,SellOrderNO,Price,Qty,TickBSFlag",
    "ChannelNo,ApplSeqNum,SecurityID,Price,OrderQty,Side,TransactTime,OrdType",
    "ChannelNo,ApplSeqNum,BidApplSeqNum,OfferApplSeqNum,SecurityID,LastPx,LastQty,ExecType,TransactTime",
    "SecurityID,Date,Time,SourceType,Type,Price,Qty,BSFlag,BuyNo,SellNo,ApplSeqNum,ChannelNo",
    f"SecurityID,UpdateTime,InstruStatus,TradNumber,TradVolume,TotalBidVol,{LEVELS}",
)
_USUAL = (
    "600519 000001.SZ SH600000 09:30:00.010 93000010 A D T S F 4 B N 0 1 2 10 100 7.40 "
    "1801.00999999999999 TRADE OCALL"
)
_NUMBERS = "-1 -0.01 1e5 1e-7 1E+999999 NaN -Infinity sNaN 0x10 １２ ² ① 1_000 +5 3.0 None null"
_TIMES = "25:00:00 09:30 09:30:00. -9:30:00 24:00:00.000"
_TEXTS = ("", " ", "9" * 30, "9" * 5_000, "平安银行", '"', 'a"b', "a\nb", "\x00", "\ufeff1")
CELLS = (
    st.sampled_from([*_USUAL.split(), *_NUMBERS.split(), *_TIMES.split(), *_TEXTS])
    | st.text(max_size=6)
    | st.integers(-(1 << 70), 1 << 70).map(str)
    | st.floats().map(str)
)
ROWS = st.lists(st.lists(CELLS, max_size=14), max_size=6)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, bytes, int]:
    """Return the end of a file's name, its bytes, and how many rows were written."""
    header = draw(st.sampled_from(HEADERS)).split(",")
    if draw(st.booleans()):
        header = draw(st.permutations(header))[draw(st.integers(0, 2)) :]
    rows = draw(ROWS)
    text = io.StringIO(newline="")
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    csv.writer(text, lineterminator=end).writerows([header, *rows])
    mark = draw(st.sampled_from(["", "\ufeff"]))
    encoding = draw(st.sampled_from(["utf-8", "gbk", "utf-16"]))
    raw = (mark + text.getvalue()).encode(encoding, errors="replace")
    suffix = draw(st.sampled_from([".csv", ".csv.gz", ".csv.zst"]))
    if suffix == ".csv.gz":
        raw = gzip.compress(raw, 1)
    elif suffix == ".csv.zst":
        raw = zstandard.ZstdCompressor().compress(raw)
    return suffix, raw, len(rows)


def damage(raw: bytes, cuts: list[tuple[int, int]]) -> bytes:
    """Overwrite single bytes; a place beyond the end cuts the file."""
    spoilt = bytearray(raw)
    for place, value in cuts:
        if place < len(spoilt):
            spoilt[place] = value
        else:
            del spoilt[len(spoilt) * value // 256 :]
    return bytes(spoilt)


DAMAGE = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=3)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files(), DAMAGE)
def test_no_file_harms_a_reader(made: tuple[str, bytes, int], cuts: list[tuple[int, int]]) -> None:
    suffix, raw, _ = made
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / f"orders{suffix}").write_bytes(damage(raw, cuts))
        for read in (open_day, verify_day):
            try:
                read(folder)
            except ExpectedFailure as failure:
                assert failure.code


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files())
def test_every_row_is_a_record_or_counted(made: tuple[str, bytes, int]) -> None:
    suffix, raw, _ = made
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / f"orders{suffix}"
        file.write_bytes(raw)
        damaged: Counter[str] = Counter()
        faults: Counter[str] = Counter()
        try:
            with open_table(file, damaged) as table:
                rows, stream = sum(1 for _ in table.rows), table.layout.stream
        except ExpectedFailure as failure:
            assert failure.code
            return
        if stream is Stream.SNAPSHOTS:
            taken = sum(1 for _ in read_snapshots(file, faults))
        else:
            taken = sum(1 for _ in read_records(file, Instruments(), faults))
        assert taken + (faults - damaged).total() == rows
