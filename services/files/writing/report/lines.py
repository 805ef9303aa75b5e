"""Breaks a text into lines as Chinese is set: no closing mark begins one, no opening mark ends
one, words and figures stay whole."""

import re
from collections.abc import Callable, Iterator

Measure = Callable[[str], float]

_TOKENS = re.compile(r"[0-9A-Za-z.,%‰+\-−:/_~]+|\s+|.", re.DOTALL)
_CLOSING = frozenset("、,。;:?!)》〉」』】〕”’…%‰!),.:;?]}")
_OPENING = frozenset("(《〈「『【〔“‘([{")


def broken(text: str, width: float, measure: Measure) -> list[str]:
    """Return the lines of ``text`` that fit ``width``; at least one."""
    lines, line = list[str](), list[str]()
    for token in _tokens(text, width, measure):
        if line and measure("".join([*line, token])) > width:
            carried = _carried(line, token)
            lines.append("".join(line).rstrip())
            line = carried
            if token.isspace() and not line:
                continue
        line.append(token)
    return [*lines, "".join(line).rstrip()]


def _carried(line: list[str], token: str) -> list[str]:
    """Take from the line's end what must not stand apart from ``token``."""
    carried: list[str] = []
    first = token
    while len(line) > 1 and (first[0] in _CLOSING or line[-1] in _OPENING):
        first = line.pop()
        carried.insert(0, first)
    return carried


def _tokens(text: str, width: float, measure: Measure) -> Iterator[str]:
    """Words, spaces and single characters; a word too long for a line is cut."""
    for word in _TOKENS.findall(text):
        if len(word) > 1 and measure(word) > width:
            yield from word
        else:
            yield word
