"""The folding splitter: the first part always stays, the others come and go with the room."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from widgets.basic.folding import FoldingSplitter


@pytest.mark.parametrize(
    ("width", "shown"),
    [(150, [True, False]), (280, [True, False]), (420, [True, True]), (800, [True, True])],
)
def test_what_does_not_fit_is_hidden_and_comes_back(
    qtbot: QtBot, width: int, shown: list[bool]
) -> None:
    splitter = FoldingSplitter(Qt.Orientation.Horizontal)
    qtbot.addWidget(splitter)
    parts = [QWidget(), QWidget()]
    for part, least in zip(parts, (150, 200), strict=True):
        part.setMinimumWidth(least)
        splitter.addWidget(part)
    splitter.show()
    for size in (900, 150, width):
        splitter.resize(size, 100)
    assert [part.isVisible() for part in parts] == shown
    assert splitter.minimumSizeHint().width() == 150
