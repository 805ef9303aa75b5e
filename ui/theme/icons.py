"""Icons from the Material set, tinted by token."""

import qtawesome
from PySide6.QtGui import QColor, QIcon, QPixmap

from widgets.paint.look import Look
from widgets.paint.tokens import Tokens


def icon(name: str, colour: QColor) -> QIcon:
    """Return an icon such as ``account-group`` in one colour."""
    made: QIcon = qtawesome.icon(f"mdi6.{name}", color=colour)
    return made


def nav_icon(name: str, tokens: Tokens) -> QIcon:
    """Return an icon that is quiet when off and accented when on."""
    made: QIcon = qtawesome.icon(
        f"mdi6.{name}", color=tokens.text_2, color_on=tokens.accent, color_active=tokens.text_1
    )
    return made


def icon_pixmap(name: str, look: Look, size: int) -> QPixmap:
    """Return an icon as a picture in the quiet text colour."""
    return icon(name, look.tokens.text_2).pixmap(size, size)
