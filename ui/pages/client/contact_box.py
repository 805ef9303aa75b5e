"""Log a contact: one key opens it, then the text, then Enter; and the timeline below."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from models.clients.profile import ContactLine
from widgets.clients.timeline import Timeline, TimelineEntry
from widgets.paint.look import Look

CHANNELS = {
    "phone": "电话",
    "im": "企业微信",
    "sms": "短信",
    "counter": "柜台",
    "meeting": "面谈",
}
DIRECTIONS = {"out": "呼出", "in": "呼入"}


class ContactBox(QWidget):
    """Channel and direction keep what was chosen last, so that a call takes text and Enter."""

    logged = Signal(str, str, str)  # channel and direction by their codes, summary

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.channel = _choices(CHANNELS, self.tr("联系方式"))
        self.direction = _choices(DIRECTIONS, self.tr("方向"))
        self.summary = QLineEdit()
        self.timeline = Timeline(look)
        self.summary.setPlaceholderText(self.tr("联系内容,回车记录"))
        self.summary.setAccessibleName(self.tr("联系内容"))
        self.summary.returnPressed.connect(self._tell)
        self._lay_out()

    def begin(self) -> None:
        """Put the cursor into the text."""
        self.summary.setFocus()

    def clear(self) -> None:
        """Empty the text after it was logged."""
        self.summary.clear()

    def show_contacts(self, lines: tuple[ContactLine, ...]) -> None:
        """Show the timeline, newest first."""
        self.timeline.show_entries(tuple(_entry(line) for line in lines))

    def _lay_out(self) -> None:
        choices = QHBoxLayout()
        choices.setSpacing(6)
        choices.addWidget(self.channel, 1)
        choices.addWidget(self.direction, 1)
        box = QVBoxLayout()
        box.setContentsMargins(12, 8, 12, 4)
        box.setSpacing(6)
        box.addWidget(self.summary)
        box.addLayout(choices)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(box)
        column.addWidget(self.timeline, 1)

    def _tell(self) -> None:
        self.logged.emit(
            self.channel.currentData(), self.direction.currentData(), self.summary.text()
        )


def _choices(words: dict[str, str], name: str) -> QComboBox:
    made = QComboBox()
    for code, word in words.items():
        made.addItem(word, code)
    made.setAccessibleName(name)
    return made


def _entry(line: ContactLine) -> TimelineEntry:
    return TimelineEntry(
        moment=line.happened_at[5:16].replace("T", " "),
        title=f"{line.channel} {line.direction}".strip(),
        text=line.summary,
        by=line.by_staff,
        pending=line.pending,
    )
