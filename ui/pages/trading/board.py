"""The live part of the trading page: head, chart, tape, ladder and queue of one security."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from models.market.instrument import Instrument
from models.market.picture import Depth, Quote
from ui.pages.parts.securities import decimals_of
from ui.pages.trading.staleness import stale_text
from ui.ports import DeskPorts
from widgets.basic.folding import FoldingSplitter
from widgets.basic.panel import Panel
from widgets.market.depth_ladder import DepthLadder
from widgets.market.intraday_chart import IntradayChart
from widgets.market.order_queue import OrderQueue
from widgets.market.quote_header import QuoteHeader
from widgets.market.tick_tape import TickTape
from widgets.paint.look import Look

MS_PER_SECOND = 1_000


class MarketBoard:
    """Widgets of one security and what keeps them true; the page places them."""

    def __init__(self, ports: DeskPorts, look: Look) -> None:
        self._ports = ports
        self._symbol = ""
        self._revision = -1
        self._moved_at: datetime = ports.clock.now()
        self._own: frozenset[str] = frozenset()
        self.header = QuoteHeader(look)
        self.chart = IntradayChart(look)
        self.tape = TickTape(look)
        self.ladder = DepthLadder(look)
        self.queue = OrderQueue(look)

    def show_symbol(self, symbol: str) -> None:
        """Show another security."""
        self._symbol = symbol
        self._revision = -1
        item = self._ports.market.instrument(symbol)
        decimals = decimals_of(item)
        for part in (self.header, self.chart, self.tape, self.ladder, self.queue):
            part.set_decimals(decimals)
        self.ladder.show_nothing("等待盘口…" if symbol else "选择证券后显示十档盘口")
        self.queue.show_depth(None)
        self.queue.set_own_places(())
        self.tape.show_ticks((), 0)
        self.refresh()
        self.refresh_chart()

    def show_own(self, levels: dict[int, int], orders: frozenset[str]) -> None:
        """Mark these open orders: shares by price units, and the ids whose places are told."""
        self._own = orders
        self.ladder.set_own_orders(levels)
        depth = self._ports.market.depth(self._symbol)
        if depth is not None:
            self._show_places(depth)

    def refresh(self) -> None:
        """Called each frame while the page is visible: draw what is new, mark what is old."""
        market = self._ports.market
        revision = market.revision()
        if revision != self._revision:
            self._revision = revision
            self._moved_at = self._ports.clock.now()
            item = market.instrument(self._symbol)
            self._show(item, market.quote(self._symbol), market.depth(self._symbol))
        self._mark_age(market.quote(self._symbol))

    def refresh_chart(self) -> None:
        """Called each slow turn: minutes need no frame of their own."""
        market = self._ports.market
        item, quote = market.instrument(self._symbol), market.quote(self._symbol)
        if item is not None:
            self.chart.show_day(market.bars(self._symbol), _close(item, quote))

    def tape_and_chart(self) -> QSplitter:
        """Return chart and tape side by side."""
        split = FoldingSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.chart)
        split.addWidget(Panel("逐笔成交", self.tape))
        split.setSizes([560, 210])
        split.setStretchFactor(0, 1)
        return split

    def book(self) -> QWidget:
        """Return ladder over queue."""
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(Panel("十档盘口", self.ladder))
        split.addWidget(Panel("委托队列", self.queue))
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([520, 150])
        split.setChildrenCollapsible(False)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)
        return holder

    def _show(self, item: Instrument | None, quote: Quote | None, depth: Depth | None) -> None:
        """The ladder first: it is painted before the others are told."""
        if item is not None and depth is not None:
            self.ladder.set_cage(self._ports.orders.cage(self._symbol))
            self._show_places(depth)
            self.ladder.show_depth(depth)
            self.queue.show_depth(depth)
            self.tape.show_ticks(depth.ticks, _close(item, quote))
        self.header.show_quote(item, quote)

    def _show_places(self, depth: Depth) -> None:
        """The engine tells of all orders it has open; here are those of the ticket's client."""
        places = tuple(one for one in depth.own if one.client_order_id in self._own)
        self.ladder.set_own_places(places)
        self.queue.set_own_places(places)

    def _mark_age(self, quote: Quote | None) -> None:
        if quote is None:
            return
        silent = self._ports.clock.now() - self._moved_at
        silent_ms = int(silent.total_seconds() * MS_PER_SECOND)
        self.ladder.set_stale(stale_text(quote.phase, silent_ms, self._ports.board.status()))


def _close(item: Instrument, quote: Quote | None) -> int:
    return quote.previous_close_units if quote else item.previous_close_units
