"""Named window layouts, kept in a file of the person's home folder."""

import base64
import binascii
from pathlib import Path

import msgspec

DEFAULT = "默认"
LAST = "上次"


class KeptLayouts(msgspec.Struct):
    """The file: geometry and arrangements by name, as base64 text."""

    geometry: str = ""
    named: dict[str, str] = {}


class Layouts:
    """Reads once, writes on each change; a broken file counts as none and is left alone."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._kept = _read(file) if file is not None else KeptLayouts()

    def names(self) -> tuple[str, ...]:
        """Return the names a person gave, in order."""
        return tuple(name for name in self._kept.named if name not in (LAST, DEFAULT))

    def arrangement(self, name: str) -> bytes:
        """Return a named arrangement, empty when there is none."""
        return _bytes(self._kept.named.get(name, ""))

    def geometry(self) -> bytes:
        """Return the window's last geometry, empty when there is none."""
        return _bytes(self._kept.geometry)

    def keep(self, name: str, arrangement: bytes) -> None:
        """Keep an arrangement under a name."""
        self._kept.named[name] = base64.b64encode(arrangement).decode()
        self._write()

    def keep_geometry(self, geometry: bytes) -> None:
        """Keep the window's geometry."""
        self._kept.geometry = base64.b64encode(geometry).decode()
        self._write()

    def _write(self) -> None:
        if self._file is None:
            return
        fresh = self._file.with_suffix(".new")
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(msgspec.json.encode(self._kept))
        fresh.replace(self._file)


def _read(file: Path) -> KeptLayouts:
    try:
        return msgspec.json.decode(file.read_bytes(), type=KeptLayouts)
    except (OSError, msgspec.DecodeError):
        return KeptLayouts()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
