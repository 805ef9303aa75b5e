"""Pictures of the window, in both themes and two sizes."""

import asyncio
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from models.errors import ExpectedFailure
from ui.shell.main_window import MainWindow

WIDE = QSize(1_920, 1_080)
SMALL = QSize(1_366, 768)
_SIZES = {"": WIDE, "_1366": SMALL}
_THEMES = ("dark", "light")
_SETTLE_S = 0.35


class Album:
    """Keeps pictures in one folder and remembers their names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.names: list[str] = []

    def take(self, window: QWidget, name: str) -> None:
        """Save what the window shows now as ``NAME.png``."""
        file = f"{name}.png"
        if not window.grab().save(str(self._folder / file)):
            raise ExpectedFailure(f"图片 {file} 无法保存", "检查输出目录", "TOUR_PICTURE")
        self.names.append(file)

    async def take_both(self, window: MainWindow, name: str) -> None:
        """Take what the window shows now in both themes; it ends in the first."""
        for theme in _THEMES:
            window.theme.wear(theme, window.theme.rise)
            await asyncio.sleep(_SETTLE_S)
            self.take(window, f"{name}_{theme}")
        window.theme.wear(_THEMES[0], window.theme.rise)

    async def take_all(self, window: MainWindow, pages: tuple[str, ...]) -> None:
        """Take every page in both themes and both sizes; the window ends as it was."""
        for suffix, size in _SIZES.items():
            window.resize(size)
            for theme in _THEMES:
                window.theme.wear(theme, window.theme.rise)
                for page in pages:
                    window.open_page(page)
                    await asyncio.sleep(_SETTLE_S)
                    self.take(window, f"{page}_{theme}{suffix}")
        window.resize(WIDE)
        window.theme.wear(_THEMES[0], window.theme.rise)
