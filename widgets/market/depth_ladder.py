"""Ten levels a side with the last price in the middle; a click on a level gives its price only."""

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QRegion,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.market.own_place import OwnPlace
from models.market.picture import Cage, Depth
from widgets.market.book.auction import draw_course, draw_unmatched
from widgets.market.ladder_layout import (
    FEWEST_LEVELS,
    LEVELS,
    ladder_layout,
    least_height,
)
from widgets.market.ladder_middle import BandPainter, FootCache, draw_warning
from widgets.market.ladder_painter import LadderForm, LadderPainter, all_places, moved_region
from widgets.market.ladder_state import LadderState, LevelKey
from widgets.paint.fonts import TextStyle
from widgets.paint.look import Look
from widgets.paint.marks import CENTRE, draw_text
from widgets.paint.quantities import Quantities
from widgets.trading.own_words import tip_text

PRESET_KEYS = tuple(Qt.Key(Qt.Key.Key_1 + number) for number in range(9))


class DepthLadder(QWidget):
    """Shows one Depth; rows whose level did not change are not drawn again.

    A click, or Enter on the level that the arrow keys chose, tells its price, never a side.
    """

    price_clicked = Signal(int)  # price units: never a side
    level_chosen = Signal(object)  # ("ask" or "bid", price units): show its queue; None = the best
    preset_pressed = Signal(int)  # 0..8: a size by the keys 1..9
    unit_pressed = Signal()  # the title of the quantities was clicked
    painted = Signal()  # what was shown is on the screen

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing beneath is drawn
        self._state = LadderState(empty_text=self.tr("选择证券后显示十档盘口"))
        self._most_levels = LEVELS
        self._ready: tuple[LadderForm, LadderPainter, QPixmap] | None = None
        self._foot = FootCache(look)
        self._layout = ladder_layout(self.size())
        self._is_on_screen = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(236, least_height(FEWEST_LEVELS, 0))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("十档盘口"))
        look.changed.connect(self._wear)

    def show_depth(self, depth: Depth) -> None:
        """Show a newer picture of the book, at once: it goes before all else on the screen."""
        state = self._state
        before, settled, scale = state.depth, state.touched, (state.largest, state.deepest)
        state.take(depth)
        is_rescaled = scale != (state.largest, state.deepest)
        moved = QRegion(self.rect())
        if before is not None and not is_rescaled and not state.warning:
            moved = moved_region(self._layout, before, state, settled | state.touched)
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
        kept = self._state
        self._state = LadderState(
            empty_text=text, decimals=kept.decimals, quantities=kept.quantities, note=kept.note
        )
        self.update()

    def set_decimals(self, decimals: int) -> None:
        """Show prices with 2 or 3 decimals."""
        self._set("decimals", decimals)
        self._ready = None

    def set_quantities(self, quantities: Quantities) -> None:
        """Show quantities in lots or single ones."""
        self._set("quantities", quantities)
        self._ready = None

    def set_cage(self, cage: Cage | None) -> None:
        """Show which prices a new order may have now; None = no cage holds now."""
        self._set("cage", cage)

    def set_own_orders(self, open_quantity: dict[int, int]) -> None:
        """Mark the levels where our own open orders of this security stand (by price units)."""
        self._set("own", dict(open_quantity))

    def set_own_places(self, places: tuple[OwnPlace, ...]) -> None:
        """Tell on their levels where our own orders stand in the queue."""
        before, self._state.places = self._state.places, places
        moved = {one.price_units for one in (*before, *places)} if before != places else set()
        for side, place in all_places(self._layout.levels) if moved else ():
            level = self._state.level(side, place)
            if level is not None and level.price_units in moved:
                self.update(self._layout.row(side, place))
        self._tell_own(self._state.hovered)

    def set_stale(self, text: str) -> None:
        """Veil the ladder with words ("行情已 12 秒未更新"); "" lifts the veil."""
        self._set("stale_text", text)

    def set_phase(self, text: str) -> None:
        """Say the phase and what may be done in it; "" = the phase of the quote alone."""
        self._set("phase_text", text)

    def set_remark(self, text: str) -> None:
        """Say what is special now in place of the spread (a seal, the fixed price)."""
        self._set("remark", text)

    def set_level2(self, reason: str, way_out: str) -> None:
        """Show ten levels, or five with the reason and the way out."""
        self._most_levels = FEWEST_LEVELS if reason else LEVELS
        self._set("note", (reason, way_out))
        self._lay_out()

    def warning(self) -> str:
        """Return the words of the veil, "" while there is none."""
        return self._state.warning

    def choose(self, key: LevelKey | None) -> None:
        """Mark the level whose queue is shown; None = no one."""
        self._set("chosen", key)

    def place_of(self, side: str, level: int) -> QPoint:
        """Return where a level stands (``ask`` or ``bid``, 0 = best), for who points at it."""
        return self._layout.row(side, level).center()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Comfortable at 1080 lines."""
        return QSize(284, 720)

    def resizeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Share the new height."""
        self._lay_out()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Until it is painted again there is nothing to hurry for."""
        super().hideEvent(event)
        self._is_on_screen = False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw what the event asks for."""
        painter = QPainter(self)
        area, tokens = event.rect(), self._look.tokens
        if self._state.depth is None:
            painter.fillRect(area, tokens.ground_1)
            text = self._state.empty_text
            draw_text(painter, self.rect(), text, TextStyle.BODY, tokens.text_2, CENTRE)
            self._foot.draw(painter, self._layout, self._state, self.devicePixelRatioF())
        else:
            self._draw(painter, area)
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
            self.unit_pressed.emit()
            return
        found = self._layout.level_at(place)
        level = self._state.level(*found) if found else None
        if found is not None and level is not None:
            self.level_chosen.emit((found[0], level.price_units))
            self.price_clicked.emit(level.price_units)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """↑↓ choose a level, Enter tells its price, 1–9 a size, Escape goes back to the best."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = -1 if key == Qt.Key.Key_Up else 1
            self.level_chosen.emit(self._state.stepped(step, self._layout.levels))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._chosen_price():
            self.price_clicked.emit(self._chosen_price())
        elif key in PRESET_KEYS and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.preset_pressed.emit(PRESET_KEYS.index(key))
        elif key == Qt.Key.Key_Escape and self._state.chosen is not None:
            self.level_chosen.emit(None)
        else:
            super().keyPressEvent(event)

    def _chosen_price(self) -> int:
        place = self._state.place_of(self._state.chosen)
        return self._state.chosen[1] if place is not None and self._state.chosen else 0

    def _hover(self, found: tuple[str, int] | None) -> None:
        if found == self._state.hovered:
            return
        self._state.hovered = found
        self._tell_own(found)
        has_price = found is not None and self._state.level(*found) is not None
        shape = Qt.CursorShape.PointingHandCursor if has_price else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
        self.update()

    def _set(self, name: str, value: object) -> None:
        if getattr(self._state, name) != value:
            setattr(self._state, name, value)
            self.update()

    def _tell_own(self, found: tuple[str, int] | None) -> None:
        """Keep the tip of the level under the pointer: all that is known of our orders there."""
        level = self._state.level(*found) if found else None
        places = self._state.own_places(level.price_units) if level else ()
        self.setToolTip(tip_text(places, self._state.decimals) if places else "")

    def _wear(self) -> None:
        """Another theme or size: everything kept is drawn anew."""
        self._ready = None
        self._foot.clear()
        self.update()

    def _lay_out(self) -> None:
        has_note = bool(self._state.note[0])
        fresh = ladder_layout(self.size(), self._most_levels, has_note=has_note)
        if fresh != self._layout:
            self._layout = fresh
            self._wear()

    def _draw(self, painter: QPainter, area: QRect) -> None:
        state, layout, look = self._state, self._layout, self._look
        form, rows, ground = self._prepared()
        painter.drawPixmap(0, 0, ground)
        rows.draw_levels(painter, state, area)
        rows.draw_voids(painter, state)
        if state.in_auction:
            draw_course(painter, layout, state, look)
            draw_unmatched(painter, layout, state, look)
        else:
            rows.draw_cage_lines(painter, state)
        if layout.middle.intersects(area):
            BandPainter(painter, layout, state, look, form.scale).draw_middle()
        self._foot.draw(painter, layout, state, form.scale)
        if state.warning:
            draw_warning(painter, self.rect(), state.warning, look.tokens)

    def _prepared(self) -> tuple[LadderForm, LadderPainter, QPixmap]:
        """Form and painter of this size and theme, and the ground that is copied below the rows."""
        scale = self.devicePixelRatioF()
        if self._ready is None or self._ready[0].scale != scale:
            state = self._state
            form = LadderForm(self._layout, scale, state.decimals, state.quantities)
            rows = LadderPainter(self._look, form)
            count = "" if state.note[0] else self.tr("笔数")
            quantity = self.tr("量({0}) ⇅").format(form.quantities.word)
            self._ready = form, rows, rows.ground((self.tr("价格"), quantity, count))
        return self._ready
