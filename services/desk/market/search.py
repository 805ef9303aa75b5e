"""Finds a security by code, name or pinyin initials, as fast as one types."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from pypinyin import Style, pinyin

from models.market.instrument import Instrument

_MOST_READINGS = 64
_MOST_FOUND = 50


@lru_cache(16_384)
def readings(name: str) -> tuple[str, ...]:
    """Return the initials of a name in lower case, the spoken one first, then with
    each reading of its heteronyms (重庆: cq, zq)."""
    plain = _plain(name)
    spoken = "".join(part[0] for part in _initials(plain, False))
    letters = [part for sign in plain for part in _initials(sign, True)]
    spelled = ("".join(part) for part in product(*letters))
    return tuple(dict.fromkeys((spoken, *islice(spelled, _MOST_READINGS))))


def _initials(text: str, heteronym: bool) -> list[list[str]]:
    return pinyin(text, style=Style.FIRST_LETTER, heteronym=heteronym, errors=str.lower)


@dataclass(frozen=True, slots=True)
class _Entry:
    security: Instrument
    name: str
    initials: tuple[str, ...]

    def rank(self, text: str) -> int | None:
        """0 best; None = does not answer ``text``."""
        code = self.security.code
        tests = (
            code == text or self.security.symbol.lower() == text,
            self.name == text,
            code.startswith(text),
            text in self.initials,
            any(spelled.startswith(text) for spelled in self.initials),
            self.name.startswith(text),
            text in self.name,
            len(text) > 1 and any(text in spelled for spelled in self.initials),
            len(text) > 2 and text in code,
        )
        return next((rank for rank, holds in enumerate(tests) if holds), None)


class SecuritySearch:
    """An index of one day's securities."""

    def __init__(self, securities: Iterable[Instrument]) -> None:
        self._entries = [
            _Entry(security, _plain(security.name), readings(security.name))
            for security in securities
        ]

    def find(self, text: str) -> tuple[Instrument, ...]:
        """Return up to 50 securities that answer ``text``, best first, then by code."""
        wanted = _plain(text)
        if not wanted:
            return ()
        ranked = [
            (rank, entry.security.symbol, entry.security)
            for entry in self._entries
            if (rank := entry.rank(wanted)) is not None
        ]
        ranked.sort(key=lambda found: found[:2])
        return tuple(security for _, _, security in ranked[:_MOST_FOUND])


def _plain(text: str) -> str:
    return text.replace("*", "").replace(" ", "").replace(" ", "").lower()
