"""Makes the bundled fonts: subsets of Noto Sans SC under a name of our own (OFL 1.1).

``python tools/make_fonts.py [PACKAGE.tgz]`` reads npm's ``@expo-google-fonts/noto-sans-sc``
(fetched with ``npm pack`` when no path is given) and writes resources/fonts.
"""

import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

PACKAGE = "@expo-google-fonts/noto-sans-sc@0.4.3"
FOLDER = Path(__file__).resolve().parent.parent / "resources" / "fonts"
FAMILY = "CMW Sans SC"
RARE_FAMILY = "CMW Sans SC Rare"
WEIGHTS = {"Regular": 400, "Medium": 500, "Bold": 700}
ASCENT, DESCENT = 1_080, 320  # of 1,000 units an em
# Name records that carry the family: legacy family, style, unique id, full, PostScript,
# typographic family and style. The original's name must not remain (OFL § 3).
NAME_IDS = (1, 2, 3, 4, 6, 16, 17)


def main() -> None:
    """Write the four fonts and the licence."""
    with tempfile.TemporaryDirectory() as scratch:
        package = Path(sys.argv[1]) if len(sys.argv) > 1 else fetch(Path(scratch))
        unpack(package, Path(scratch))
        root = Path(scratch) / "package"
        for style, weight in WEIGHTS.items():
            make(source(root, style, weight), FAMILY, style, common_characters())
        make(source(root, "Regular", 400), RARE_FAMILY, "Regular", rare_characters())
        (FOLDER / "OFL.txt").write_bytes((root / "LICENSE_FONT").read_bytes())


def fetch(scratch: Path) -> Path:
    """Return the package as npm delivers it."""
    command = ["npm", "pack", "--silent", "--pack-destination", str(scratch), PACKAGE]
    subprocess.run(command, check=True)
    return next(scratch.glob("*.tgz"))


def unpack(package: Path, scratch: Path) -> None:
    """Unpack the package's files below ``scratch``."""
    with tarfile.open(package) as archive:
        archive.extractall(scratch, filter="data")


def source(root: Path, style: str, weight: int) -> Path:
    """Return the original font of one weight."""
    folder = f"{weight}{style}"
    return root / folder / f"NotoSansSC_{folder}.ttf"


def common_characters() -> set[int]:
    """Return GB2312, Latin, punctuation, arrows, boxes and marks that the screens use."""
    ranges = ((0x20, 0x7F), (0xA0, 0x180), (0x2000, 0x2070), (0x20A0, 0x20C0), (0x2100, 0x214F))
    more = ((0x2150, 0x2200), (0x2200, 0x2270), (0x2460, 0x2500), (0x2500, 0x2600))
    signs = ((0x2600, 0x2613), (0x2700, 0x2720), (0x3000, 0x3020), (0xFF00, 0xFFEF))
    wanted = {code for low, high in (*ranges, *more, *signs) for code in range(low, high)}
    return wanted | set(encoded("gb2312", range(0xA1, 0xF8), range(0xA1, 0xFF)))


def rare_characters() -> set[int]:
    """Return what GBK has beyond GB2312: seldom characters in names of people and places."""
    return set(encoded("gbk", range(0x81, 0xFF), range(0x40, 0xFF))) - common_characters()


def encoded(codec: str, leads: Iterable[int], trails: Iterable[int]) -> Iterable[int]:
    """Yield the code points of all two-byte characters of a codec."""
    for lead in leads:
        for trail in trails:
            text = bytes((lead, trail)).decode(codec, "ignore")
            if len(text) == 1:
                yield ord(text)


def make(original: Path, family: str, style: str, characters: set[int]) -> None:
    """Write one subset; kerning is left out, so that digits and commas stand in columns."""
    options = subset.Options(
        layout_features=[], hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 13, 14]
    )
    font = TTFont(original, recalcTimestamp=False)
    worker = subset.Subsetter(options)
    worker.populate(unicodes=characters)
    worker.subset(font)
    rename(font, family, style)
    centre(font)
    target = FOLDER / f"{family.replace(' ', '')}-{style}.ttf"
    font.save(target)
    print(f"{target.name}: {len(font.getBestCmap())} characters, {target.stat().st_size:,} bytes")


def centre(font: TTFont) -> None:
    """Put the middle of the line where the middle of digits and ideographs is (0.38 em up).

    The original's line is deeper above than below, so that a text centred in a row stands low.
    """
    for table, above, below in (
        ("hhea", "ascent", "descent"),
        ("OS/2", "sTypoAscender", "sTypoDescender"),
    ):
        setattr(font[table], above, ASCENT)
        setattr(font[table], below, -DESCENT)
    font["OS/2"].usWinAscent, font["OS/2"].usWinDescent = ASCENT, DESCENT
    font["hhea"].lineGap = font["OS/2"].sTypoLineGap = 0


def rename(font: TTFont, family: str, style: str) -> None:
    """Give the font our family name; the typographic names join the three weights."""
    table = font["name"]
    for name_id in NAME_IDS:
        table.removeNames(nameID=name_id)
    legacy = family if style in ("Regular", "Bold") else f"{family} {style}"
    script = f"{family.replace(' ', '')}-{style}"
    plain = style if style in ("Regular", "Bold") else "Regular"
    texts = (legacy, plain, script, f"{family} {style}", script, family, style)
    for name_id, text in zip(NAME_IDS, texts, strict=True):
        table.setName(text, name_id, 3, 1, 0x409)


if __name__ == "__main__":
    main()
