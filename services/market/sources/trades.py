"""Reads trade files: Shanghai's two dialects and Shenzhen's trades and cancels."""

from models.market.instrument import Exchange
from models.wire.feed import (
    FLAG_SHANGHAI,
    KIND_DELETE,
    KIND_TRADE,
    ORDER_NONE,
    SIDE_BUY,
    SIDE_NONE,
    SIDE_SELL,
)
from services.market.feed.record import FeedRecord
from services.market.sources.codes import (
    AGGRESSORS,
    SHANGHAI_TRADES,
    SHENZHEN_CANCELS,
    SHENZHEN_TRADES,
    exchange_of_code,
)
from services.market.sources.layout import Layout
from services.market.sources.parts import Instruments, SkippedRow, check_money
from services.market.sources.text import (
    code_of_text,
    time_of_text,
    units_of_text,
    whole_of_text,
    word_of_text,
)

_SESSION_START_MS = 34_200_000  # 09:30, before it every Shenzhen trade is the opening auction's
_CLOSING_CALL_MS = 53_820_000  # 14:57, from there on the closing auction's


class TradeReader:
    """Turns one row of a trade file into a record."""

    def __init__(self, layout: Layout, instruments: Instruments) -> None:
        self._instruments = instruments
        self._code, self._time = layout.at("code"), layout.at("time")
        self._type, self._flag = layout.at("type"), layout.at("flag")
        self._buy, self._sell = layout.at("buy"), layout.at("sell")
        self._price, self._quantity = layout.at("price"), layout.at("quantity")
        self._money = layout.at("money")
        self._sequence, self._shenzhen_sequence = layout.at("sequence"), layout.of_shenzhen()

    def record(self, row: list[str]) -> FeedRecord:
        """Return the record; raises ValueError, IndexError or SkippedRow when there is none."""
        code = code_of_text(row[self._code])
        if exchange_of_code(code) is not Exchange.SZSE:
            return self._shanghai(code, row)
        kind = word_of_text(row[self._type]) if self._type >= 0 else "F"
        if kind in SHENZHEN_CANCELS:
            return self._shenzhen_cancel(code, row)
        if kind not in SHENZHEN_TRADES:
            raise SkippedRow("unknown_trade_type")
        return self._shenzhen_trade(code, row)

    def _shanghai(self, code: str, row: list[str]) -> FeedRecord:
        if self._type >= 0 and word_of_text(row[self._type]) not in SHANGHAI_TRADES:
            raise SkippedRow("unknown_trade_type")
        flag = word_of_text(row[self._flag]) if self._flag >= 0 else ""
        aggressor = AGGRESSORS.get(flag)
        if aggressor is None:
            raise SkippedRow("unknown_side")
        return self._trade(code, row, aggressor, FLAG_SHANGHAI)

    def _shenzhen_trade(self, code: str, row: list[str]) -> FeedRecord:
        """The later order of the two is the aggressor; in an auction nobody is."""
        time_ms = time_of_text(row[self._time])
        if time_ms < _SESSION_START_MS or time_ms >= _CLOSING_CALL_MS:
            return self._trade(code, row, SIDE_NONE, 0)
        is_buyer_later = whole_of_text(row[self._buy]) > whole_of_text(row[self._sell])
        return self._trade(code, row, SIDE_BUY if is_buyer_later else SIDE_SELL, 0)

    def _trade(self, code: str, row: list[str], aggressor: int, flags: int) -> FeedRecord:
        buy, sell = whole_of_text(row[self._buy]), whole_of_text(row[self._sell])
        quantity = whole_of_text(row[self._quantity])
        if not buy and not sell and not quantity:
            raise SkippedRow("empty_row")
        price = units_of_text(row[self._price])
        if self._money >= 0:
            check_money(code, row[self._money], price, quantity)
        return FeedRecord(
            KIND_TRADE,
            aggressor,
            ORDER_NONE,
            flags,
            self._instruments.index(code),
            buy,
            sell,
            quantity,
            whole_of_text(row[self._sequence if flags else self._shenzhen_sequence]),
            price,
            time_of_text(row[self._time]),
        )

    def _shenzhen_cancel(self, code: str, row: list[str]) -> FeedRecord:
        buy, sell = whole_of_text(row[self._buy]), whole_of_text(row[self._sell])
        if bool(buy) == bool(sell):
            raise SkippedRow("cancel_of_two_orders" if buy else "empty_row")
        return FeedRecord(
            KIND_DELETE,
            SIDE_BUY if buy else SIDE_SELL,
            ORDER_NONE,
            0,
            self._instruments.index(code),
            buy or sell,
            0,
            whole_of_text(row[self._quantity]),
            whole_of_text(row[self._shenzhen_sequence]),
            0,
            time_of_text(row[self._time]),
        )
