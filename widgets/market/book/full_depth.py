"""All levels of a book (千档): hundreds of painted rows that scroll, and stand still while read."""

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from models.market.details import FullDepth
from models.market.picture import Cage, Depth
from widgets.market.book.full_painter import FOOT, GAP_ROW, HEAD, ROW, FullForm, FullPainter
from widgets.market.book.full_rows import GAP, FullRows
from widgets.market.depth_ladder import PRESET_KEYS
from widgets.market.ladder_middle import draw_warning
from widgets.market.ladder_state import LadderState, LevelKey
from widgets.paint.fonts import TextStyle
from widgets.paint.look import Look
from widgets.paint.marks import CENTRE, draw_text
from widgets.paint.quantities import Quantities

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class FullDepthView(QAbstractScrollArea):
    """↑↓ and PgUp/PgDn choose a level, Enter tells its price, Home goes to the best prices.

    An update keeps the chosen row, else the one in the middle, where it is on the screen.
    """

    price_clicked = Signal(int)  # price units: never a side
    level_chosen = Signal(object)  # ("ask" or "bid", price units): show its queue; None = the best
    preset_pressed = Signal(int)
    unit_pressed = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._rows = FullRows()
        self._state = LadderState(empty_text=self.tr("等待全部档位…"))
        self._anchor: LevelKey = GAP  # what stays where it is
        self._ready: tuple[FullForm, FullPainter] | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(200)
        self.setAccessibleName(self.tr("千档盘口"))
        self.verticalScrollBar().setSingleStep(ROW)
        look.changed.connect(self._wear)

    def show_full(self, full: FullDepth | None, depth: Depth | None) -> None:
        """Show a newer picture; ``depth`` is the ten levels that go with it."""
        self._state.depth = depth
        if full is None and not len(self._rows):
            self.viewport().update()
            return
        key = self._kept_key()
        offset = self._offset(key)
        self._rows = FullRows(full)
        self._fit()
        self.verticalScrollBar().setValue(self._top(self._rows.near(key)) - offset)
        self.viewport().update()

    def show_nothing(self, text: str) -> None:
        """Empty the view and say why."""
        self._rows = FullRows()
        self._anchor = GAP
        self._state = LadderState(empty_text=text, quantities=self._state.quantities)
        self._fit()
        self.viewport().update()

    def set_decimals(self, decimals: int) -> None:
        """Show prices with 2 or 3 decimals."""
        self._set("decimals", decimals)

    def set_quantities(self, quantities: Quantities) -> None:
        """Show quantities in lots or single ones."""
        self._set("quantities", quantities)

    def set_cage(self, cage: Cage | None) -> None:
        """Dim the levels that no new order may take now."""
        self._set("cage", cage)

    def set_own_orders(self, open_quantity: dict[int, int]) -> None:
        """Mark the levels where our own open orders stand."""
        self._set("own", dict(open_quantity))

    def set_stale(self, text: str) -> None:
        """Veil the rows with words; "" lifts the veil."""
        self._set("stale_text", text)

    def choose(self, key: LevelKey | None) -> None:
        """Mark the level whose queue is shown, and bring it into sight; None = no one."""
        self._set("chosen", key)
        if key is not None and self._rows.has(key):
            self._reveal(self._rows.near(key))

    def go_to_best(self) -> None:
        """Put the gap between the sides into the middle and keep it there."""
        self._anchor = GAP
        height = self._room()
        self.verticalScrollBar().setValue(self._top(self._rows.gap) - (height - GAP_ROW) // 2)

    def resizeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the middle in the middle."""
        self._fit()
        if self._anchor == GAP:
            self.go_to_best()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:  # noqa: N802 - Qt's name
        """Paint anew: rows are drawn where they are, not moved as pixels."""
        self._anchor = self._middle_key()
        self.viewport().update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the rows that are seen, then titles and foot over them."""
        painter = QPainter(self.viewport())
        tokens, area = self._look.tokens, self.viewport().rect()
        painter.fillRect(area, tokens.ground_1)
        if not len(self._rows):
            text = self._state.empty_text
            draw_text(painter, area, text, TextStyle.BODY, tokens.text_2, CENTRE)
        else:
            self._draw(painter, area)
        if self._state.warning:
            draw_warning(painter, area, self._state.warning, tokens)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell the price of the level, or switch the unit at the titles."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        y = int(event.position().y())
        if y < HEAD:
            self.unit_pressed.emit()
            return
        key = self._rows.key(self._number_at(y))
        if key != GAP:
            self.level_chosen.emit(key)
            self.price_clicked.emit(key[1])

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """See the class."""
        key = Qt.Key(event.key())
        page = max(1, self._room() // ROW - 1)
        steps = {**_STEPS, Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page}
        chosen = self._state.chosen
        if key in steps:
            self._step(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and chosen and self._rows.has(chosen):
            self.price_clicked.emit(chosen[1])
        elif key == Qt.Key.Key_Home:
            self.level_chosen.emit(None)
            self.go_to_best()
        elif key in PRESET_KEYS and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.preset_pressed.emit(PRESET_KEYS.index(key))
        elif key == Qt.Key.Key_Escape and chosen is not None:
            self.level_chosen.emit(None)
        else:
            super().keyPressEvent(event)

    def _step(self, step: int) -> None:
        rows, chosen = self._rows, self._state.chosen
        if not len(rows):
            return
        at = rows.near(chosen) if chosen is not None else rows.gap
        at = min(max(at + step, 0), len(rows) - 1)
        if at == rows.gap:
            at += 1 if step > 0 else -1
        if rows.row(at) is not None:
            self.level_chosen.emit(rows.key(at))

    def _draw(self, painter: QPainter, area: QRect) -> None:
        rows, kept = self._rows, self._prepared()
        number = self._number_at(HEAD)
        scale = rows.scale(number, self._number_at(area.height() - FOOT) + 1)
        while number < len(rows):
            top = self._screen_y(number)
            if top >= area.height() - FOOT:
                break
            row = rows.row(number)
            if row is None:
                depth = self._state.depth
                kept.draw_gap(painter, top, depth.quote if depth else None)
            else:
                kept.draw_row(painter, top, row, scale, self._state)
            number += 1
        kept.draw_head(painter)
        kept.draw_foot(painter, rows, area.height())

    def _prepared(self) -> FullPainter:
        state, port = self._state, self.viewport()
        form = FullForm(port.width(), port.devicePixelRatioF(), state.decimals, state.quantities)
        if self._ready is None or self._ready[0] != form:
            self._ready = form, FullPainter(self._look, form)
        return self._ready[1]

    def _set(self, name: str, value: object) -> None:
        if getattr(self._state, name) != value:
            setattr(self._state, name, value)
            self.viewport().update()

    def _wear(self) -> None:
        self._ready = None
        self.viewport().update()

    def _room(self) -> int:
        return max(ROW, self.viewport().height() - HEAD - FOOT)

    def _fit(self) -> None:
        whole = (len(self._rows) - 1) * ROW + GAP_ROW if len(self._rows) else 0
        # Half a screen above and below: the best prices can always stand in the middle.
        spare = self._room() // 2
        self.verticalScrollBar().setRange(-spare, max(-spare, whole - self._room() + spare))
        self.verticalScrollBar().setPageStep(self._room())

    def _top(self, number: int) -> int:
        below = GAP_ROW - ROW if number > self._rows.gap else 0
        return number * ROW + below

    def _screen_y(self, number: int) -> int:
        return HEAD + self._top(number) - self.verticalScrollBar().value()

    def _offset(self, key: LevelKey) -> int:
        return self._top(self._rows.near(key)) - self.verticalScrollBar().value()

    def _number_at(self, y: int) -> int:
        inside = y - HEAD + self.verticalScrollBar().value()
        gap_top = self._rows.gap * ROW
        if inside < gap_top:
            return max(0, inside // ROW)
        return max(self._rows.gap, (inside - (GAP_ROW - ROW)) // ROW)

    def _middle_key(self) -> LevelKey:
        return self._rows.key(self._number_at(HEAD + self._room() // 2))

    def _kept_key(self) -> LevelKey:
        """The chosen row while it is seen, else the row in the middle."""
        chosen = self._state.chosen
        if chosen is not None and self._rows.has(chosen):
            y = self._screen_y(self._rows.near(chosen))
            if HEAD <= y < HEAD + self._room():
                return chosen
        return self._anchor

    def _reveal(self, number: int) -> None:
        top, bar = self._top(number), self.verticalScrollBar()
        if top < bar.value():
            bar.setValue(top)
        elif top + ROW > bar.value() + self._room():
            bar.setValue(top + ROW - self._room())
