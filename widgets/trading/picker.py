"""A drop-down whose shown text ends in "…" where it does not fit, whole in list and tool tip."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from widgets.basic.find_box import Choice


class Picker(QComboBox):
    """Chooses one of some choices by key."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def show_choices(self, choices: tuple[Choice, ...], chosen: str, otherwise: str) -> None:
        """Show these choices without telling; ``otherwise`` is what stands when there are none."""
        self.blockSignals(True)
        self.clear()
        if not choices:
            self.addItem(otherwise, "")
        for choice in choices:
            self.addItem(choice.line, choice.key)
            self.setItemData(self.count() - 1, choice.line, Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(max(0, self.findData(chosen)))
        self.blockSignals(False)
        self._fit_list()

    def current_key(self) -> str:
        """Return the key of the choice, "" when there is none."""
        return str(self.currentData() or "")

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw as the style does, but with the text shortened."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        room = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        text = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, room.width() - 4
        )
        self.setToolTip("" if text == self.currentText() else self.currentText())
        option.currentText = text
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def _fit_list(self) -> None:
        widest = max(
            self.fontMetrics().horizontalAdvance(self.itemText(row)) for row in range(self.count())
        )
        self.view().setMinimumWidth(min(560, widest + 40))
