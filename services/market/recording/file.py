"""Appends whole blocks to a recording; a recording of the same session is gone on with."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from models.errors import ExpectedFailure
from models.wire.codec import encode
from models.wire.exchange import FeedWelcome
from services.market.recording.block import Item, Span, pack_feed, pack_welcome
from services.market.recording.fingerprint import hash_fingerprint
from services.market.recording.scan import scan

_NOT_OURS = frozenset({"foreign_bytes", "unknown_version"})


@dataclass(slots=True)
class RecordingFile:
    """An open file. ``lasts``: last recorded sequence by channel; ``cut_bytes``: damage cut off;
    ``fingerprint``: what the hashes in it mean.
    """

    file: Path
    lasts: dict[int, int]
    size: int
    cut_bytes: int
    fingerprint: int
    _descriptor: int = field(repr=False)

    def append(self, items: list[Item], spans: list[Span]) -> None:
        """Write one block; raises OSError, and then the file ends with its last whole block."""
        self._write(pack_feed(items, spans))

    def close(self) -> None:
        """Bring everything to the disk."""
        try:
            os.fsync(self._descriptor)
        finally:
            os.close(self._descriptor)

    def _write(self, block: bytes) -> None:
        rest = memoryview(block)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            os.ftruncate(self._descriptor, self.size)
            raise
        self.size += len(block)


def open_recording_file(file: Path, welcome: FeedWelcome) -> RecordingFile:
    """Go on with the recording of this session in ``file``, else start one.

    What follows the last whole block is cut off. Raises OSError, and ExpectedFailure
    RECORDING_FOREIGN when the file holds another session, RECORDING_UNREADABLE.
    """
    known = scan(file) if file.exists() else None
    if known is not None and known.welcome is not None:
        if known.welcome.session != welcome.session:
            raise ExpectedFailure(
                f"录制文件属于另一个行情会话:{file.name}", "请移走该文件", "RECORDING_FOREIGN"
            )
        return RecordingFile(
            file,
            known.lasts(),
            known.end,
            known.damaged_bytes,
            known.fingerprint,
            _open(file, known.end),
        )
    if known is not None and known.damage in _NOT_OURS:
        raise ExpectedFailure(
            f"同名文件不是本版本的行情录制:{file.name}", "请移走该文件", "RECORDING_FOREIGN"
        )
    cut_bytes, mark = known.size if known is not None else 0, hash_fingerprint()
    opened = RecordingFile(file, {}, 0, cut_bytes, mark, _open(file, 0))
    try:
        opened._write(pack_welcome(encode(welcome), mark))
    except OSError:
        os.close(opened._descriptor)
        raise
    return opened


def _open(file: Path, size: int) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
    descriptor = os.open(file, flags, 0o600)
    os.ftruncate(descriptor, size)
    return descriptor
