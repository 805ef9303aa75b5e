"""A splitter that hides its last parts while there is no room for all of them."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget


class FoldingSplitter(QSplitter):
    """Parts stand in order of importance: the first one always stays."""

    def __init__(self, direction: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(direction, parent)
        self.setChildrenCollapsible(False)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the first part is enough."""
        return self._least(self._parts()[0]) if self.count() else QSize()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Hide what does not fit, show what fits again."""
        super().resizeEvent(event)
        room = self._along(event.size()) + self.handleWidth()
        for place, part in enumerate(self._parts()):
            room -= self._along(self._least(part)) + self.handleWidth()
            part.setVisible(place == 0 or room >= 0)

    def _parts(self) -> list[QWidget]:
        found = (self.widget(place) for place in range(self.count()))
        return [part for part in found if part is not None]

    @staticmethod
    def _least(part: QWidget) -> QSize:
        return part.minimumSizeHint().expandedTo(part.minimumSize())

    def _along(self, size: QSize) -> int:
        is_row = self.orientation() is Qt.Orientation.Horizontal
        return size.width() if is_row else size.height()
