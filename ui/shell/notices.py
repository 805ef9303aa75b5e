"""The stack of notices above the pages."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from models.errors import ExpectedFailure
from widgets.basic.notice_bar import Notice, NoticeBar, NoticeKind

SHOWN = 3
NEWS_MS = 6_000


class NoticeStack(QWidget):
    """Newest on top, at most three; a notice with the code of a shown one takes its place."""

    acted = Signal(object)  # Notice

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: list[NoticeBar] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        self.hide()

    def tell_failure(self, failure: ExpectedFailure) -> None:
        """Show what went wrong, what to do, and the code."""
        self.tell(Notice(failure.title, failure.advice, failure.code))

    def tell(self, notice: Notice) -> None:
        """Show a notice; news go by themselves after some seconds."""
        for bar in tuple(self._bars):
            if notice.code and bar.notice.code == notice.code:
                self._remove(bar)
        bar = NoticeBar(notice)
        bar.acted.connect(self.acted)
        bar.closed.connect(self.withdraw)
        self._bars.insert(0, bar)
        self._column.insertWidget(0, bar)
        for old in self._bars[SHOWN:]:
            self._remove(old)
        if notice.kind is NoticeKind.NEWS:
            self._let_go(bar)
        self.show()

    def withdraw(self, notice: Notice) -> None:
        """Take a notice away (its trouble is over, or the person closed it)."""
        for bar in tuple(self._bars):
            if bar.notice == notice or (notice.code and bar.notice.code == notice.code):
                self._remove(bar)

    def withdraw_code(self, code: str) -> None:
        """Take the notice with this code away."""
        self.withdraw(Notice("", code=code))

    def notices(self) -> tuple[Notice, ...]:
        """Return what is shown, newest first."""
        return tuple(bar.notice for bar in self._bars)

    def _let_go(self, bar: NoticeBar) -> None:
        timer = QTimer(bar)
        timer.setSingleShot(True)
        timer.timeout.connect(lambda: self._remove(bar))
        timer.start(NEWS_MS)

    def _remove(self, bar: NoticeBar) -> None:
        if bar in self._bars:
            self._bars.remove(bar)
            self._column.removeWidget(bar)
            bar.hide()
            bar.deleteLater()
        self.setVisible(bool(self._bars))
