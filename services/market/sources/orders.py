"""Reads order files: Shanghai's two dialects and Shenzhen's."""

from models.market.instrument import Exchange
from models.wire.feed import (
    FLAG_SHANGHAI,
    KIND_ADD,
    KIND_DELETE,
    ORDER_NONE,
)
from services.market.feed.record import FeedRecord
from services.market.sources.codes import (
    PHASE_CODES,
    SHANGHAI_ADDS,
    SHANGHAI_DELETES,
    SHENZHEN_ORDERS,
    SIDES,
    STATUSES,
    exchange_of_code,
)
from services.market.sources.layout import Layout
from services.market.sources.parts import Instruments, SkippedRow, phase_record
from services.market.sources.text import (
    code_of_text,
    time_of_text,
    units_of_text,
    whole_of_text,
    word_of_text,
)


class OrderReader:
    """Turns one row of an order file into a record."""

    def __init__(self, layout: Layout, instruments: Instruments) -> None:
        self._instruments = instruments
        self._code, self._time = layout.at("code"), layout.at("time")
        self._type, self._order = layout.at("type"), layout.at("order")
        self._price, self._quantity = layout.at("price"), layout.at("quantity")
        self._side, self._sequence = layout.at("side"), layout.at("sequence")
        self._shenzhen_sequence = layout.of_shenzhen()

    def record(self, row: list[str]) -> FeedRecord:
        """Return the record; raises ValueError, IndexError or SkippedRow when there is none."""
        code = code_of_text(row[self._code])
        if exchange_of_code(code) is Exchange.SZSE:
            return self._shenzhen(code, row)
        return self._shanghai(code, row)

    def _shanghai(self, code: str, row: list[str]) -> FeedRecord:
        order_type = word_of_text(row[self._type])
        if order_type in STATUSES:
            return self._status(code, row)
        if order_type not in SHANGHAI_ADDS and order_type not in SHANGHAI_DELETES:
            raise SkippedRow("unknown_order_type")
        is_add = order_type in SHANGHAI_ADDS
        return FeedRecord(
            KIND_ADD if is_add else KIND_DELETE,
            _side(row[self._side]),
            ORDER_NONE,
            FLAG_SHANGHAI,
            self._instruments.index(code),
            whole_of_text(row[self._order]),
            0,
            whole_of_text(row[self._quantity]),
            whole_of_text(row[self._sequence]),
            units_of_text(row[self._price]),
            time_of_text(row[self._time]),
        )

    def _status(self, code: str, row: list[str]) -> FeedRecord:
        words = [cell.strip() for cell in row if cell.strip() in PHASE_CODES]
        if not words:
            raise SkippedRow("unknown_status")
        return phase_record(
            self._instruments.index(code),
            words[0],
            whole_of_text(row[self._sequence]),
            time_of_text(row[self._time]),
        )

    def _shenzhen(self, code: str, row: list[str]) -> FeedRecord:
        order = SHENZHEN_ORDERS.get(word_of_text(row[self._type]))
        if order is None:
            raise SkippedRow("unknown_order_type")
        sequence = whole_of_text(row[self._shenzhen_sequence])
        return FeedRecord(
            KIND_ADD,
            _side(row[self._side]),
            order,
            0,
            self._instruments.index(code),
            sequence,
            0,
            whole_of_text(row[self._quantity]),
            sequence,
            units_of_text(row[self._price]),
            time_of_text(row[self._time]),
        )


def _side(text: str) -> int:
    side = SIDES.get(word_of_text(text))
    if side is None:
        raise SkippedRow("unknown_side")
    return side
