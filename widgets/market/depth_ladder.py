"""Ten levels a side with the last price in the middle; a click on a level gives its price only."""

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QMouseEvent, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.market.own_place import OwnPlace
from models.market.picture import Cage, Depth
from widgets.market.ladder_layout import FEWEST_LEVELS, LadderLayout, ladder_layout, least_height
from widgets.market.ladder_middle import draw_foot, draw_middle, draw_warning
from widgets.market.ladder_painter import LadderPainter, all_places
from widgets.market.ladder_state import LadderState, QuantityUnit, changed_prices
from widgets.paint.fonts import TextStyle
from widgets.paint.look import Look
from widgets.paint.marks import CENTRE, draw_text
from widgets.trading.own_words import tip_text


class DepthLadder(QWidget):
    """Shows one Depth; rows whose level did not change are not drawn again."""

    price_clicked = Signal(int)  # price units: never a side
    unit_changed = Signal(object)  # QuantityUnit
    painted = Signal()  # what was shown is on the screen

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing beneath is drawn
        self._state = LadderState(empty_text=self.tr("选择证券后显示十档盘口"))
        self._layout = ladder_layout(self.size())
        self._is_on_screen = False
        self.setMouseTracking(True)
        self.setMinimumSize(248, least_height(FEWEST_LEVELS, 0))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("十档盘口"))
        look.changed.connect(self.update)

    def show_depth(self, depth: Depth) -> None:
        """Show a newer picture of the book, at once: it goes before all else on the screen."""
        before = self._state.depth
        touched = changed_prices(before, depth)
        self._state.depth = depth
        settled, self._state.touched = self._state.touched, touched
        moved = self._moved(before, settled | touched)
        if self._is_on_screen:
            self.repaint(moved)
        else:
            self.update(moved)

    @property
    def shown(self) -> Depth | None:
        """The picture on the screen."""
        return self._state.depth

    def show_nothing(self, text: str) -> None:
        """Empty the ladder and say why."""
        self._state = LadderState(empty_text=text, unit=self._state.unit)
        self.update()

    def set_decimals(self, decimals: int) -> None:
        """Show prices with 2 or 3 decimals."""
        self._state.decimals = decimals
        self.update()

    def set_unit(self, unit: QuantityUnit) -> None:
        """Show quantities in lots or shares."""
        if unit is not self._state.unit:
            self._state.unit = unit
            self.update()
            self.unit_changed.emit(unit)

    def set_cage(self, cage: Cage | None) -> None:
        """Show which prices a new order may have now; None = no cage holds now."""
        if cage != self._state.cage:
            self._state.cage = cage
            self.update()

    def set_own_orders(self, open_quantity: dict[int, int]) -> None:
        """Mark the levels where our own open orders of this security stand (by price units)."""
        if open_quantity != self._state.own:
            self._state.own = dict(open_quantity)
            self.update()

    def set_own_places(self, places: tuple[OwnPlace, ...]) -> None:
        """Tell on their levels where our own orders stand in the queue."""
        before, self._state.places = self._state.places, places
        moved = {one.price_units for one in (*before, *places)} if before != places else set()
        for side, place in all_places(self._layout.levels) if moved else ():
            level = self._state.level(side, place)
            if level is not None and level.price_units in moved:
                self.update(self._row(side, place))
        self._tell_own(self._state.hovered)

    def set_stale(self, text: str) -> None:
        """Veil the ladder with words ("行情已 12 秒未更新"); "" lifts the veil."""
        if text != self._state.stale_text:
            self._state.stale_text = text
            self.update()

    def place_of(self, side: str, level: int) -> QPoint:
        """Return where a level stands (``ask`` or ``bid``, 0 = best), for who points at it."""
        return self._row(side, level).center()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Comfortable at 1080 lines."""
        return QSize(284, 720)

    def resizeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Share the new height."""
        self._layout = ladder_layout(self.size())

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Until it is painted again there is nothing to hurry for."""
        super().hideEvent(event)
        self._is_on_screen = False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw what the event asks for."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), self._look.tokens.ground_1)
        if self._state.depth is None:
            text, tokens = self._state.empty_text, self._look.tokens
            draw_text(painter, self.rect(), text, TextStyle.BODY, tokens.text_2, CENTRE)
        else:
            self._draw(painter, event.region())
        painter.end()
        self._is_on_screen = True
        self.painted.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Light up the level under the pointer."""
        self._hover(self._layout.level_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Put the light out."""
        super().leaveEvent(event)
        self._hover(None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell the price of the level, or switch the unit at the column's title."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        place = event.position().toPoint()
        if self._layout.bar(self._layout.head).contains(place):
            self._switch_unit()
            return
        self._tell_price(self._layout.level_at(place))

    def _tell_price(self, found: tuple[str, int] | None) -> None:
        level = self._state.level(*found) if found else None
        if level is not None:
            self.price_clicked.emit(level.price_units)

    def _switch_unit(self) -> None:
        is_lots = self._state.unit is QuantityUnit.LOTS
        self.set_unit(QuantityUnit.SHARES if is_lots else QuantityUnit.LOTS)

    def _hover(self, found: tuple[str, int] | None) -> None:
        if found == self._state.hovered:
            return
        self._state.hovered = found
        self._tell_own(found)
        has_price = found is not None and self._state.level(*found) is not None
        shape = Qt.CursorShape.PointingHandCursor if has_price else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
        self.update()

    def _tell_own(self, found: tuple[str, int] | None) -> None:
        """Keep the tip of the level under the pointer: all that is known of our orders there."""
        level = self._state.level(*found) if found else None
        places = self._state.own_places(level.price_units) if level else ()
        self.setToolTip(tip_text(places, self._state.decimals) if places else "")

    def _draw(self, painter: QPainter, area: QRegion) -> None:
        tokens = self._look.tokens
        rows = LadderPainter(painter, self._layout, self._state, tokens)
        if area.intersects(self._layout.head):
            quantity = self.tr("量({0})").format(self._state.unit.value)
            rows.draw_head((self.tr("价格"), quantity + " ⇅", self.tr("笔数")))
        for side, place in all_places(self._layout.levels):
            if area.intersects(self._row(side, place)):
                rows.draw_level(side, place)
        rows.draw_cage_lines()
        draw_middle(painter, self._layout, self._state, tokens)
        draw_foot(painter, self._layout, self._state, tokens)
        if self._state.warning:
            draw_warning(painter, self._layout, self._state.warning, tokens)

    def _row(self, side: str, place: int) -> QRect:
        layout: LadderLayout = self._layout
        return layout.ask_row(place) if side == "ask" else layout.bid_row(place)

    def _moved(self, before: Depth | None, prices: frozenset[int]) -> QRegion:
        """Return what looks otherwise than before; ``prices`` are those whose mark changes."""
        after, whole = self._state.depth, QRegion(self.rect())
        if before is None or after is None or self._state.warning:
            return whole
        if before.quote.symbol != after.quote.symbol or before.health is not after.health:
            return whole
        was = LadderState(depth=before)
        if was.largest != self._state.largest or was.deepest != self._state.deepest:
            return whole
        region = QRegion(self._layout.middle).united(self._layout.foot)
        for side, place in all_places(self._layout.levels):
            level = self._state.level(side, place)
            moved = was.level(side, place) != level
            if moved or (level is not None and level.price_units in prices):
                region = region.united(self._row(side, place))
        return region
