"""Reads the wide form: orders and trades of a channel in one table, told apart by a number.

``SecurityID, Date, Time, SourceType, Type, Price, Qty, BSFlag, BuyNo, SellNo, ApplSeqNum,
ChannelNo``; SourceType 0 = an order (its number stands in both BuyNo and SellNo), 1 = a trade or a
cancel of Shenzhen; Type as in the vendor's order and trade files; prices in 0.0001 yuan.
"""

from services.market.feed.record import FeedRecord
from services.market.sources.layout import Layout, Stream
from services.market.sources.orders import OrderReader
from services.market.sources.parts import Instruments, SkippedRow
from services.market.sources.text import whole_of_text, word_of_text
from services.market.sources.trades import TradeReader

_ORDER, _TRADE = "0", "1"


class WideReader:
    """Hands each row to the reader of its kind."""

    def __init__(self, layout: Layout, instruments: Instruments) -> None:
        columns = layout.columns
        as_order = {**columns, "order": columns["buy"], "side": columns["flag"]}
        self._orders = OrderReader(Layout(Stream.ORDERS, as_order), instruments)
        self._trades = TradeReader(Layout(Stream.TRADES, columns), instruments)
        self._source, self._price = layout.at("source"), layout.at("price")

    def record(self, row: list[str]) -> FeedRecord:
        """Return the record; raises ValueError, IndexError or SkippedRow when there is none."""
        source = word_of_text(row[self._source])
        if source not in (_ORDER, _TRADE):
            raise SkippedRow("unknown_record_type")
        record = (self._orders if source == _ORDER else self._trades).record(row)
        return record._replace(price=whole_of_text(row[self._price]))
