"""Walks the blocks of a recording up to the last whole one; what follows is counted."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from models.errors import ExpectedFailure
from models.wire.codec import decode
from models.wire.exchange import FeedWelcome
from services.market.recording.block import (
    FIXED_SIZE,
    BadBlock,
    BlockHead,
    BlockKind,
    check_body,
    head_size,
    plain_body,
    read_head,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A whole block and where it starts in the file."""

    at: int
    head: BlockHead


@dataclass(frozen=True, slots=True)
class Scan:
    """``end``: bytes up to the last whole block. ``damage``: why the rest is none, "" = no rest."""

    welcome: FeedWelcome | None
    places: tuple[Place, ...]
    end: int
    size: int
    damage: str

    @property
    def fingerprint(self) -> int:
        """What the hashes in the file mean, see fingerprint.py."""
        return self.places[0].head.fingerprint if self.places else 0

    @property
    def damaged_bytes(self) -> int:
        """Bytes after the last whole block."""
        return self.size - self.end

    def lasts(self) -> dict[int, int]:
        """Return the last sequence of each channel."""
        return {span.channel: span.last for place in self.places for span in place.head.spans}


def scan(file: Path) -> Scan:
    """Look through a file, every checksum included; damage ends the walk and never raises.

    Raises ExpectedFailure RECORDING_UNREADABLE when the file cannot be read at all.
    """
    try:
        with file.open("rb") as stream:
            return _walk(stream, file.stat().st_size)
    except OSError as fault:
        raise unreadable(file, fault.strerror or str(fault)) from fault


def read_body(file: Path, place: Place) -> bytes:
    """Return the packed body of a block; raises ExpectedFailure RECORDING_UNREADABLE."""
    try:
        with file.open("rb") as stream:
            stream.seek(place.at + place.head.head_size)
            return stream.read(place.head.body_size)
    except OSError as fault:
        raise unreadable(file, fault.strerror or str(fault)) from fault


def unreadable(file: Path, why: str) -> ExpectedFailure:
    """Return the failure of a file that cannot be read as a recording."""
    return ExpectedFailure(f"读不到行情录制文件:{file.name}", why, "RECORDING_UNREADABLE")


def _walk(stream: BinaryIO, size: int) -> Scan:
    places: list[Place] = []
    welcome, at, damage = None, 0, ""
    while at < size:
        try:
            head, body = _next_block(stream)
            if (head.kind is BlockKind.WELCOME) != (at == 0):
                raise BadBlock("misplaced_block")
            if head.kind is BlockKind.WELCOME:
                welcome = _welcome(head, body)
        except BadBlock as bad:
            damage = str(bad)
            break
        places.append(Place(at, head))
        at += head.size
    return Scan(welcome, tuple(places), at, max(size, at), damage)


def _next_block(stream: BinaryIO) -> tuple[BlockHead, bytes]:
    fixed = stream.read(FIXED_SIZE)
    head = read_head(fixed + stream.read(head_size(fixed) - FIXED_SIZE))
    body = stream.read(head.body_size)
    check_body(head, body)
    return head, body


def _welcome(head: BlockHead, body: bytes) -> FeedWelcome:
    try:
        return decode(plain_body(head, body), FeedWelcome)
    except ExpectedFailure as failure:
        raise BadBlock("bad_welcome") from failure
