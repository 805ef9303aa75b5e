"""The line at the window's foot: a lamp and words for each connection, the market's clock."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from widgets.basic.labels import caption, label, set_tone
from widgets.paint.look import Look


class LampState(Enum):
    """What a lamp tells: shape differs as well as colour."""

    GOOD = "good"
    WAIT = "wait"
    BAD = "bad"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class StatusItem:
    """One entry: ``key`` for clicks, ``title`` such as 中心库, ``text`` in words."""

    key: str
    title: str
    state: LampState
    text: str
    tip: str = ""


class Lamp(QWidget):
    """Filled disc = good, ring = waiting, cross = bad."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._state = LampState.QUIET
        look.changed.connect(self.update)

    def show_state(self, state: LampState) -> None:
        """Show another state."""
        if state is not self._state:
            self._state = state
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A square of 10."""
        return QSize(10, 10)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As the size hint."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the shape of the state."""
        tokens = self._look.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(1, (self.height() - 8) / 2, 8, 8)
        if self._state is LampState.BAD:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.warn)
            painter.drawPolygon(
                [box.bottomLeft(), box.bottomRight(), (box.topLeft() + box.topRight()) / 2]
            )
        elif self._state is LampState.WAIT:
            painter.setPen(tokens.warn)
            painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.accent if self._state is LampState.GOOD else tokens.text_3)
            painter.drawEllipse(box)
        painter.end()


class StatusEntry(QWidget):
    """Lamp, title and words of one item."""

    clicked = Signal(str)

    def __init__(self, look: Look, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self._lamp = Lamp(look)
        self._title = caption()
        self._text = label("", "status")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for part in (self._lamp, self._title, self._text):
            row.addWidget(part)

    def show_item(self, item: StatusItem) -> None:
        """Show an item of the same key."""
        self._lamp.show_state(item.state)
        self._title.setText(item.title)
        self._text.setText(item.text)
        set_tone(self._text, "warn" if item.state in (LampState.BAD, LampState.WAIT) else "")
        self.setToolTip(item.tip)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click asks for more about this connection."""
        super().mouseReleaseEvent(event)
        self.clicked.emit(self._key)


class StatusStrip(QWidget):
    """Entries from the left; phase and clock at the right."""

    entry_clicked = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setObjectName("statusStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(26)
        self._entries: dict[str, StatusEntry] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 0, 12, 0)
        self._row.setSpacing(20)
        self._row.addStretch(1)
        self._phase = label("", "status")
        self._clock = label("", "statusClock")
        self._row.addWidget(self._phase)
        self._row.addWidget(self._clock)

    def show_items(self, items: tuple[StatusItem, ...]) -> None:
        """Show these connections; entries are made once per key."""
        for place, item in enumerate(items):
            if item.key not in self._entries:
                entry = StatusEntry(self._look, item.key)
                entry.clicked.connect(self.entry_clicked)
                self._entries[item.key] = entry
                self._row.insertWidget(place, entry)
            self._entries[item.key].show_item(item)

    def show_clock(self, phase: str, clock: str) -> None:
        """Show the market's phase in words and its clock."""
        self._phase.setText(phase)
        self._clock.setText(clock)
