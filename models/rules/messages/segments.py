"""How a text message is cut into parts (market-rules § 2.12)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

# GSM 03.38 default alphabet; an extension character takes two units.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
_GSM_ALONE, _GSM_PART = 160, 153
_UCS2_ALONE, _UCS2_PART = 70, 67
_LAST_ONE_UNIT = 0xFFFF


@dataclass(frozen=True, slots=True)
class Segments:
    """Units of the whole and of each part."""

    encoding: Literal["gsm7", "ucs2"]
    units: int
    parts: int
    part_units: tuple[int, ...]
    source: str = "§ 2.12"


def segments(text: str, signature: str = "") -> Segments:
    """Return the parts of signature and text; a character of two units is never cut."""
    sent = signature + text
    if all(character in _BASIC or character in _EXTENSION for character in sent):
        sizes = tuple(2 if character in _EXTENSION else 1 for character in sent)
        return _segments("gsm7", sizes, _GSM_ALONE, _GSM_PART)
    sizes = tuple(2 if ord(character) > _LAST_ONE_UNIT else 1 for character in sent)
    return _segments("ucs2", sizes, _UCS2_ALONE, _UCS2_PART)


def fill(sizes: Iterable[int], room: int) -> tuple[int, ...]:
    """Return how full each part is when ``sizes`` are put in one after the other, none cut."""
    parts = [0]
    for size in sizes:
        if parts[-1] and parts[-1] + size > room:
            parts.append(0)
        parts[-1] += size
    return tuple(parts)


def _segments(
    encoding: Literal["gsm7", "ucs2"], sizes: tuple[int, ...], alone: int, part: int
) -> Segments:
    units = sum(sizes)
    filled = (units,) if units <= alone else fill(sizes, part)
    return Segments(encoding, units, len(filled), filled)
