"""Rebuilt books equal the exchange's snapshots, and a damaged day is never called proved."""

import csv
import gzip
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from models.errors import ExpectedFailure
from services.market.verify.day import verify_day
from tests.support.shared_data import shared_data

DAY = "sse_l2_600519_20230201"
LAST = 7  # column of LastPrice in snapshots.csv.gz
Rows = list[list[str]]


def copied(target: Path, name: str, change: Callable[[Rows], Rows]) -> None:
    """Write a changed copy of one file of the day, header kept."""
    with gzip.open(shared_data(DAY) / name, "rt", newline="") as stream:
        header, *rows = csv.reader(stream)
    with gzip.open(target / name, "wt", newline="", compresslevel=1) as stream:
        csv.writer(stream).writerows([header, *change(rows)])


def same(rows: Rows) -> Rows:
    """Change nothing."""
    return rows


def shuffle(rows: Rows) -> Rows:
    """Bring the rows into another order."""
    random.Random(7).shuffle(rows)
    return rows


def test_every_snapshot_of_the_real_day_is_equal() -> None:
    report = verify_day(shared_data(DAY))
    tally = report.tally
    assert (tally.compared, tally.equal) == (4_889, 4_889)
    assert (tally.auction_compared, tally.auction_equal) == (127 + 64, 127 + 64)
    assert (tally.blank, tally.late_phase, tally.not_comparable) == (0, 0, 29)
    assert report.events == 81_870
    assert report.is_proved


def test_row_order_does_not_matter(tmp_path: Path) -> None:
    for name in ("orders.csv.gz", "trades.csv.gz", "snapshots.csv.gz"):
        copied(tmp_path, name, shuffle)
    report = verify_day(tmp_path)
    assert (report.tally.equal, report.tally.auction_equal) == (4_889, 191)
    assert report.is_proved


def test_a_day_without_snapshots_is_held_to_its_own_stream() -> None:
    report = verify_day(shared_data("sse_l2_ticks_20230711"))
    assert (report.securities, report.events) == (3, 12_653 + 56_240 + 42_533)
    assert report.is_proved


def drop_a_cancel(rows: Rows) -> Rows:
    """Lose one cancel in the middle of the day."""
    at = next(at for at in range(30_000, len(rows)) if rows[at][2] == "D")
    return rows[:at] + rows[at + 1 :]


def double_a_size(rows: Rows) -> Rows:
    """Falsify the size of one new order."""
    at = next(at for at in range(30_000, len(rows)) if rows[at][2] == "A")
    rows[at][5] = str(int(rows[at][5]) * 2)
    return rows


def lose_the_second_half(rows: Rows) -> Rows:
    """Lose the afternoon."""
    return rows[: len(rows) // 2]


@pytest.mark.parametrize("change", [drop_a_cancel, double_a_size, lose_the_second_half])
def test_a_falsified_day_is_not_proved(tmp_path: Path, change: Callable[[Rows], Rows]) -> None:
    copied(tmp_path, "orders.csv.gz", change)
    copied(tmp_path, "trades.csv.gz", same)
    copied(tmp_path, "snapshots.csv.gz", same)
    report = verify_day(tmp_path)
    assert not report.is_proved
    assert report.tally.equal < report.tally.compared
    assert report.tally.first_difference is not None


def test_a_truncated_file_is_not_proved(tmp_path: Path) -> None:
    for name in ("orders.csv.gz", "trades.csv.gz", "snapshots.csv.gz"):
        (tmp_path / name).write_bytes((shared_data(DAY) / name).read_bytes())
    whole = (tmp_path / "trades.csv.gz").read_bytes()
    (tmp_path / "trades.csv.gz").write_bytes(whole[: len(whole) - 2_000])
    report = verify_day(tmp_path)
    assert report.rows_left_out["file_damaged"] == 1
    assert not report.is_proved


def lift_an_auction_price(rows: Rows) -> Rows:
    """Falsify the price of one trade of the opening auction."""
    rows[3][2], rows[3][4] = str(float(rows[3][2]) + 0.01), ""  # with its money untold
    return rows


def lift_a_cancel(rows: Rows) -> Rows:
    """Falsify the price that one cancel tells."""
    at = next(at for at in range(30_000, len(rows)) if rows[at][2] == "D")
    rows[at][4] = str(float(rows[at][4]) + 0.01)
    return rows


def lift_a_last_price(rows: Rows) -> Rows:
    """Falsify the last price of one snapshot."""
    rows[2_000][LAST] = str(float(rows[2_000][LAST]) + 0.01)
    return rows


@pytest.mark.parametrize(
    ("name", "change", "found"),
    [
        ("trades.csv.gz", lift_an_auction_price, "auction_price"),
        ("orders.csv.gz", lift_a_cancel, "cancel_price"),
        ("snapshots.csv.gz", lift_a_last_price, "another last"),
    ],
)
def test_a_false_price_that_no_ladder_shows_is_found(
    tmp_path: Path, name: str, change: Callable[[Rows], Rows], found: str
) -> None:
    for file in ("orders.csv.gz", "trades.csv.gz", "snapshots.csv.gz"):
        copied(tmp_path, file, change if file == name else same)
    report = verify_day(tmp_path, "600519.SH")
    assert found in f"{report.faulty} {report.tally.first_difference}"
    assert not report.is_proved


def test_what_is_no_security_is_said() -> None:
    with pytest.raises(ExpectedFailure) as failure:
        verify_day(shared_data(DAY), "茅台")
    assert failure.value.code == "SECURITY_UNKNOWN"


def test_trades_without_their_orders_are_not_proved() -> None:
    report = verify_day(shared_data("szse_ticks_000001_20230201"), "000001")
    assert "000001.SZ" in report.faulty
    assert not report.is_proved


def test_snapshots_alone_prove_nothing() -> None:
    with pytest.raises(ExpectedFailure) as failure:
        verify_day(shared_data("szse_l2_snapshots_20220601"), "300122")
    assert failure.value.code == "VERIFY_NO_RECORDS"
