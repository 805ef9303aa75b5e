"""Words by which a client is found, and what a typed text asks of them.

A word begins with the way in which it is found (``By``), so that one list of words answers every
kind of text, from its first character on, by the start of a word alone. Numbers are there twice,
once turned round: a tail becomes a start.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import product

_MOST_READINGS = 64
_MOST_SPELLED = 6  # syllables of which every shortened spelling is a word
_MOST_TYPED = 64  # characters; nobody's name or number is longer
_HEAD_DIGITS = 3  # fewer digits are a tail only: "13" would find a quarter of all mobiles
_DROPPED = frozenset({"P", "Z", "S"})  # punctuation, spaces, signs
_NO_SIGN = frozenset({"Cc", "Cs"})


class By(StrEnum):
    """How a word is found; what begins with a letter is spelled: pinyin, and names in letters."""

    NAME = "n"
    LATER_NAME = "m"
    SPELLED = "p"
    LATER_SPELLED = "q"
    NUMBER = "a"
    TAIL = "t"


@dataclass(frozen=True, slots=True)
class Named:
    """What of a client is searched; ``pinyin`` as ``readings`` takes it."""

    name: str
    pinyin: str
    initials: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """The start of a word, or a whole one."""

    by: By
    text: str
    whole: bool = False


def search_words(client: Named) -> set[str]:
    """Return all words of a client; none of them is the mere start of another, but for numbers."""
    words = _by_initials(plain(client.initials)) | _name_words(client.name)
    for reading in readings(client.pinyin):
        words |= _pinyin_words(reading)
    words = _longest(words)
    for number in map(plain, client.numbers):
        words |= {By.NUMBER.value + number, By.TAIL.value + number[::-1]} if number else set()
    return words


def asks(text: str) -> tuple[Ask, ...]:
    """Return what a typed text asks, best first; () finds everybody."""
    typed = plain(text)[:_MOST_TYPED]
    if not typed:
        return ()
    if typed.isdigit():
        return tuple(_of_digits(typed))
    if typed.isascii():
        return tuple(_of_letters(typed))
    return tuple(_of_signs(typed))


def _of_digits(typed: str) -> Iterator[Ask]:
    if len(typed) >= _HEAD_DIGITS:
        yield Ask(By.NUMBER, typed, whole=True)
    yield Ask(By.TAIL, typed[::-1])
    if len(typed) >= _HEAD_DIGITS:
        yield Ask(By.NUMBER, typed)


def _of_letters(typed: str) -> Iterator[Ask]:
    if len(typed) >= _HEAD_DIGITS and not typed.isalpha():
        yield Ask(By.NUMBER, typed, whole=True)
        yield Ask(By.NUMBER, typed)
    yield from _of_signs(typed)


def _of_signs(typed: str) -> Iterator[Ask]:
    for start in (0, 1):
        yield Ask(_way(typed, start), typed)


def plain(text: str) -> str:
    """Return the text as words hold it: one width, small letters, no spaces, dots or bars."""
    if text.isalnum() and unicodedata.is_normalized("NFKC", text):
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(sign for sign in folded if _is_kept(sign))


def _is_kept(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category[0] not in _DROPPED and category not in _NO_SIGN


def readings(pinyin: str) -> tuple[tuple[str, ...], ...]:
    """Return the readings of a name, each as syllables.

    The column holds syllables parted by spaces, further readings after a comma or semicolon, other
    readings of one syllable after a slash: "zeng le/yue", "shan xiong,dan xiong".
    """
    found: list[tuple[str, ...]] = []
    for whole in pinyin.lower().replace(";", ",").split(","):
        choices = [[plain(one) for one in part.split("/")] for part in whole.split()]
        found += list(product(*choices))[:_MOST_READINGS] if choices else []
    return tuple(found)


def _name_words(name: str) -> set[str]:
    """The name from each character on; a Latin one from each of its words on."""
    whole = plain(name)
    later = {part for part in map(plain, name.split()[1:]) if part}
    if not whole.isascii():
        later |= {whole[start:] for start in range(1, len(whole))}
    first = {_word(whole, 0)} if whole else set()
    return first | {_word(part, 1) for part in later}


def _longest(words: set[str]) -> set[str]:
    ordered = sorted(words)
    return {
        word
        for word, after in zip(ordered, [*ordered[1:], ""], strict=True)
        if not after.startswith(word)
    }


def _by_initials(initials: str) -> set[str]:
    return {_word(initials[start:], start) for start in range(len(initials))}


@lru_cache(65_536)
def _pinyin_words(syllables: tuple[str, ...]) -> frozenset[str]:
    """Spellings from each syllable on: every syllable whole or by its initial, the last whole."""
    words: set[str] = set()
    for start in range(len(syllables)):
        part = syllables[start:]
        for heads in _shortened(part[:-1]):
            words.add(_word("".join(heads) + part[-1], start))
    return frozenset(words)


def _shortened(part: Sequence[str]) -> Iterator[tuple[str, ...]]:
    if len(part) < _MOST_SPELLED:
        return product(*((syllable, syllable[:1]) for syllable in part))
    return iter((tuple(part), tuple(syllable[:1] for syllable in part)))


def _word(text: str, start: int) -> str:
    return _way(text, start).value + text


def _way(text: str, start: int) -> By:
    """The way in which a text is found that begins at the ``start`` of a name, or later."""
    if text[:1].isascii():
        return By.LATER_SPELLED if start else By.SPELLED
    return By.LATER_NAME if start else By.NAME
