"""One false cell of a real day without snapshots: neither proof passes, and the word is told."""

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from services.exchange.recorded.proof import prove_day
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
