"""A table model over records and columns that changes only what changed."""

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from widgets.basic.columns import Column

Record = TypeVar("Record")
Index = QModelIndex | QPersistentModelIndex

SORT_ROLE = Qt.ItemDataRole.UserRole + 1
TONE_ROLE = Qt.ItemDataRole.UserRole + 2
RECORD_ROLE = Qt.ItemDataRole.UserRole + 3


class TableRows(QAbstractTableModel, Generic[Record]):
    """``key`` names a record for life; ``show`` replaces all records, in order."""

    def __init__(
        self,
        columns: Sequence[Column[Record]],
        key: Callable[[Record], Hashable],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._key = key
        self._records: list[Record] = []

    def show(self, records: Sequence[Record]) -> None:
        """Show these records; rows that stayed keep selection and scroll place."""
        fresh = list(records)
        if [self._key(old) for old in self._records] == [self._key(new) for new in fresh]:
            self._replace(fresh)
            return
        self._rebuild(fresh)

    def record(self, row: int) -> Record:
        """Return the record in a row of this model."""
        return self._records[row]

    def records(self) -> tuple[Record, ...]:
        """Return all records in order."""
        return tuple(self._records)

    def row_of(self, key: Hashable) -> int:
        """Return the row of a key; -1 when it is not there."""
        keys = [self._key(record) for record in self._records]
        return keys.index(key) if key in keys else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        """Number of records."""
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        """Number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, alignment, sort value, tone, tool tip and the record itself."""
        if not index.isValid():
            return None
        return self._cell(self._records[index.row()], self.columns[index.column()], role)

    def headerData(  # noqa: N802 - Qt's name
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Titles, aligned as their columns."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.columns[section].align
        return None

    @staticmethod
    def _cell(record: Record, column: Column[Record], role: int) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(record)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return column.align
        if role == SORT_ROLE:
            return column.sort_value(record)
        if role == TONE_ROLE:
            return column.tone(record)
        if role == RECORD_ROLE:
            return record
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip(record) or None
        return None

    def _replace(self, fresh: list[Record]) -> None:
        last = len(self.columns) - 1
        for row, (old, new) in enumerate(zip(self._records, fresh, strict=True)):
            if old != new:
                self._records[row] = new
                self.dataChanged.emit(self.index(row, 0), self.index(row, last))

    def _rebuild(self, fresh: list[Record]) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [self._key(self._records[index.row()]) for index in before]
        self._records = fresh
        rows = {self._key(record): row for row, record in enumerate(fresh)}
        after = [
            self.index(rows[key], index.column()) if key in rows else QModelIndex()
            for key, index in zip(keys, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()
