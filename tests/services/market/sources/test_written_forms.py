"""However a program has written a file, the same rows become the same records."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from services.market.feed.record import FeedRecord
from services.market.sources.codes import symbol_of_code
from services.market.sources.parts import Instruments
from services.market.sources.records import read_records
from services.market.sources.text import code_of_text, time_of_text, units_of_text, whole_of_text
from tests.services.market.sources.test_dialects import MERGED, SHENZHEN_ORDERS, SHENZHEN_TRADES

Rows = list[list[str]]

FILES = {
    MERGED: (
        "6,1,600000,09:30:00.000,S,0,0,0.000,0,0,TRADE,,1",
        "7,1,600000,10:00:00.010,A,55,0,7.400,300,200,B,,1",
        "8,1,600000,10:00:00.020,T,55,56,7.400,100,740.000,S,,1",
        "9,1,600000,10:00:00.030,D,55,0,7.400,200,0,B,,1",
    ),
    SHENZHEN_ORDERS: (
        "2013,44,011,000001,102,13.5000,200,1,10:00:00.010,2,,3",
        "2013,45,011,000001,102,0.0000,200,2,10:00:00.010,1,,3",
        "2013,46,011,000001,102,0.0000,200,1,10:00:00.020,U,,3",
    ),
    SHENZHEN_TRADES: (
        "2013,47,011,44,45,000001,102,13.5000,100,F,10:00:00.010,,3",
        "2013,48,011,0,45,000001,102,0.0000,100,4,10:00:00.010,,3",
    ),
}


def text_of(rows: Rows, quoting: int = csv.QUOTE_MINIMAL) -> str:
    """Return rows as a file's text."""
    out = io.StringIO()
    csv.writer(out, quoting=quoting, lineterminator="\r\n").writerows(rows)  # type: ignore[arg-type]  # the stub wants its literals
    return out.getvalue()


def padded(rows: Rows) -> str:
    """Columns of fixed width."""
    return text_of([[f" {cell} " for cell in row] for row in rows])


def spreadsheet(rows: Rows) -> str:
    """A program that read all numbers as floats, codes and times as well."""
    digits = [[cell.replace(":", "") for cell in row] for row in rows[1:]]
    times = [
        [cell.replace(".", "") if cell[:2] in ("09", "10") else cell for cell in row]
        for row in digits
    ]
    floats = [[f"{int(cell)}.0" if cell.isdigit() else cell for cell in row] for row in times]
    return text_of([rows[0], *floats])


def joined(rows: Rows) -> str:
    """Two files one behind the other, each with its header."""
    return "\ufeff" + text_of(rows[:2]) + "\ufeff" + text_of([rows[0], *rows[2:]])


@pytest.mark.parametrize(
    ("write", "encoding"),
    [
        (lambda rows: text_of(rows, csv.QUOTE_ALL), "utf-8-sig"),
        (padded, "utf-8"),
        (spreadsheet, "utf-8"),
        (joined, "utf-8"),
        (
            lambda rows: text_of([["名称", *rows[0]], *(["浦发银行", *row] for row in rows[1:])]),
            "gbk",
        ),
    ],
    ids=["quoted-behind-a-mark", "padded", "floats", "joined", "gbk"],
)
@pytest.mark.parametrize("header", FILES, ids=["merged", "orders", "trades"])
def test_the_same_records_come_of_every_form(
    tmp_path: Path, header: str, write: Callable[[Rows], str], encoding: str
) -> None:
    rows = [line.split(",") for line in (header, *FILES[header])]
    plain, faults = read(tmp_path / "plain.csv", text_of(rows).encode())
    assert len(plain) == len(rows) - 1
    assert not faults
    found, faults = read(tmp_path / "other.CSV", write(rows).encode(encoding))
    assert found == plain
    assert faults in ({}, {"repeated_header": 1})


def read(file: Path, raw: bytes) -> tuple[list[FeedRecord], Counter[str]]:
    """Return the records of a file and what was left out."""
    file.write_bytes(raw)
    faults: Counter[str] = Counter()
    return [record for _, record in read_records(file, Instruments(), faults)], faults


@pytest.mark.parametrize("text", ["", " ", "   "])
def test_an_empty_cell_is_nothing_however_padded(text: str) -> None:
    assert (units_of_text(text), whole_of_text(text)) == (0, 0)


def test_an_empty_time_is_no_time() -> None:
    with pytest.raises(ValueError, match="no time"):
        time_of_text(" ")


@pytest.mark.parametrize("text", ["000001", "1", "1.0", "000001.SZ", " SZ000001 "])
def test_a_code_keeps_its_zeros(text: str) -> None:
    assert code_of_text(text) == "000001"


@pytest.mark.parametrize(
    ("code", "symbol"),
    [
        ("600519", "600519.SH"),
        ("688233", "688233.SH"),
        ("510300", "510300.SH"),
        ("113050", "113050.SH"),
        ("118000", "118000.SH"),
        ("123153", "123153.SZ"),
        ("127045", "127045.SZ"),
        ("159915", "159915.SZ"),
        ("000001", "000001.SZ"),
        ("301217", "301217.SZ"),
        ("920002", "920002.BJ"),
        ("830799", "830799.BJ"),
    ],
)
def test_a_code_tells_its_exchange(code: str, symbol: str) -> None:
    assert symbol_of_code(code) == symbol
