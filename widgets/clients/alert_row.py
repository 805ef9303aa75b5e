"""One holdings alert as a row: how severe, which client, which holding, why, what to do."""

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from models.clients.alert import HoldingAlert, Severity
from widgets.clients.tier_badge import draw_tier_badge
from widgets.paint.fonts import TextStyle
from widgets.paint.look import Look
from widgets.paint.marks import CENTRE, RIGHT, draw_fitting, draw_text, text_width
from widgets.paint.tokens import Tokens
from widgets.paint.words import word

ALERT_ROLE = 0x0101  # Qt.ItemDataRole.UserRole + 1: the HoldingAlert of an index
ROW_HEIGHT = 76
PAD = 12


def severity_colours(tokens: Tokens, severity: Severity) -> tuple[QColor, QColor, QColor]:
    """Return text, ground and outline of a severity's badge; never red or green."""
    if severity is Severity.SEVERE:
        return tokens.on_warn, tokens.warn, tokens.warn
    if severity is Severity.WARNING:
        return tokens.warn, tokens.warn_soft, tokens.warn
    return tokens.accent, tokens.accent_soft, tokens.accent


class AlertRowDelegate(QStyledItemDelegate):
    """Draws the HoldingAlert that an index returns for ``ALERT_ROLE``."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(  # noqa: N802 - Qt's name
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Three lines."""
        return QSize(200, ROW_HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw ground, head line, reason and advice."""
        alert = index.data(ALERT_ROLE)
        if not isinstance(alert, HoldingAlert):
            return
        box: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_ground(painter, box, option.state)
        painter.setOpacity(0.6 if alert.acknowledged else 1.0)
        self._draw_head(painter, alert, box)
        self._draw_texts(painter, alert, box)
        painter.restore()

    def _draw_ground(self, painter: QPainter, box: QRect, state: QStyle.StateFlag) -> None:
        tokens = self._look.tokens
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, tokens.accent_soft)
            painter.fillRect(QRect(box.left(), box.top(), 2, box.height()), tokens.accent)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, tokens.ground_2)
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), tokens.line)

    def _draw_head(self, painter: QPainter, alert: HoldingAlert, box: QRect) -> None:
        tokens = self._look.tokens
        middle = box.top() + 19
        x = box.left() + PAD
        x += self._draw_severity(painter, alert.severity, QPointF(x, middle)) + 8
        right = alert.raised_at[11:19]
        if alert.acknowledged:
            right = f"{self.tr('已确认')}  {right}"
        time_box = QRect(box.left(), middle - 10, box.width() - PAD, 20)
        draw_text(painter, time_box, right, TextStyle.CAPTION, tokens.text_3, RIGHT)
        limit = time_box.right() - text_width(right, TextStyle.CAPTION) - 8
        name_width = text_width(alert.client_name, TextStyle.NAME)
        name = QRect(x, middle - 10, min(name_width, limit - x), 20)
        draw_fitting(
            painter, name.adjusted(0, 0, 2, 0), alert.client_name, TextStyle.NAME, tokens.text_1
        )
        x = name.right() + 8
        x += draw_tier_badge(painter, QPointF(x, middle), alert.tier, tokens) + 8
        title = QRect(x, middle - 10, max(0, limit - x), 20)
        text = f"{alert.security_name} {alert.title}"
        draw_fitting(painter, title, text, TextStyle.STRONG, tokens.text_1)

    def _draw_severity(self, painter: QPainter, severity: Severity, corner: QPointF) -> int:
        text, ground, outline = severity_colours(self._look.tokens, severity)
        box = QRectF(corner.x(), corner.y() - 9, 38, 18)
        painter.setPen(outline)
        painter.setBrush(ground)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        draw_text(painter, box.toRect(), word(severity), TextStyle.CAPTION, text, CENTRE)
        return 38

    def _draw_texts(self, painter: QPainter, alert: HoldingAlert, box: QRect) -> None:
        tokens = self._look.tokens
        line = QRect(box.left() + PAD, box.top() + 32, box.width() - 2 * PAD, 18)
        draw_fitting(painter, line, alert.reason, TextStyle.BODY, tokens.text_2)
        line.translate(0, 20)
        advice = self.tr("建议:{0}").format(alert.advice)
        if not alert.entitled:
            advice = self.tr("仅供客户经理参考 · {0}").format(advice)
        draw_fitting(painter, line, advice, TextStyle.BODY, tokens.text_1)


class AlertView(QListView):
    """A list of alerts; the model returns a HoldingAlert for ``ALERT_ROLE``."""

    chosen = Signal(object)  # HoldingAlert: the current row changed
    opened = Signal(object)  # HoldingAlert: double click or Enter

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(AlertRowDelegate(look, self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.activated.connect(lambda index: self.opened.emit(index.data(ALERT_ROLE)))
        look.changed.connect(self.viewport().update)

    def currentChanged(  # noqa: N802 - Qt's name
        self,
        current: QModelIndex | QPersistentModelIndex,
        before: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Tell which alert is chosen now."""
        super().currentChanged(current, before)
        if current.isValid():
            self.chosen.emit(current.data(ALERT_ROLE))
