"""Writes the store to one file that opens on another machine with the sign-in passphrase alone.

The file is a plain tar of a note, the wrapped key and the encrypted database: nothing in it can be
read without the passphrase.
"""

import hashlib
import os
import tarfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
from sqlcipher3 import dbapi2

from models.errors import ExpectedFailure
from services.desk.storage.faults import store_faults
from services.desk.storage.file.cipher import CipherFile, unlock_file
from services.desk.storage.file.place import make_private

Progress = Callable[[int, int], None]  # pages done, pages in all

FORM = 1
NOTE, KEY, STORE = "note.json", "store.key", "store.db"
_PAGES_A_STEP = 250  # 1 MB
_READ_BYTES = 1 << 20


class BackupNote(msgspec.Struct, frozen=True):
    """What a backup says of itself; ``made_at`` is ISO 8601 text."""

    staff_id: str
    made_at: str
    sha256: str  # of the encrypted database
    form: int = FORM


@dataclass(frozen=True, slots=True)
class BackupSource:
    """The store to back up: its file and key, its wrapped key, whose it is and when."""

    file: CipherFile
    record: bytes
    staff_id: str
    made_at: str


def back_up(source: BackupSource, target: Path, progress: Progress) -> BackupNote:
    """Write a backup to ``target``, of one state of the store, while a desk may go on writing.

    It is checked page by page before it takes its name. Raises ExpectedFailure BACKUP_EXISTS,
    BACKUP_UNWRITABLE, STORE_DAMAGED, STORE_FULL.
    """
    if target.exists():
        raise ExpectedFailure(f"文件已存在:{target}", "请换一个文件名", "BACKUP_EXISTS")
    copy, draft = _beside(target, ".db"), _beside(target, ".tar")
    try:
        with store_faults():
            _copy(source.file, copy, progress)
        check_whole(CipherFile(copy, source.file.key))
        note = BackupNote(source.staff_id, source.made_at, digest_of(copy))
        _pack(draft, copy, note, source.record)
        draft.replace(target)
    except OSError as fault:
        raise ExpectedFailure(
            f"备份写不进 {target}",
            f"{fault.strerror or fault}。本地数据未受影响",
            "BACKUP_UNWRITABLE",
        ) from fault
    finally:
        for part in (copy, draft):
            part.unlink(missing_ok=True)
    return note


def check_whole(source: CipherFile) -> None:
    """Look at every page and every table; ExpectedFailure STORE_DAMAGED names the first fault."""
    with store_faults(), closing(open_alone(source)) as connection:
        faults = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        faults = faults or connection.execute("PRAGMA integrity_check(1)").fetchall()
    if faults != [("ok",)]:
        raise ExpectedFailure(
            f"数据文件校验不通过({faults[0][0]})", "请换一份备份,或移走后重新同步", "STORE_DAMAGED"
        )


def open_alone(source: CipherFile) -> Any:  # noqa: ANN401 -- sqlcipher3 has no type stubs
    """Return a bare connection to an encrypted file."""
    connection = dbapi2.connect(str(source.file), isolation_level=None)
    unlock_file(connection, source.key)
    return connection


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _copy(source: CipherFile, target: Path, progress: Progress) -> None:
    """One read transaction holds the state still: no writer waits, none is waited for."""
    make_private(target)

    def step(_: int, remaining: int, pages: int) -> None:
        progress(pages - remaining, pages)

    with (
        closing(open_alone(source)) as live,
        closing(open_alone(CipherFile(target, source.key))) as copy,
    ):
        live.execute("BEGIN")
        live.execute("SELECT count(*) FROM sqlite_master").fetchone()
        live.backup(copy, pages=_PAGES_A_STEP, progress=step)
        live.execute("COMMIT")
        copy.execute("PRAGMA journal_mode=DELETE")


def _pack(draft: Path, store: Path, note: BackupNote, record: bytes) -> None:
    make_private(draft)
    with draft.open("wb") as stream:
        with tarfile.open(fileobj=stream, mode="w") as tar:
            for name, content in ((NOTE, msgspec.json.encode(note)), (KEY, record)):
                member = tarfile.TarInfo(name)
                member.size, member.mode = len(content), 0o600
                tar.addfile(member, BytesIO(content))
            member = tarfile.TarInfo(STORE)
            member.size, member.mode = store.stat().st_size, 0o600
            with store.open("rb") as pages:
                tar.addfile(member, pages)
        stream.flush()
        os.fsync(stream.fileno())


def _beside(target: Path, suffix: str) -> Path:
    return target.with_name(f".{target.name}.part{suffix}")
