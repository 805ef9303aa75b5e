"""Finding a security as one types."""

import pytest

from models.market.instrument import Board, Exchange, Instrument, SecurityKind, SecurityStatus
from services.desk.market.search import SecuritySearch, readings

NAMES = {
    "600519.SH": "贵州茅台",
    "000001.SZ": "平安银行",
    "601318.SH": "中国平安",
    "600900.SH": "长江电力",
    "000100.SZ": "TCL科技",
    "600132.SH": "重庆啤酒",
    "600221.SH": "*ST海航",
    "600050.SH": "中国联通",
}


def listed(symbol: str, name: str) -> Instrument:
    return Instrument(
        0,
        symbol,
        name,
        readings(name)[0],
        Exchange.SSE,
        Board.MAIN,
        SecurityKind.STOCK,
        SecurityStatus.NORMAL,
        "",
        100_000,
    )


SEARCH = SecuritySearch(listed(symbol, name) for symbol, name in NAMES.items())


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("600519", "600519.SH"),
        ("600519.sh", "600519.SH"),
        ("gzmt", "600519.SH"),
        ("GZ", "600519.SH"),
        ("茅台", "600519.SH"),
        ("平安", "000001.SZ"),
        ("tclkj", "000100.SZ"),
        ("tcl", "000100.SZ"),
        ("sthh", "600221.SH"),
        ("*st", "600221.SH"),
        ("0519", "600519.SH"),
    ],
)
def test_code_name_and_initials_find(text: str, first: str) -> None:
    assert SEARCH.find(text)[0].symbol == first


@pytest.mark.parametrize("text", ["cqpj", "zqpj", "cjdl", "zjdl"])
def test_each_reading_of_a_heteronym_finds(text: str) -> None:
    found = {one.name for one in SEARCH.find(text)}
    assert found & {"重庆啤酒", "长江电力"}


@pytest.mark.parametrize("text", ["", " ", "zzzz", "999999"])
def test_nothing_fits_nothing_is_found(text: str) -> None:
    assert SEARCH.find(text) == ()


def test_better_answers_come_first() -> None:
    assert [one.symbol for one in SEARCH.find("zg")][:2] == ["600050.SH", "601318.SH"]
