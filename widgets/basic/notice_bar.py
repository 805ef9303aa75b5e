"""A line across the page that says what went wrong, what to do, and its code."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from widgets.basic.labels import body, caption, label


class NoticeKind(Enum):
    """How a notice looks."""

    NEWS = "news"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice says; ``action`` "" = nothing to press."""

    title: str
    advice: str = ""
    code: str = ""
    action: str = ""
    kind: NoticeKind = NoticeKind.TROUBLE


class NoticeBar(QWidget):
    """Shows one notice; the person closes it or acts on it."""

    acted = Signal(object)  # the Notice
    closed = Signal(object)  # the Notice

    def __init__(self, notice: Notice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = notice
        self.setObjectName("noticeBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", notice.kind.value)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(12)
        row.addLayout(self._texts(), 1)
        self._button = QPushButton(notice.action)
        self._button.setVisible(bool(notice.action))
        self._button.clicked.connect(self._tell_acted)
        self._close = QToolButton()
        self._close.setText("×")
        self._close.setToolTip(self.tr("关闭"))
        self._close.setAccessibleName(self.tr("关闭通知"))
        self._close.clicked.connect(self._tell_closed)
        row.addWidget(self._button)
        row.addWidget(self._close)

    def _texts(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(0)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(label(self.notice.title, "strong"))
        if self.notice.code:
            code = caption(self.notice.code)
            code.setProperty("textStyle", "code")
            first.addWidget(code)
        first.addStretch(1)
        column.addLayout(first)
        if self.notice.advice:
            column.addWidget(body(self.notice.advice))
        return column

    def _tell_acted(self) -> None:
        self.acted.emit(self.notice)

    def _tell_closed(self) -> None:
        self.closed.emit(self.notice)
