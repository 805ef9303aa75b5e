"""What central's columns cannot hold: a NUL in a text, a number beyond 64 bits."""

from collections.abc import Iterable, Iterator

import msgspec

_LEAST, _MOST = -(2**63), 2**63 - 1


def unstorable(message: msgspec.Struct) -> str:
    """Return TEXT_INVALID or NUMBER_INVALID for the first value that no column takes, else ""."""
    for value in _values(message):
        if isinstance(value, str):
            if "\0" in value:
                return "TEXT_INVALID"
        elif not _LEAST <= value <= _MOST:
            return "NUMBER_INVALID"
    return ""


def _values(part: object) -> Iterator[str | int]:
    """Every text and number in a message, at any depth; bytes are content and may be anything."""
    if isinstance(part, str | int):
        yield part
    elif isinstance(part, msgspec.Struct):
        for each in msgspec.structs.astuple(part):
            yield from _values(each)
    elif isinstance(part, dict):
        yield from _values((*part, *part.values()))
    elif isinstance(part, Iterable) and not isinstance(part, bytes):
        for each in part:
            yield from _values(each)
