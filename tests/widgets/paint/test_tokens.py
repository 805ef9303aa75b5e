"""Colours: readable in both themes, and rise and fall may be swapped."""

import pytest
from PySide6.QtGui import QColor

from widgets.paint.tokens import Tokens, dark_tokens, light_tokens, with_green_rise

ENOUGH = 4.5


def luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", [dark_tokens(), light_tokens()], ids=lambda t: t.name)
def test_every_text_is_readable_on_its_ground(tokens: Tokens) -> None:
    white = QColor("#FFFFFF")
    pairs = [(text, tokens.ground_1) for text in (tokens.text_1, tokens.text_2, tokens.text_3)]
    pairs += [(text, tokens.ground_2) for text in (tokens.text_1, tokens.text_2, tokens.text_3)]
    pairs += [(text, tokens.ground_1) for text in (tokens.rise, tokens.fall, tokens.warn)]
    pairs += [(text, tokens.ground_2) for text in (tokens.rise, tokens.fall, tokens.accent)]
    pairs += [(each.text, each.ground) for each in (tokens.platinum, tokens.gold)]
    pairs += [(each.text, each.ground) for each in (tokens.silver, tokens.ordinary)]
    pairs += [(tokens.warn, tokens.warn_soft), (tokens.on_warn, tokens.warn)]
    pairs += [(white, fill) for fill in (tokens.rise_fill, tokens.fall_fill, tokens.accent_fill)]
    weak = [(a.name(), b.name()) for a, b in pairs if contrast(a, b) < ENOUGH]
    assert weak == []


def test_green_rise_swaps_all_six_and_nothing_else() -> None:
    red, green = dark_tokens(), with_green_rise(dark_tokens())
    assert (green.rise, green.rise_soft, green.rise_fill) == (
        red.fall,
        red.fall_soft,
        red.fall_fill,
    )
    assert (green.fall, green.fall_soft, green.fall_fill) == (
        red.rise,
        red.rise_soft,
        red.rise_fill,
    )
    assert with_green_rise(green) == red


def test_colour_of_a_change_follows_its_sign() -> None:
    tokens = dark_tokens()
    assert [tokens.change(value) for value in (1, -1, 0)] == [
        tokens.rise,
        tokens.fall,
        tokens.text_1,
    ]
