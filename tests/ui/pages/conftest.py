"""The stage that page tests play on."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from tests.support.page_kit import Stage, stage
from ui.theme.fonts import load_fonts


@pytest.fixture
def set_up(qapp: QApplication) -> Iterator[Stage]:
    """Fakes of 30 clients and a kit with the bundled fonts; the frame timer stops at the end."""
    load_fonts(qapp)
    made = stage()
    yield made
    made.wind_down()
