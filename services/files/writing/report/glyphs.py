"""The bundled fonts: which characters they have; one that is in none of them is told, not lost."""

from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from fontTools.ttLib import TTFont

REGULAR, BOLD, RARE = "CMWSansSC-Regular.ttf", "CMWSansSC-Bold.ttf", "CMWSansSCRare-Regular.ttf"
_SPACES = frozenset("\t\n\r\v\f")


def font_file(name: str) -> Path:
    """Return where a bundled font lies."""
    with as_file(files("resources").joinpath("fonts", name)) as path:
        return path


@cache
def known_characters() -> frozenset[int]:
    """Return every character that one of the fonts draws."""
    known = frozenset[int]()
    for name in (REGULAR, RARE):
        with TTFont(font_file(name), lazy=True) as font:
            known |= frozenset(font.getBestCmap())
    return known


class Glyphs:
    """Makes text drawable and remembers what no font has."""

    def __init__(self) -> None:
        self.missing: dict[str, str] = {}

    def drawable(self, text: str) -> str:
        """Return the text with each unknown character as its code, spaces as spaces."""
        return "".join(self._drawable(one) for one in text)

    def _drawable(self, character: str) -> str:
        if character in _SPACES:
            return " "
        if ord(character) in known_characters():
            return character
        told = f"〔U+{ord(character):04X}〕"
        self.missing[character] = told
        return told
