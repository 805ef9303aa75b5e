"""The theme dresses the application; every placeholder of the style sheet has a token."""

import pytest
from PySide6.QtGui import QFontInfo, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.theme.icons import icon, nav_icon
from ui.theme.palette import style_sheet
from ui.theme.theme import DARK, GREEN, LIGHT, RED, Theme
from widgets.paint.fonts import TextStyle, font
from widgets.paint.tokens import Tokens, dark_tokens, light_tokens


@pytest.mark.parametrize("tokens", [dark_tokens(), light_tokens()], ids=lambda t: t.name)
def test_style_sheet_is_whole(tokens: Tokens) -> None:
    text = style_sheet(tokens)
    assert "@" not in text
    assert tokens.ground_1.name().upper() in text


def test_switches_tell_and_change_palette_and_tokens(qtbot: QtBot, theme: Theme) -> None:
    window = QPalette.ColorRole.Window
    assert (theme.name, theme.rise) == (DARK, RED)
    with qtbot.waitSignals([theme.changed, theme.look.changed]):
        theme.switch_theme()
    assert theme.name == LIGHT
    assert QApplication.palette().color(window) == light_tokens().ground_1
    theme.switch_rise()
    assert theme.rise == GREEN
    assert theme.look.tokens.rise == light_tokens().fall
    assert light_tokens().fall_fill.name().upper() in QApplication.instance().styleSheet()  # type: ignore[union-attr]


def test_the_same_theme_again_tells_nothing(qtbot: QtBot, theme: Theme) -> None:
    with qtbot.assertNotEmitted(theme.changed):
        theme.wear(DARK, RED)


@pytest.mark.parametrize("style", list(TextStyle))
def test_every_text_style_uses_the_bundled_family(theme: Theme, style: TextStyle) -> None:
    found = QFontInfo(font(style))
    assert found.family() == "CMW Sans SC"
    assert (found.pixelSize(), found.weight()) == style.value


def test_icons_take_the_colour_of_a_token(theme: Theme) -> None:
    tokens = theme.look.tokens
    drawn = icon("account-group", tokens.accent).pixmap(20, 20).toImage()
    colours = {
        drawn.pixelColor(x, y).name()
        for x in range(20)
        for y in range(20)
        if drawn.pixelColor(x, y).alpha() == 255
    }
    assert colours == {tokens.accent.name()}
    assert not nav_icon("account-group", tokens).isNull()
