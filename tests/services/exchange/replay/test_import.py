"""A vendor's day of files becomes a recording that replays and is proved."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from models.errors import ExpectedFailure
from models.market.instrument import Board
from services.exchange.replay.day import ReplayedDay
from services.exchange.replay.imported import ImportPlan, import_day
from services.market.kernel.choice import new_books
from services.market.recording.proof import prove_recording
from services.market.recording.recording import Recording
from services.market.sources.day import open_day
from tests.support.shared_data import shared_data

ORDERS = (
    "SecurityID,MDDate,MDTime,Symbol,OrderType,OrderPrice,OrderQty,OrderBSFlag,OrderNO,"
    "ApplSeqNum,ChannelNo"
)
TRADES = (
    "SecurityID,MDDate,MDTime,Symbol,TradeType,TradeBSFlag,TradePrice,TradeQty,TradeBuyNo,"
    "TradeSellNo,ApplSeqNum,ChannelNo"
)


def order(code: str, clock: str, side: int, number: int, sequence: int) -> str:
    """Return a row of an order file."""
    return f"{code}.SH,2023.07.11,{clock},名字,2,10.00,100,{side},{number},{sequence},1"


def files(folder: Path, orders: list[str], trades: list[str] | None = None) -> Path:
    """Write a folder of one dialect."""
    made = folder / "day"
    made.mkdir()
    (made / "orders.csv").write_text("\n".join([ORDERS, *orders]), "utf-8")
    (made / "trades.csv").write_text("\n".join([TRADES, *(trades or [])]), "utf-8")
    return made


def imported(folder: Path, *orders: str, closes: tuple[str, ...] = ()) -> Recording:
    """Import a few orders."""
    out = folder / "out.rec"
    import_day(ImportPlan(files(folder, list(orders)), out, closes=closes))
    return Recording(out)


def test_name_date_and_limits_of_a_security(tmp_path: Path) -> None:
    row = order("688001", "09:30:00.000", 1, 7, 40)
    recording = imported(tmp_path, row, closes=("688001=10.00",))
    (listed,) = recording.welcome.instruments
    assert (listed.symbol, listed.name, listed.board) == ("688001.SH", "名字", Board.STAR)
    assert (listed.limit_down_units, listed.limit_up_units) == (80_000, 120_000)
    assert recording.trade_date == date(2023, 7, 11)


def test_an_unknown_close_leaves_the_limits_open_and_is_told(tmp_path: Path) -> None:
    folder, out = files(tmp_path, [order("600001", "09:30:00.000", 1, 7, 1)]), tmp_path / "o.rec"
    report = import_day(ImportPlan(folder, out))
    (listed,) = Recording(out).welcome.instruments
    assert (listed.previous_close_units, listed.limit_up_units, listed.limit_down_units) == (
        0,
        0,
        0,
    )
    assert report.close_unknown == ("600001.SH",)


def test_numbers_with_holes_become_dense_and_time_never_goes_back(tmp_path: Path) -> None:
    rows = (
        order("600001", "09:30:00.000", 1, 7, 500),
        order("600001", "09:30:09.000", 1, 8, 900),
        order("600002", "09:30:05.000", 1, 7, 501),
        order("600002", "09:30:07.000", 1, 9, 503),
    )
    recording = imported(tmp_path, *rows)
    day = ReplayedDay(recording)
    came = []
    for second in range(34_200, 34_212):
        day.advance(second * 1_000)
        came.append(day.channels[0].last_sequence)
    assert came == [1, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 4]
    assert recording.gaps == 0


def test_faults_of_the_files_are_told(tmp_path: Path) -> None:
    trade = "600001.SH,2023.07.11,09:31:00.000,名字,0,1,10.00,100,77,78,9,1"
    rows = [order("600001", "09:30:00.000", 1, 7, 1), order("600001", "09:30:00.000", 9, 8, 2)]
    folder, out = files(tmp_path, rows, [trade]), tmp_path / "o.rec"
    report = import_day(ImportPlan(folder, out))
    assert report.rows_left_out == {"unknown_side": 1}
    assert list(report.faulty) == ["600001.SH"]


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ({"closes": ("600001",)}, "IMPORT_CLOSE"),
        ({"day": "yesterday"}, "IMPORT_DATE"),
        ({"security": "600009"}, "IMPORT_NO_RECORDS"),
    ],
)
def test_what_cannot_be_imported_leaves_no_file(
    tmp_path: Path, plan: dict[str, tuple[str, ...]], code: str
) -> None:
    folder = files(tmp_path, [order("600001", "09:30:00.000", 1, 7, 1)])
    with pytest.raises(ExpectedFailure) as failure:
        import_day(ImportPlan(folder, tmp_path / "out.rec", **plan))  # type: ignore[arg-type]  # a table of cases
    assert failure.value.code in (code, "SOURCE_EMPTY")
    assert [file.name for file in tmp_path.iterdir()] == ["day"]


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    folder = files(tmp_path, [order("600001", "09:30:00.000", 1, 7, 1)])
    out = tmp_path / "out.rec"
    out.write_text("mine")
    with pytest.raises(ExpectedFailure, match="IMPORT_EXISTS"):
        import_day(ImportPlan(folder, out))
    assert out.read_text() == "mine"


def test_the_same_files_make_the_same_recording(tmp_path: Path) -> None:
    folder = files(tmp_path, [order("600001", "09:30:00.000", 1, 7, 1)])
    for name in ("a.rec", "b.rec"):
        import_day(ImportPlan(folder, tmp_path / name))
    assert (tmp_path / "a.rec").read_bytes() == (tmp_path / "b.rec").read_bytes()


@pytest.mark.parametrize("name", ["sse_l2_600519_20230201", "sse_l2_ticks_20230711"])
def test_a_real_day_keeps_its_books(tmp_path: Path, name: str) -> None:
    folder, out = shared_data(name), tmp_path / "out.rec"
    report = import_day(ImportPlan(folder, out))
    recording = Recording(out)
    proof = prove_recording(recording)
    assert not report.faulty and not report.rows_left_out
    assert proof.is_proved and proof.records == recording.records

    day = open_day(folder)
    books = new_books()
    for number, _ in enumerate(day.symbols):
        books.add_book(number, 0, 0)
        for records in day.channels.values():
            books.apply(number, records[records["instrument"] == number].tobytes())
    replayed = new_books()
    for number, listed in enumerate(recording.welcome.instruments):
        replayed.add_book(listed.channel, 0, 0)
        assert listed.index == number
    for item in recording.all_items():
        replayed.apply(item.channel, bytes(item.records))
    for number in range(len(day.symbols)):
        assert replayed.levels(number, 0, 0) == books.levels(number, 0, 0)
        assert replayed.levels(number, 1, 0) == books.levels(number, 1, 0)
        assert replayed.quote(number) == books.quote(number)
    assert int(np.sum([len(records) for records in day.channels.values()])) == proof.records
