"""Type sizes by use (logical pixels), all in the bundled family."""

from enum import Enum
from functools import cache

from PySide6.QtGui import QFont

FAMILIES = ("CMW Sans SC", "CMW Sans SC Rare")


class TextStyle(Enum):
    """Size and weight of a text, by what it is."""

    CAPTION = (11, 400)
    BODY = (12, 400)
    STRONG = (12, 500)
    NUMBER = (13, 500)
    TITLE = (13, 700)
    NAME = (14, 700)
    ASSETS = (16, 500)
    LAST = (20, 700)


@cache
def font(style: TextStyle) -> QFont:
    """Return the font of a text style (shared: copy before changing)."""
    size, weight = style.value
    made = QFont()
    made.setFamilies(list(FAMILIES))
    made.setPixelSize(size)
    made.setWeight(QFont.Weight(weight))
    return made
