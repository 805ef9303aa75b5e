"""Qt's palette and the style sheet, both made from the tokens."""

import re
from dataclasses import fields
from importlib.resources import files
from pathlib import Path

from PySide6.QtGui import QColor, QPalette

from widgets.paint.tokens import Tokens

_NAME = re.compile(r"@([a-z_0-9]+)")


def qt_palette(tokens: Tokens) -> QPalette:
    """Return the palette for Fusion."""
    role = QPalette.ColorRole
    palette = QPalette()
    for part, colour in {
        role.Window: tokens.ground_1,
        role.WindowText: tokens.text_1,
        role.Base: tokens.ground_1,
        role.AlternateBase: tokens.ground_2,
        role.Text: tokens.text_1,
        role.PlaceholderText: tokens.text_3,
        role.Button: tokens.ground_3,
        role.ButtonText: tokens.text_1,
        role.BrightText: tokens.warn,
        role.ToolTipBase: tokens.ground_3,
        role.ToolTipText: tokens.text_1,
        role.Highlight: tokens.accent_soft,
        role.HighlightedText: tokens.text_1,
        role.Link: tokens.accent,
        role.Light: tokens.ground_3,
        role.Midlight: tokens.ground_3,
        role.Mid: tokens.line_strong,
        role.Dark: tokens.line,
        role.Shadow: tokens.ground_0,
        role.Accent: tokens.accent,
    }.items():
        palette.setColor(part, colour)
    for part in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, part, tokens.text_3)
    return palette


def style_sheet(tokens: Tokens) -> str:
    """Return the style sheet with the tokens filled in.

    Raises KeyError naming a token that the template asks for and that does not exist.
    """
    folder = files("resources").joinpath("theme")
    template = folder.joinpath("style.qss").read_text("utf-8")
    values = {
        field.name: value.name().upper()
        for field in fields(tokens)
        if isinstance(value := getattr(tokens, field.name), QColor)
    }
    values |= {
        name: Path(str(folder.joinpath(f"{file}_{tokens.name}.svg"))).as_posix()
        for name, file in (("arrow", "down"), ("arrow_up", "up"), ("check", "check"))
    }
    return _NAME.sub(lambda found: values[found[1]], template)
