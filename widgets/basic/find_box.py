"""A field to find one of many by typing: offers, arrow keys, Enter takes."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QWidget

KEY_ROLE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: ``note`` stands smaller behind the title."""

    key: str
    title: str
    note: str = ""

    @property
    def line(self) -> str:
        """Title and note on one line."""
        return f"{self.title}   {self.note}" if self.note else self.title


class FindBox(QLineEdit):
    """Emits what is typed; the owner answers with ``offer``; emits the key that was chosen."""

    typed = Signal(str)
    chosen = Signal(str)
    finished = Signal()  # Enter on a choice that stands already: go on to the next field

    def __init__(self, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self._choice: Choice | None = None
        self._offers: tuple[Choice, ...] = ()
        self._rows = QStandardItemModel(self)
        self._completer = QCompleter(self._rows, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(10)
        self._popup = QListView()
        self._popup.setObjectName("popup")
        self._completer.setPopup(self._popup)
        self._completer.setWidget(self)
        self._completer.activated[QModelIndex].connect(self._take_index)  # type: ignore[index]
        self.textEdited.connect(self.typed)

    def offer(self, choices: tuple[Choice, ...]) -> None:
        """Show these choices for what was typed; none closes the list."""
        self._offers = choices
        self._rows.clear()
        for choice in choices:
            item = QStandardItem(choice.line)
            item.setData(choice.key, KEY_ROLE)
            self._rows.appendRow(item)
        if choices and self.hasFocus():
            self._completer.complete()
            self._popup.setCurrentIndex(self._completer.completionModel().index(0, 0))
        else:
            self._popup.hide()

    def show_choice(self, choice: Choice | None) -> None:
        """Show what is chosen now, without telling; the same again does not disturb typing."""
        if choice == self._choice and self.hasFocus():
            return
        self._choice = choice
        self._offers = ()
        self._popup.hide()
        self.setText(choice.line if choice else "")
        self.setCursorPosition(0)

    def current_key(self) -> str:
        """Return the key of what is chosen, "" when nothing is."""
        return self._choice.key if self._choice else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter takes the first offer, or goes on when a choice stands."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
            event.accept()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Select all, so that typing replaces."""
        super().focusInEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """A text that was not taken gives way to what is chosen."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.setText(self._choice.line if self._choice else "")
            self.setCursorPosition(0)

    def _enter(self) -> None:
        stands = self._choice is not None and self.text() == self._choice.line
        if self._offers and not stands:
            self._take(self._offers[0])
        elif stands:
            self.finished.emit()

    def _take_index(self, index: QModelIndex) -> None:
        key = index.data(KEY_ROLE)
        found = [choice for choice in self._offers if choice.key == key]
        if found:
            self._take(found[0])

    def _take(self, choice: Choice) -> None:
        self.show_choice(choice)
        self.chosen.emit(choice.key)
