"""The badge of a client's tier: its word on the tier's ground."""

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.clients.tier import Tier
from widgets.paint.fonts import TextStyle
from widgets.paint.look import Look
from widgets.paint.marks import draw_badge, text_width
from widgets.paint.tokens import BadgeTokens, Tokens
from widgets.paint.words import word


def tier_tokens(tokens: Tokens, tier: Tier) -> BadgeTokens:
    """Return the badge colours of a tier."""
    return {
        Tier.PLATINUM: tokens.platinum,
        Tier.GOLD: tokens.gold,
        Tier.SILVER: tokens.silver,
        Tier.ORDINARY: tokens.ordinary,
    }[tier]


def draw_tier_badge(painter: QPainter, corner: QPointF, tier: Tier, tokens: Tokens) -> int:
    """Draw the badge with its left middle at ``corner``; return its width."""
    colours = tier_tokens(tokens, tier)
    return draw_badge(painter, corner, word(tier), colours.text, colours.ground)


class TierBadge(QWidget):
    """The badge on its own."""

    def __init__(self, look: Look, tier: Tier = Tier.ORDINARY, parent: QWidget | None = None):
        super().__init__(parent)
        self._look = look
        self._tier = tier
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_tier(self, tier: Tier) -> None:
        """Show another tier."""
        self._tier = tier
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as the word."""
        return QSize(text_width(word(self._tier), TextStyle.CAPTION) + 13, 20)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As the size hint."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the badge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_tier_badge(painter, QPointF(0, self.height() / 2), self._tier, self._look.tokens)
        painter.end()
