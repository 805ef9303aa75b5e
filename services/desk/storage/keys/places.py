"""Where a wrapped key is kept: a private file, or the operating system's keyring."""

import os
from pathlib import Path
from typing import Protocol

from services.desk.storage.faults import file_faults


class KeyPlace(Protocol):
    """Keeps one record; blocking."""

    @property
    def name(self) -> str:
        """What a person calls it."""
        ...

    def read(self) -> bytes | None:
        """Return the record; None = none yet."""
        ...

    def write(self, record: bytes) -> None:
        """Keep the record instead of the one before; it is safe when this returns."""
        ...


class KeyFile:
    """A file (mode 0600) beside the store."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def name(self) -> str:
        """The file's name."""
        return self._file.name

    def read(self) -> bytes | None:
        """Return the file's content."""
        try:
            return self._file.read_bytes()
        except FileNotFoundError:
            return None

    def write(self, record: bytes) -> None:
        """Write it beside, then let it take the place."""
        write_private(self._file, record)


def write_private(file: Path, content: bytes) -> None:
    """Let ``content`` take the place of the file's, readable by its owner only, all or nothing.

    Raises ExpectedFailure STORE_FULL or STORE_READONLY; the file is then as it was.
    """
    fresh = file.with_name(file.name + ".new")
    with file_faults():
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(file)
