"""The client card, drawn once per state into a pixmap and then only copied."""

from datetime import date

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from models.clients.card import ClientCard
from models.clients.tier import TIERS
from widgets.clients.tier_badge import draw_tier_badge, tier_tokens
from widgets.paint.fonts import TextStyle
from widgets.paint.look import Look
from widgets.paint.marks import CENTRE, LEFT, RIGHT, draw_fitting, draw_text, text_width
from widgets.paint.numbers import ago_text, compact_money, marked_percent
from widgets.paint.pixmaps import PixmapCache
from widgets.paint.words import word

CARD_ROLE = 0x0101  # Qt.ItemDataRole.UserRole + 1: the ClientCard of an index
CARD_SIZE = QSize(264, 112)
GAP = 4
PAD = 14
WIDEST_WAY = "升白金卡 99%"


class ClientCardDelegate(QStyledItemDelegate):
    """Draws the ClientCard that an index returns for ``CARD_ROLE``."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._today = date.min
        self._width = CARD_SIZE.width()
        self._cache = PixmapCache(1_200)
        look.changed.connect(self._cache.clear)

    def set_today(self, today: date) -> None:
        """Tell the business day, for "3天前"."""
        if today != self._today:
            self._today = today
            self._cache.clear()

    def set_card_width(self, width: int) -> None:
        """Make cards this wide (the view fits whole columns)."""
        self._width = width

    def sizeHint(  # noqa: N802 - Qt's name
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """All cards have one size."""
        return QSize(self._width, CARD_SIZE.height())

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Copy the card's pixmap, made first where it is not there yet."""
        card = index.data(CARD_ROLE)
        if not isinstance(card, ClientCard):
            return
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        ratio = painter.device().devicePixelRatioF()
        key = (card, is_chosen, is_hovered, box.width(), ratio)
        picture = self._cache.get(key)
        if picture is None:
            picture = self._draw(card, box.size(), ratio, is_chosen, is_hovered)
            self._cache.put(key, picture)
        painter.drawPixmap(box.topLeft(), picture)

    def _draw(
        self, card: ClientCard, size: QSize, ratio: float, is_chosen: bool, is_hovered: bool
    ) -> QPixmap:
        picture = QPixmap(size * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(self._look.tokens.ground_1)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRect(QPoint(0, 0), size).adjusted(GAP, GAP, -GAP, -GAP)
        self._draw_frame(painter, frame, is_chosen, is_hovered)
        self._draw_name_line(painter, card, frame)
        self._draw_money_line(painter, card, frame)
        self._draw_account_line(painter, card, frame)
        self._draw_progress(painter, card, frame)
        painter.end()
        return picture

    def _draw_frame(
        self, painter: QPainter, frame: QRect, is_chosen: bool, is_hovered: bool
    ) -> None:
        tokens = self._look.tokens
        line = tokens.line_strong if is_hovered else tokens.line
        painter.setPen(tokens.accent if is_chosen else line)
        painter.setBrush(tokens.accent_soft if is_chosen else tokens.ground_2)
        painter.drawRoundedRect(QRectF(frame).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _draw_name_line(self, painter: QPainter, card: ClientCard, frame: QRect) -> None:
        tokens = self._look.tokens
        top = frame.top() + 10
        painter.setBrush(tier_tokens(tokens, card.tier).bar)
        painter.setPen(tier_tokens(tokens, card.tier).bar)
        painter.drawRoundedRect(QRectF(frame.left() + 4, top + 1, 2, 18), 1, 1)
        name = QRect(frame.left() + PAD, top, min(text_width(card.name, TextStyle.NAME), 110), 20)
        draw_fitting(painter, name.adjusted(0, 0, 2, 0), card.name, TextStyle.NAME, tokens.text_1)
        corner = QPointF(name.right() + 10, top + 10)
        draw_tier_badge(painter, corner, card.tier, tokens)
        if card.alert_count:
            self._draw_alert_count(painter, card, QPoint(frame.right() - PAD + 2, top + 10))

    def _draw_alert_count(self, painter: QPainter, card: ClientCard, right: QPoint) -> None:
        tokens = self._look.tokens
        text = self.tr("预警 {0}").format(card.alert_count)
        width = text_width(text, TextStyle.CAPTION) + 12
        box = QRectF(right.x() - width, right.y() - 9, width, 18)
        painter.setPen(tokens.warn)
        painter.setBrush(tokens.warn_soft)
        painter.drawRoundedRect(box, 9, 9)
        draw_text(painter, box.toRect(), text, TextStyle.CAPTION, tokens.warn, CENTRE)

    def _draw_money_line(self, painter: QPainter, card: ClientCard, frame: QRect) -> None:
        tokens = self._look.tokens
        line = QRect(frame.left() + PAD, frame.top() + 34, frame.width() - 2 * PAD, 22)
        draw_text(
            painter, line, compact_money(card.assets_cents), TextStyle.ASSETS, tokens.text_1, LEFT
        )
        change = marked_percent(card.day_change_bp) if card.live else self.tr("按成本估值")
        colour = tokens.change(card.day_change_bp) if card.live else tokens.text_3
        style = TextStyle.NUMBER if card.live else TextStyle.CAPTION
        draw_text(painter, line, change, style, colour, RIGHT)

    def _draw_account_line(self, painter: QPainter, card: ClientCard, frame: QRect) -> None:
        tokens = self._look.tokens
        line = QRect(frame.left() + PAD, frame.top() + 58, frame.width() - 2 * PAD, 18)
        contact = self.tr("联系 {0}").format(ago_text(card.last_contact_at, self._today))
        draw_text(painter, line, contact, TextStyle.CAPTION, tokens.text_2, RIGHT)
        line.setRight(line.right() - text_width(contact, TextStyle.CAPTION) - 8)
        risk = card.risk_class or self.tr("未测评")
        left = f"{card.account}  {risk}  {self.tr('尾号')}{card.mobile_masked[-4:]}"
        draw_fitting(painter, line, left, TextStyle.CAPTION, tokens.text_2)

    def _draw_progress(self, painter: QPainter, card: ClientCard, frame: QRect) -> None:
        tokens = self._look.tokens
        line = QRect(frame.left() + PAD, frame.top() + 79, frame.width() - 2 * PAD, 16)
        text = self._way_text(card)
        draw_text(painter, line, text, TextStyle.CAPTION, tokens.text_3, RIGHT)
        # One width for all cards, so that the bars of a column end under each other.
        width = line.width() - text_width(WIDEST_WAY, TextStyle.CAPTION) - 8
        track = QRectF(line.left(), line.center().y(), width, 3)
        painter.setPen(tokens.line)
        painter.setBrush(tokens.line)
        painter.drawRoundedRect(track, 1.5, 1.5)
        done = QRectF(track)
        done.setWidth(track.width() * max(0, min(1_000, card.next_tier_permille)) / 1_000)
        colour = tokens.line_strong if card.tier is TIERS[-1] else tokens.accent
        painter.setPen(colour)
        painter.setBrush(colour)
        painter.drawRoundedRect(done, 1.5, 1.5)

    def _way_text(self, card: ClientCard) -> str:
        if card.tier is TIERS[-1]:
            return self.tr("最高等级")
        following = TIERS[TIERS.index(card.tier) + 1]
        share = max(0, min(1_000, card.next_tier_permille)) // 10
        return self.tr("升{0} {1}%").format(word(following), share)
