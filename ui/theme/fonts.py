"""Loads the bundled fonts, once per application."""

from importlib.resources import files

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from models.errors import ExpectedFailure
from widgets.paint.fonts import FAMILIES, TextStyle, font

FILES = (
    "CMWSansSC-Regular.ttf",
    "CMWSansSC-Medium.ttf",
    "CMWSansSC-Bold.ttf",
    "CMWSansSCRare-Regular.ttf",
)


def load_fonts(application: QApplication) -> None:
    """Make the bundled family the application's font.

    Raises ExpectedFailure FONT_MISSING when a font file is absent or broken.
    """
    if FAMILIES[0] not in QFontDatabase.families():
        for name in FILES:
            _load(name)
    application.setFont(QFont(font(TextStyle.BODY)))


def _load(name: str) -> None:
    content = files("resources").joinpath("fonts", name)
    number = (
        QFontDatabase.addApplicationFontFromData(content.read_bytes()) if content.is_file() else -1
    )
    if number < 0:
        raise ExpectedFailure(
            f"缺少字体文件 {name}",
            "安装不完整:请重新安装,或运行 tools/make_fonts.py",
            "FONT_MISSING",
        )
