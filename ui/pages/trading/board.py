"""The live part of the trading page: head, chart, tape, and the book of one security."""

from datetime import datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter

from models.market.instrument import Instrument
from models.market.picture import Depth, Quote
from ui.pages.parts.securities import decimals_of
from ui.pages.trading.book_pane import BookPane
from ui.pages.trading.book_presenter import BookPresenter
from ui.pages.trading.staleness import age_text, stale_text
from ui.ports import DeskPorts
from widgets.basic.folding import FoldingSplitter
from widgets.basic.panel import Panel
from widgets.market.intraday_chart import IntradayChart
from widgets.market.quote_header import QuoteHeader
from widgets.market.tick_tape import TickTape
from widgets.paint.look import Look


class MarketBoard:
    """Widgets of one security and what keeps them true; the page places them."""

    def __init__(self, ports: DeskPorts, look: Look, presenter: BookPresenter) -> None:
        self._ports = ports
        self._presenter = presenter
        self._symbol = ""
        self._revision = -1
        self._told_ms = -1
        self._is_charted = False  # whether the chart shows minutes of this security
        self._moved_at: datetime = ports.clock.now()
        self._own: frozenset[str] = frozenset()
        self.header = QuoteHeader(look)
        self.chart = IntradayChart(look)
        self.tape = TickTape(look)
        self.book = BookPane(presenter, look)
        self.ladder = self.book.ladder
        presenter.changed.connect(self._dress)
        self._dress()

    def show_symbol(self, symbol: str) -> None:
        """Show another security."""
        self._symbol = symbol
        self._revision = -1
        item = self._ports.market.instrument(symbol)
        for part in (self.header, self.chart, self.tape):
            part.set_decimals(decimals_of(item))
        self.book.show_symbol(item)
        self.tape.show_ticks((), 0)
        self.refresh()
        self.refresh_slowly()

    def show_own(self, levels: dict[int, int], orders: frozenset[str]) -> None:
        """Mark these open orders: shares by price units, and the ids whose places are told."""
        self._own = orders
        self.book.set_own_orders(levels)
        depth = self._presenter.depth()
        if depth is not None:
            self._show_places(depth)

    def refresh(self) -> None:
        """Called each frame while the page is visible: draw what is new, mark what is old."""
        market = self._ports.market
        revision = market.revision()
        if revision != self._revision:
            self._revision = revision
            self._show(market.instrument(self._symbol), market.quote(self._symbol))
        self._mark_age(market.quote(self._symbol))

    def refresh_slowly(self) -> None:
        """Called each slow turn: minutes, phases and rights need no frame of their own."""
        market = self._ports.market
        self._presenter.refresh()
        self.book.show_state()
        self.header.show_seal(self._presenter.seal())
        quote = market.quote(self._symbol)
        self._show_chart(market.instrument(self._symbol), quote)
        self.book.set_age(age_text(quote.phase, self._silent_ms()) if quote else "")

    def tape_and_chart(self) -> QSplitter:
        """Return chart and tape side by side."""
        split = FoldingSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.chart)
        split.addWidget(Panel("逐笔成交", self.tape))
        split.setSizes([560, 210])
        split.setStretchFactor(0, 1)
        return split

    def _show(self, item: Instrument | None, quote: Quote | None) -> None:
        """The ladder first: it is painted before the others are told."""
        depth = self._presenter.depth()
        if item is not None and depth is not None:
            self._show_places(depth)
            self.book.show_book(depth, self._ports.orders.cage(self._symbol))
            self.tape.show_ticks(depth.ticks, _close(item, quote))
        self.header.show_quote(item, quote)
        if not self._is_charted:  # the first minutes wait for no slow turn
            self._show_chart(item, quote)

    def _show_chart(self, item: Instrument | None, quote: Quote | None) -> None:
        if item is not None:
            bars = self._ports.market.bars(self._symbol)
            self._is_charted = bool(bars)
            self.chart.show_day(bars, _close(item, quote))

    def _show_places(self, depth: Depth) -> None:
        """The engine tells of all orders it has open; here are those of the ticket's client."""
        places = tuple(one for one in depth.own if one.client_order_id in self._own)
        self.book.set_own_places(places)

    def _dress(self) -> None:
        presenter = self._presenter
        self._revision = -1
        self.tape.set_quantities(presenter.quantities)
        self.tape.set_big_from(presenter.big_from()[1])
        is_closed = bool(presenter.symbol) and not presenter.access.is_level2
        self.tape.set_empty_text("五档行情没有逐笔成交" if is_closed else "")

    def _mark_age(self, quote: Quote | None) -> None:
        """Old is what the exchange's clock does not move; how long, by business time."""
        market = self._ports.market
        if market.time_ms() != self._told_ms:
            self._told_ms = market.time_ms()
            self._moved_at = self._ports.clock.now()
        if quote is None:
            return
        status = self._ports.board.status()
        self.book.set_stale(stale_text(quote.phase, self._silent_ms(), status, market.speed()))
        self.tape.set_veiled(on=self.book.is_doubtful())

    def _silent_ms(self) -> int:
        """Business time since the exchange's clock last moved."""
        return (self._ports.clock.now() - self._moved_at) // timedelta(milliseconds=1)


def _close(item: Instrument, quote: Quote | None) -> int:
    return quote.previous_close_units if quote else item.previous_close_units
