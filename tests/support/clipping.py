"""Finds texts that do not fit the widget that shows them."""

from PySide6.QtWidgets import QLabel, QPushButton, QTableView, QToolButton, QWidget

TOLERANCE = 1


def clipped_texts(window: QWidget) -> list[str]:
    """Return the texts of visible labels, buttons and table cells that are cut off."""
    found = [
        part.text()
        for part in window.findChildren(QWidget)
        if isinstance(part, QLabel | QPushButton | QToolButton) and _is_cut(part)
    ]
    for table in window.findChildren(QTableView):
        found += _cut_cells(table)
    return found


def _is_cut(part: QLabel | QPushButton | QToolButton) -> bool:
    if not part.isVisible() or (isinstance(part, QLabel) and part.wordWrap()):
        return False
    if isinstance(part, QToolButton) and not part.text():
        return False
    wanted = part.fontMetrics().horizontalAdvance(part.text())
    return wanted > part.contentsRect().width() + TOLERANCE


def _cut_cells(table: QTableView) -> list[str]:
    model = table.model()
    return [
        str(index.data())
        for row in range(model.rowCount())
        for column in range(model.columnCount())
        if table.sizeHintForIndex(index := model.index(row, column)).width()
        > table.columnWidth(column) + TOLERANCE
    ]
