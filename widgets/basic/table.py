"""A table set up for figures: numbers right, header as its column, sorted by value."""

from functools import lru_cache
from typing import Generic, TypeVar

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from widgets.basic.rows import RECORD_ROLE, SORT_ROLE, TONE_ROLE, TableRows
from widgets.paint.fonts import TextStyle, font
from widgets.paint.look import Look
from widgets.paint.marks import CENTRE, draw_text, text_width

Record = TypeVar("Record")
ROW_HEIGHT = 26
TEXT_MARGIN = 10  # as the header section's padding


class CellDelegate(QStyledItemDelegate):
    """Colours a cell by its tone and gives numbers the number font.

    Draws by itself: through the style sheet a screen full of cells takes ten times as long.
    """

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw ground and text of one cell."""
        box: QRect = option.rect
        ground = self._ground(option.state)
        if ground is not None:
            painter.fillRect(box, ground)
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        if not text:
            return
        align = Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole))
        is_number = bool(align & Qt.AlignmentFlag.AlignRight)
        style = TextStyle.NUMBER if is_number else TextStyle.BODY
        room = box.adjusted(TEXT_MARGIN, 0, -TEXT_MARGIN, 0)
        colour = self._colour(str(index.data(TONE_ROLE) or ""))
        draw_text(painter, room, _fitting(text, style, room.width()), style, colour, align)

    def sizeHint(  # noqa: N802 - Qt's name
        self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """As wide as the text with its margins."""
        align = Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole))
        is_number = bool(align & Qt.AlignmentFlag.AlignRight)
        style = TextStyle.NUMBER if is_number else TextStyle.BODY
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        return QSize(text_width(text, style) + 2 * TEXT_MARGIN, ROW_HEIGHT)

    def _ground(self, state: QStyle.StateFlag) -> QColor | None:
        if state & QStyle.StateFlag.State_Selected:
            return self._look.tokens.accent_soft
        return self._look.tokens.ground_3 if state & QStyle.StateFlag.State_MouseOver else None

    def _colour(self, tone: str) -> QColor:
        tokens = self._look.tokens
        return {
            "muted": tokens.text_3,
            "rise": tokens.rise,
            "fall": tokens.fall,
            "warn": tokens.warn,
            "accent": tokens.accent,
        }.get(tone, tokens.text_1)


@lru_cache(maxsize=8_192)
def _fitting(text: str, style: TextStyle, width: int) -> str:
    metrics = QFontMetrics(font(style))
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


class DataTable(QTableView, Generic[Record]):
    """Shows TableRows; emits records, never rows."""

    activated_record = Signal(object)  # double click or Enter
    chosen_record = Signal(object)  # the current row changed

    def __init__(self, look: Look, rows: TableRows[Record], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = rows
        self._look = look
        self._empty_text = self.tr("暂无记录")
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSortRole(SORT_ROLE)
        self._proxy.setSourceModel(rows)
        self.setModel(self._proxy)
        self.setItemDelegate(CellDelegate(look, self))
        self._needs: list[int] = []
        self._set_up_view()
        self._set_up_columns()
        self.activated.connect(self._tell_activated)
        self.selectionModel().currentRowChanged.connect(self._tell_chosen)
        look.changed.connect(self.viewport().update)

    def current_record(self) -> Record | None:
        """Return the record of the current row."""
        record: Record | None = self.currentIndex().data(RECORD_ROLE)
        return record

    def set_empty_text(self, text: str) -> None:
        """Say what stands in the middle while there are no rows: why, and what to do."""
        self._empty_text = text
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the rows, or the words that stand for none."""
        super().paintEvent(event)
        if self.model().rowCount() or not self._empty_text:
            return
        painter = QPainter(self.viewport())
        colour = self._look.tokens.text_3
        box = self.viewport().rect()
        draw_text(painter, box, self._empty_text, TextStyle.BODY, colour, CENTRE)
        painter.end()

    def show_sorted(self, column: int, order: Qt.SortOrder) -> None:
        """Sort by a column from now on."""
        self.sortByColumn(column, order)

    def select_key(self, key: object) -> None:
        """Make the row of a record key the current one."""
        row = self.rows.row_of(key)
        if row >= 0:
            self.setCurrentIndex(self._proxy.mapFromSource(self.rows.index(row, 0)))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share spare width: stretching columns take most, the others a little air."""
        super().resizeEvent(event)
        self._share_width()

    def hide_columns(self, titles: frozenset[str]) -> None:
        """Hide the columns of these titles and show all others."""
        for number, column in enumerate(self.rows.columns):
            self.setColumnHidden(number, column.title in titles)
        self._share_width()

    def _share_width(self) -> None:
        needs = [0 if self.isColumnHidden(n) else need for n, need in enumerate(self._needs)]
        spare = max(0, self.viewport().width() - sum(needs))
        greedy = [number for number, column in enumerate(self.rows.columns) if column.stretch]
        airy = spare // 4 if greedy else spare
        widths = [need + airy * need // max(1, sum(needs)) for need in needs]
        if spare:
            greedy = greedy or [max(number for number, need in enumerate(needs) if need)]
            rest = self.viewport().width() - sum(widths)
            for number in greedy:
                widths[number] += rest // len(greedy)
        for number, width in enumerate(widths):
            if width:
                self.horizontalHeader().resizeSection(number, width)

    def _set_up_view(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSortingEnabled(True)
        self.setCornerButtonEnabled(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)

    def _set_up_columns(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setMinimumSectionSize(36)
        for number, column in enumerate(self.rows.columns):
            style = TextStyle.NUMBER if column.is_number else TextStyle.BODY
            cell = QFontMetrics(font(style)).horizontalAdvance(column.widest)
            title = QFontMetrics(font(TextStyle.STRONG)).horizontalAdvance(column.title) + 14
            self._needs.append(max(cell, title) + 2 * TEXT_MARGIN + 2)
            header.resizeSection(number, self._needs[-1])
        header.setStretchLastSection(False)

    def _tell_activated(self, index: QModelIndex) -> None:
        self.activated_record.emit(index.data(RECORD_ROLE))

    def _tell_chosen(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.chosen_record.emit(current.data(RECORD_ROLE))
