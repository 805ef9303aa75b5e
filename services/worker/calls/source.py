"""Where events of the telephone system come from: a port, and a source of JSON lines."""

from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec

from models.wire.service.teams.telephone import CallEvent

_events: msgspec.json.Decoder[CallEvent] = msgspec.json.Decoder(CallEvent)
_MOST_BYTES = 4_096


class Unread(str):
    """A line that is no event, in words."""

    __slots__ = ()


class TelephoneSource(Protocol):
    """What tells of calls; a firm's own telephone system is another one."""

    def events(self) -> Iterator[CallEvent | Unread]:
        """Give event after event, as it comes."""
        ...


class JsonLines:
    """Events one a line: a file, or a pipe that a telephone system writes into."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines

    def events(self) -> Iterator[CallEvent | Unread]:
        """Give each; what cannot be read is told, not guessed. Empty lines are none."""
        for line in self._lines:
            if line.strip():
                yield _read(line)


def _read(line: bytes) -> CallEvent | Unread:
    if len(line) > _MOST_BYTES:
        return Unread("EVENT_TOO_LONG")
    try:
        return _events.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return Unread("EVENT_UNREADABLE")
