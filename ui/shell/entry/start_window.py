"""What is shown while the backends come up: each step in words, with its progress."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from widgets.basic.labels import body, caption, heading, set_tone

_WIDTH = 520


class StartWindow(QWidget):
    """Small window before the desk; asks to go on offline when a step failed."""

    go_on = Signal()
    closed = Signal()

    def __init__(self, mark: str = "") -> None:
        super().__init__()
        self.setObjectName("startWindow")
        self.setWindowTitle(f"{mark}{self.tr('客户经理工作站')}")
        self.setFixedWidth(_WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._lines: dict[str, tuple[QLabel, QProgressBar]] = {}
        self._steps = QGridLayout()
        self._steps.setVerticalSpacing(8)
        self._advice = body()
        self._button = QPushButton(self.tr("继续(离线工作)"))
        self._button.setVisible(False)
        self._button.clicked.connect(self.go_on)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(heading(f"{mark}{self.tr('客户经理工作站')}"))
        column.addWidget(caption(self.tr("正在准备今天的工作台")))
        column.addLayout(self._steps)
        column.addWidget(self._advice)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignRight)

    def show_step(self, step: str, text: str, done: int, whole: int, *, failed: bool) -> None:
        """Show how far a step is; ``whole`` 0 = it cannot be counted."""
        label, bar = self._lines.get(step) or self._add(step)
        label.setText(text)
        set_tone(label, "warn" if failed else "")
        bar.setRange(0, 1 if failed else whole)
        bar.setValue(0 if failed else done)

    @property
    def failure_text(self) -> str:
        """What is missing and why; "" while nothing is."""
        return self._advice.text()

    @property
    def offers_to_go_on(self) -> bool:
        """Whether the person is asked to go on without what is missing."""
        return self._button.isVisible()

    def show_failure(self, text: str, go_on: str = "") -> None:
        """Say why something is missing and offer to go on without it, or to do ``go_on``."""
        self._advice.setText(text)
        self._button.setText(go_on or self.tr("继续(离线工作)"))
        self._button.setVisible(True)
        self._button.setFocus()

    def show_done(self) -> None:
        """The person has answered: the question goes."""
        self._advice.clear()
        self._button.setVisible(False)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell that the person, or the wiring, closed it."""
        self.closed.emit()
        super().closeEvent(event)

    def _add(self, step: str) -> tuple[QLabel, QProgressBar]:
        label, bar = body(), QProgressBar()
        bar.setTextVisible(False)
        bar.setFixedSize(120, 6)
        row = len(self._lines)
        self._steps.addWidget(label, row, 0)
        self._steps.addWidget(bar, row, 1, Qt.AlignmentFlag.AlignVCenter)
        self._steps.setColumnStretch(0, 1)
        self._lines[step] = (label, bar)
        return self._lines[step]
