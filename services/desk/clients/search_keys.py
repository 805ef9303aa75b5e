"""Keys by which a client is found, made once a client: a keystroke only compares texts.

A key is one text of words, each after a bar: the name, pinyin from each syllable on (each syllable
whole or by its initial), initials, and the numbers turned round so that a tail becomes a start.
"""

from itertools import product

from services.desk.storage.queries.entries import ClientEntry

_BAR = "|"
_MOST_READINGS = 8
_HEAD_DIGITS = 3  # fewer digits are a tail only: "13" would find a quarter of all mobiles


def search_key(entry: ClientEntry) -> str:
    """Return the text in which ``needle`` texts are looked for."""
    words = {entry.initials[start:] for start in range(len(entry.initials))}
    for reading in readings(entry.pinyin):
        words |= _pinyin_words(reading)
    words |= set(entry.name.lower().split())
    numbers = (*entry.accounts, entry.mobile)
    words |= {number for number in numbers if number}
    words |= {"<" + number[::-1] for number in numbers if number}
    return _BAR + "".join(entry.name.lower().split()) + _BAR + _BAR.join(sorted(words)) + _BAR


def needles(text: str) -> tuple[str, ...]:
    """Return the texts one of which must occur in a client's key; () finds everybody."""
    typed = "".join(text.lower().split()).replace("'", "").replace(_BAR, "")
    if not typed:
        return ()
    if typed.isdigit():
        tail = f"{_BAR}<{typed[::-1]}"
        return (tail, _BAR + typed) if len(typed) >= _HEAD_DIGITS else (tail,)
    if typed.isascii():
        return (_BAR + typed,)
    return (typed,)


def readings(pinyin: str) -> tuple[tuple[str, ...], ...]:
    """Return the readings of a name, each as syllables.

    The column holds syllables parted by spaces, further readings after a comma or semicolon, other
    readings of one syllable after a slash: "zeng le/yue", "shan xiong,dan xiong".
    """
    found: list[tuple[str, ...]] = []
    for whole in pinyin.lower().replace(";", ",").split(","):
        choices = [syllable.split("/") for syllable in whole.split()]
        found += list(product(*choices))[:_MOST_READINGS] if choices else []
    return tuple(found)


def _pinyin_words(syllables: tuple[str, ...]) -> set[str]:
    words: set[str] = set()
    for start in range(len(syllables)):
        part = syllables[start:]
        for shortened in product((False, True), repeat=len(part) - 1):
            heads = (s[:1] if short else s for s, short in zip(part, shortened, strict=False))
            words.add("".join(heads) + part[-1])
    return words
