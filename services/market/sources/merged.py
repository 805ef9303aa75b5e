"""Reads Shanghai's merged stream UA5803: adds, deletes, trades and phases in one file."""

from models.wire.feed import (
    FLAG_SHANGHAI,
    KIND_ADD,
    KIND_DELETE,
    KIND_PHASE,
    KIND_TRADE,
    ORDER_NONE,
    SIDE_BUY,
)
from services.market.feed.record import FeedRecord
from services.market.sources.codes import AGGRESSORS, SIDES
from services.market.sources.layout import Layout
from services.market.sources.parts import Instruments, SkippedRow, check_money, phase_record
from services.market.sources.text import (
    code_of_text,
    time_of_text,
    units_of_text,
    whole_of_text,
    word_of_text,
)

_KINDS = {
    "A": KIND_ADD,
    "65": KIND_ADD,
    "D": KIND_DELETE,
    "68": KIND_DELETE,
    "T": KIND_TRADE,
    "84": KIND_TRADE,
    "S": KIND_PHASE,
    "83": KIND_PHASE,
}


class MergedReader:
    """Turns one row of a merged file into a record; an add carries the remainder in Qty."""

    def __init__(self, layout: Layout, instruments: Instruments) -> None:
        self._instruments = instruments
        self._code, self._time = layout.at("code"), layout.at("time")
        self._type, self._flag = layout.at("type"), layout.at("flag")
        self._buy, self._sell = layout.at("buy"), layout.at("sell")
        self._price, self._quantity = layout.at("price"), layout.at("quantity")
        self._sequence, self._money = layout.at("sequence"), layout.at("money")

    def record(self, row: list[str]) -> FeedRecord:
        """Return the record; raises ValueError, IndexError or SkippedRow when there is none."""
        kind = _KINDS.get(word_of_text(row[self._type]))
        if kind is None:
            raise SkippedRow("unknown_record_type")
        instrument = self._instruments.index(code_of_text(row[self._code]))
        if kind == KIND_PHASE:
            sequence = whole_of_text(row[self._sequence])
            word = row[self._flag].strip()
            return phase_record(instrument, word, sequence, time_of_text(row[self._time]))
        return self._event(kind, instrument, row)

    def _event(self, kind: int, instrument: int, row: list[str]) -> FeedRecord:
        buy, sell = whole_of_text(row[self._buy]), whole_of_text(row[self._sell])
        quantity = whole_of_text(row[self._quantity])
        if not buy and not sell and not quantity:
            raise SkippedRow("empty_row")
        side = (AGGRESSORS if kind == KIND_TRADE else SIDES).get(word_of_text(row[self._flag]))
        if side is None:
            raise SkippedRow("unknown_side")
        is_trade = kind == KIND_TRADE
        price = units_of_text(row[self._price])
        if is_trade and self._money >= 0:
            check_money(code_of_text(row[self._code]), row[self._money], price, quantity)
        return FeedRecord(
            kind,
            side,
            ORDER_NONE,
            FLAG_SHANGHAI,
            instrument,
            buy if is_trade or side == SIDE_BUY else sell,
            sell if is_trade else 0,
            quantity,
            whole_of_text(row[self._sequence]),
            price,
            time_of_text(row[self._time]),
        )
