"""What every page is built with, and the base that they share."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from models.errors import ExpectedFailure
from ui.bridge.frame_timer import FrameTimer
from ui.pages.parts.presence import PagePresenter, TaskStarter
from ui.ports import DeskPorts
from widgets.basic.notice_bar import Notice, NoticeKind
from widgets.paint.look import Look

COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


@dataclass(frozen=True, slots=True)
class PageKit:
    """Ports, the owner of a page's tasks, the frame timer of live panels, and the look."""

    ports: DeskPorts
    tasks: TaskStarter
    frames: FrameTimer
    look: Look


class Page(QWidget):
    """Tells its presenter when it comes and goes; a page without a presenter has nothing to do."""

    noticed = Signal(object)  # Notice for the shell

    def __init__(self, presenter: PagePresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presence = presenter
        presenter.setParent(self)
        presenter.failed.connect(self.tell_failure)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Come on the screen."""
        super().showEvent(event)
        self._presence.enter()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the screen."""
        super().hideEvent(event)
        self._presence.leave()

    def stop(self) -> None:
        """Hear no more changes."""
        self._presence.close()

    def tell_failure(self, failure: ExpectedFailure) -> None:
        """Show a fault of the world as a notice: what, what to do, code."""
        self.noticed.emit(Notice(failure.title, failure.advice, failure.code))

    def tell_news(self, title: str, advice: str = "") -> None:
        """Show good news as a notice."""
        self.noticed.emit(Notice(title, advice, kind=NoticeKind.NEWS))

    def tell_trouble(self, title: str, advice: str, code: str = "") -> None:
        """Show something that the person has to mend."""
        self.noticed.emit(Notice(title, advice, code))


def typed_text(watched: QObject, event: QEvent) -> str:
    """Return the visible text of a key press without command keys; "" for anything else."""
    if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
        return ""
    if event.modifiers() & COMMANDS or not watched.isWidgetType():
        return ""
    text = event.text()
    return text if text.strip() and text.isprintable() else ""
