"""The bundled fonts: our own name, all of GB2312, digits in columns."""

from importlib.resources import files
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

WEIGHTS = ("Regular", "Medium", "Bold")
SIGNS = "0123456789,.+−%▲▼●◆…‰:→×"


def font(name: str) -> TTFont:
    return TTFont(BytesIO(files("resources").joinpath("fonts", name).read_bytes()))


@pytest.mark.parametrize("weight", WEIGHTS)
def test_digits_plus_and_minus_have_one_width(weight: str) -> None:
    opened = font(f"CMWSansSC-{weight}.ttf")
    names, widths = opened.getBestCmap(), opened["hmtx"]
    assert len({widths[names[ord(sign)]][0] for sign in "0123456789+−"}) == 1


@pytest.mark.parametrize("weight", WEIGHTS)
def test_all_of_gb2312_and_the_signs_are_there(weight: str) -> None:
    names = font(f"CMWSansSC-{weight}.ttf").getBestCmap()
    rows = (bytes((lead, trail)) for lead in range(0xB0, 0xF8) for trail in range(0xA1, 0xFF))
    characters = "".join(pair.decode("gb2312", "ignore") for pair in rows) + SIGNS
    assert [sign for sign in characters if ord(sign) not in names] == []


def test_rare_characters_of_names_are_in_the_fallback() -> None:
    names = font("CMWSansSCRare-Regular.ttf").getBestCmap()
    assert [sign for sign in "喆堃祎犇" if ord(sign) not in names] == []


@pytest.mark.parametrize(
    "name", [*(f"CMWSansSC-{w}.ttf" for w in WEIGHTS), "CMWSansSCRare-Regular.ttf"]
)
def test_family_is_renamed_as_the_licence_asks(name: str) -> None:
    opened = font(name)
    families = [str(row) for row in opened["name"].names if row.nameID in (1, 3, 4, 6, 16)]
    assert families
    assert all("CMW" in family and "Noto" not in family for family in families)


def test_licence_lies_beside_and_all_stays_small() -> None:
    folder = files("resources").joinpath("fonts")
    assert "SIL OPEN FONT LICENSE" in folder.joinpath("OFL.txt").read_text("utf-8").upper()
    sizes = [len(file.read_bytes()) for file in folder.iterdir() if file.name.endswith(".ttf")]
    assert len(sizes) == 4
    assert sum(sizes) < 14_000_000
