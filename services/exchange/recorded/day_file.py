"""The packed form of a recorded day: every incoming order and cancel of one security.

A zstd frame around little-endian bytes: header, 40 bytes (``<4sHH16sIIII``): magic ``CMWD``;
version u16 = 1; reserved u16; symbol, ASCII padded with zeros; trade date u32 as 20230201;
previous close u32 in price units; tick u32 in price units; count u32. Then five columns of
``count`` entries each: time u32 (milliseconds of the Beijing day), action u8 (1 buy, 2 sell,
3 cancel), order number u32, price u32 (price units, 0 for a cancel), quantity u32 (shares that
came in; for a cancel those withdrawn). Rows stand in the order in which the exchange took them.
"""

import struct
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import NamedTuple

import zstandard

from models.errors import ExpectedFailure

_MAGIC = b"CMWD"
_VERSION = 1
_HEADER = struct.Struct("<4sHH16sIIII")
_COLUMNS = "IBIII"
_LARGEST = 64 << 20
_LEVEL = 19


class Action(IntEnum):
    """What a row does."""

    BUY = 1
    SELL = 2
    CANCEL = 3


class DayRow(NamedTuple):
    """One incoming order or cancel."""

    time_ms: int
    action: int
    number: int
    price_units: int
    quantity: int


@dataclass(frozen=True, slots=True)
class MarketDay:
    """One security's recorded day."""

    symbol: str
    trade_date: date
    previous_close_units: int
    tick_units: int
    rows: Sequence[DayRow]


def pack_day(day: MarketDay) -> bytes:
    """Return the compressed bytes of a day."""
    number = day.trade_date.year * 10_000 + day.trade_date.month * 100 + day.trade_date.day
    header = _HEADER.pack(
        _MAGIC,
        _VERSION,
        0,
        day.symbol.encode("ascii"),
        number,
        day.previous_close_units,
        day.tick_units,
        len(day.rows),
    )
    columns = zip(*day.rows, strict=True) if day.rows else [()] * len(_COLUMNS)
    body = (_column(code, values) for code, values in zip(_COLUMNS, columns, strict=True))
    return zstandard.ZstdCompressor(level=_LEVEL).compress(header + b"".join(body))


def unpack_day(packed: bytes) -> MarketDay:
    """Return the day in ``packed``; raises ExpectedFailure DAY_FILE_BROKEN."""
    try:
        raw = zstandard.ZstdDecompressor().decompress(packed, max_output_size=_LARGEST)
        return _read(raw)
    except (zstandard.ZstdError, struct.error, ValueError) as fault:
        raise ExpectedFailure(
            "行情日文件已损坏", f"请重新生成该文件:{fault}", "DAY_FILE_BROKEN"
        ) from fault


def _read(raw: bytes) -> MarketDay:
    magic, version, _, symbol, number, previous, tick, count = _HEADER.unpack_from(raw)
    if (magic, version) != (_MAGIC, _VERSION):
        raise ValueError(f"not a day file of version {_VERSION}")
    columns: list[array[int]] = []
    place = _HEADER.size
    for code in _COLUMNS:
        column = array(code)
        end = place + count * column.itemsize
        column.frombytes(raw[place:end])
        if len(column) != count:
            raise ValueError("cut short")
        columns.append(_native(column))
        place = end
    day = date(number // 10_000, number // 100 % 100, number % 100)
    rows = [DayRow(*row) for row in zip(*columns, strict=True)]
    return MarketDay(symbol.rstrip(b"\0").decode("ascii"), day, previous, tick, rows)


def _column(code: str, values: Sequence[int]) -> bytes:
    return _native(array(code, values)).tobytes()


def _native(column: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        column.byteswap()
    return column
