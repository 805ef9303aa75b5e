"""State of the level-2 part: who looks, what is shown of the book, which price was chosen."""

from dataclasses import replace
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from models.market.access import QuoteAccess
from models.market.details import (
    DetailWatch,
    FullDepth,
    MarketRanking,
    OrderFlow,
    PriceQueue,
    QueuePlace,
    Seal,
)
from models.market.instrument import Phase
from models.market.picture import Depth
from models.market.trading_state import TradingState
from models.money import PRICE_UNITS_PER_YUAN
from ui.pages.parts.presence import PagePresenter
from ui.ports import DeskPorts
from widgets.market.ladder_state import LevelKey
from widgets.paint.numbers import compact_text
from widgets.paint.quantities import Quantities, QuantityUnit

OWNER = "trading"
UNIT = "quantity_unit"


class BookView(StrEnum):
    """What of the book is in front."""

    TEN = "ten"
    FULL = "full"
    FLOW = "flow"


class BookPresenter(QObject):
    """Asks for what is shown and no more; the port gives what the one who looks may see."""

    changed = Signal()  # view, choice, unit, access: dress the widgets anew

    def __init__(self, ports: DeskPorts, page: PagePresenter) -> None:
        super().__init__(page)
        self._ports = ports
        self._page = page
        self._is_shown = False
        self._has_ranking = False
        self.symbol = ""
        self.client_id = ""
        self.view = BookView.TEN
        self.chosen: LevelKey | None = None
        self.access = QuoteAccess(False)
        self.quantities = Quantities(_unit_of(ports.preferences.get(UNIT)))

    def enter(self) -> None:
        """Show the book again."""
        self._is_shown = True
        self._follow()

    def leave(self) -> None:
        """Ask for nothing while hidden."""
        self._is_shown = False
        self._follow()

    def look(self, symbol: str, client_id: str) -> None:
        """Show another security, or for another client ("" = the person himself)."""
        if symbol != self.symbol:
            self.chosen = None
        self.symbol, self.client_id = symbol, client_id
        self.quantities = self.quantities.of(self._ports.market.instrument(symbol))
        self._follow()

    def refresh(self) -> None:
        """Follow a change of what may be seen: a product began or ended."""
        if self._ports.books.access(self.client_id) != self.access:
            self._follow()

    def turn(self, view: BookView) -> None:
        """Bring something else of the book to the front."""
        if view is not self.view:
            self.view = view
            self._follow()

    def choose(self, key: LevelKey | None) -> None:
        """Show the queue of a price; None = of the best prices."""
        if key != self.chosen:
            self.chosen = key
            self._follow()

    def show_ranking(self, *, on: bool) -> None:
        """Show the market's statistics, or no longer."""
        if on is not self._has_ranking:
            self._has_ranking = on
            self._follow()

    def turn_unit(self) -> None:
        """Change between lots and single ones, and remember it."""
        self.quantities = self.quantities.turned()
        kept = self._ports.preferences.keep(UNIT, self.quantities.unit.value)
        self._page.run(kept, lambda _nothing: None)
        self.changed.emit()

    def depth(self) -> Depth | None:
        """The newest book as far as it may be seen."""
        return self._ports.books.depth(self.symbol, self.client_id)

    def full(self) -> FullDepth | None:
        """All its levels."""
        return self._ports.books.full(self.symbol, self.client_id)

    def queue(self) -> PriceQueue | None:
        """The queue at the chosen price."""
        place = self._place()
        return self._ports.books.queue(place, self.client_id) if place else None

    def flow(self) -> OrderFlow | None:
        """Its big-order statistics."""
        return self._ports.books.flow(self.symbol, self.client_id)

    def seal(self) -> Seal | None:
        """Its seal, None while it has none."""
        return self._ports.books.seal(self.symbol, self.client_id)

    def ranking(self) -> MarketRanking | None:
        """The market's statistics, while they are shown."""
        return self._ports.books.ranking(self.client_id)

    def trading_state(self) -> TradingState | None:
        """What may be done with the security now."""
        return self._ports.books.trading_state(self.symbol)

    def big_from(self) -> tuple[int, int]:
        """Turnover from which an order is 大 and 特大; 0 where the firm has set no bounds."""
        huge, large = self._ports.books.big_order_bounds()[:2] or (0, 0)
        return large, huge

    def remark(self) -> str:
        """What stands in the ladder's middle in place of the spread; "" = the spread."""
        state, seal = self.trading_state(), self.seal()
        if state is not None and state.phase is Phase.AFTER_HOURS:
            return "按收盘价成交"
        if seal is None:
            return ""
        form = replace(self.quantities, unit=QuantityUnit.LOTS)
        amount = compact_text(seal.amount_units, PRICE_UNITS_PER_YUAN)
        return f"封单 {form.text(seal.quantity)}手·{amount}"

    def _follow(self) -> None:
        symbol = self.symbol if self._is_shown else ""
        self.access = self._ports.books.access(self.client_id)
        self._ports.books.look(OWNER, symbol, self.client_id, self._wanted())
        if symbol and self.access.is_level2:
            self._page.run(self._ports.books.record_display(self.client_id), lambda _nothing: None)
        self.changed.emit()

    def _wanted(self) -> DetailWatch:
        symbols, place = (self.symbol,), self._place()
        return DetailWatch(
            full=symbols if self.view is BookView.FULL else (),
            queues=(place,) if place else (),
            flows=symbols if self.view is BookView.FLOW else (),
            seals=symbols,
            has_ranking=self._has_ranking,
        )

    def _place(self) -> QueuePlace | None:
        if self.chosen is None or not self.symbol:
            return None
        side, price_units = self.chosen
        return QueuePlace(self.symbol, side == "bid", price_units)


def _unit_of(text: str) -> QuantityUnit:
    return QuantityUnit.ONES if text == QuantityUnit.ONES.value else QuantityUnit.LOTS
