"""Fixtures for tests that draw: bundled fonts, a look, a theme."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication

from ui.theme.fonts import load_fonts
from ui.theme.theme import Theme
from widgets.paint.look import Look
from widgets.paint.tokens import dark_tokens


@pytest.fixture
def look(qapp: QApplication) -> Look:
    """The dark look with the bundled fonts."""
    load_fonts(qapp)
    return Look(dark_tokens())


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """A whole theme, taken off the application afterwards."""
    font, palette, style = QFont(qapp.font()), QPalette(qapp.palette()), qapp.style().name()
    made = Theme(qapp)
    yield made
    qapp.setStyleSheet("")
    qapp.setStyle(style)
    qapp.setPalette(palette)
    qapp.setFont(font)
    made.deleteLater()
