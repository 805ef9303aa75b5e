"""One false cell of a real day without snapshots: neither proof passes, and the word is told."""

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from models.errors import ExpectedFailure
from services.exchange.calibration.day import open_script
from services.exchange.recorded.proof import prove_day
from services.market.sources.day import open_day
from services.market.verify.day import verify_day
from tests.support.shared_data import shared_data

CODE = "601825"
Row = dict[str, str]
Rows = list[Row]


def changed(folder: Path, stream: str, change: Callable[[Rows], None]) -> Path:
    """Copy the small real day with the rows of one stream changed."""
    for name in ("orders", "trades"):
        source = shared_data("sse_l2_ticks_20230711") / f"{CODE}_{name}.csv.gz"
        with gzip.open(source, "rt", encoding="utf-8") as read:
            rows = list(csv.DictReader(read))
        names = list(rows[0])
        if name == stream:
            change(rows)
        with (folder / f"{name}_230711.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, names)
            writer.writeheader()
            writer.writerows(rows)
    return folder


def cell(at: int, column: str, text: str) -> Callable[[Rows], None]:
    """Put another text into one cell."""

    def change(rows: Rows) -> None:
        assert rows[at][column] != text
        rows[at][column] = text

    return change


def one_order_twice(rows: Rows) -> None:
    """Give an order the number of one that still waits."""
    first, second = [row for row in rows if row["OrderType"] == "2"][3_000:3_002]
    second["OrderNO"] = first["OrderNO"]


@pytest.mark.parametrize(
    ("stream", "change", "word"),
    [
        ("orders", cell(4_000, "MDTime", "10:02:58.570"), "clock_back"),
        ("trades", cell(2_378, "MDTime", "14:09:02.970"), "clock_back"),
        ("orders", cell(250, "ChannelNo", "2"), "other_channel 1"),
        ("trades", cell(1_029, "TradeQty", "4500"), "money_differs 1"),
        ("trades", cell(1_029, "TradePrice", "5.47"), "money_differs 1"),
        ("trades", cell(2_090, "TradeType", "5"), "unknown_trade_type 1"),
        ("orders", cell(3_996, "OrderPrice", "2.46"), "cancel_price"),
        ("orders", one_order_twice, "twice"),
    ],
)
def test_a_false_cell_is_found_by_both_proofs(
    tmp_path: Path, stream: str, change: Callable[[Rows], None], word: str
) -> None:
    folder = changed(tmp_path, stream, change)
    books, matching = verify_day(folder, CODE), prove_day(folder, CODE)
    assert not books.is_proved
    assert not matching.is_equal
    assert word in f"{books.faulty} {books.losses} {matching.first_difference} {matching.losses}"


def test_a_file_that_tells_no_channel_belongs_to_the_only_one(tmp_path: Path) -> None:
    def forget(rows: Rows) -> None:
        for row in rows:
            row["ChannelNo"] = ""

    folder = changed(tmp_path, "orders", forget)
    assert verify_day(folder, CODE).is_proved
    assert prove_day(folder).is_equal


def test_a_record_of_another_channel_is_left_out_and_the_rest_stays(tmp_path: Path) -> None:
    folder = changed(tmp_path, "orders", cell(250, "ChannelNo", "2"))
    day = open_day(folder, CODE)
    assert {channel: len(records) for channel, records in day.channels.items()} == {1: 12_652}


@pytest.mark.parametrize(
    ("stream", "change"),
    [("orders", one_order_twice), ("trades", list.clear), ("orders", list.clear)],
)
def test_places_in_a_queue_are_not_judged_on_a_day_that_is_not_whole(
    tmp_path: Path, stream: str, change: Callable[[Rows], None]
) -> None:
    with pytest.raises(ExpectedFailure) as failure:
        open_script(changed(tmp_path, stream, change), CODE)
    assert failure.value.code == "DAY_NOT_REPRODUCED"


def test_a_day_without_a_trade_leaves_nothing_to_compare(tmp_path: Path) -> None:
    def keep_one(rows: Rows) -> None:
        del rows[1:]

    folder = changed(tmp_path, "orders", keep_one)
    (folder / "trades_230711.csv").unlink()
    report = prove_day(folder)
    assert not report.is_equal
    assert report.losses == "no trade to compare"
