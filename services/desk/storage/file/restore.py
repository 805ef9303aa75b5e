"""Puts a backup in the store's place; what was there is moved aside, never deleted."""

import shutil
import tarfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec

from models.errors import ExpectedFailure
from models.tables.local import SCHEMA_VERSION
from services.desk.storage.faults import file_faults, store_faults
from services.desk.storage.file.backup import (
    FORM,
    KEY,
    NOTE,
    STORE,
    BackupNote,
    check_whole,
    digest_of,
    open_alone,
)
from services.desk.storage.file.cipher import CipherFile
from services.desk.storage.file.place import StorePlace, make_private, put_back, set_aside
from services.desk.storage.keys.vault import KeyVault, unwrap

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did; ``aside`` is where the former store lies now, None = there was none."""

    note: BackupNote
    aside: Path | None
    waiting: int  # commands in it that central has not answered


def read_note(backup: Path) -> BackupNote:
    """Return what a backup says of itself; ExpectedFailure BACKUP_BROKEN, BACKUP_NEWER."""
    note, _ = _read_head(backup)
    return note


def restore(
    backup: Path, place: StorePlace, vault: KeyVault, passphrase: str, *, stamp: str, say: Say
) -> Restored:
    """Check the backup whole, then let it take the place of the store. No desk may run.

    Where it fails, the former store is in its place. Raises ExpectedFailure BACKUP_BROKEN,
    BACKUP_NEWER, BACKUP_OTHER_PERSON, WRONG_PASSPHRASE, STORE_DAMAGED, STORE_NEWER, STORE_FULL.
    """
    note, record = _read_head(backup)
    if note.staff_id != place.staff_id:
        raise ExpectedFailure(
            f"这份备份属于 {note.staff_id},不是 {place.staff_id}",
            "请用他的工号设置恢复",
            "BACKUP_OTHER_PERSON",
        )
    say("核对口令")
    key = unwrap(record, passphrase)
    fresh = place.file.with_name(f"{place.staff_id}.restoring.db")
    try:
        with file_faults():
            say("取出数据")
            _unpack(backup, fresh, note)
            say("校验每一页")
            check_whole(CipherFile(fresh, key))
            waiting = _make_ours(CipherFile(fresh, key))
            say("换上备份")
            aside = _set_former_aside(place, vault, stamp)
            _take_place(fresh, place, vault, record, aside)
    finally:
        fresh.unlink(missing_ok=True)
    return Restored(note, aside, waiting)


def _take_place(
    fresh: Path, place: StorePlace, vault: KeyVault, record: bytes, aside: Path | None
) -> None:
    """The backup and its key take the place of the store, or the former one comes back."""
    try:
        fresh.replace(place.file)
        vault.adopt(record)
    except BaseException:
        if aside is not None:
            put_back(place, aside)
        raise


def _read_head(backup: Path) -> tuple[BackupNote, bytes]:
    try:
        with tarfile.open(backup, "r:") as tar:
            note = msgspec.json.decode(_member(tar, NOTE), type=BackupNote)
            record = _member(tar, KEY)
    except FileNotFoundError as fault:
        raise ExpectedFailure(f"找不到备份:{backup}", "请核对文件名", "BACKUP_BROKEN") from fault
    except (tarfile.TarError, KeyError, msgspec.DecodeError, OSError, EOFError) as fault:
        raise _broken(backup) from fault
    if note.form > FORM:
        raise ExpectedFailure("备份由更新版本的工作站写成", "请升级工作站后再恢复", "BACKUP_NEWER")
    return note, record


def _member(tar: tarfile.TarFile, name: str) -> bytes:
    stream = tar.extractfile(name)
    if stream is None:
        raise KeyError(name)
    return stream.read()


def _unpack(backup: Path, fresh: Path, note: BackupNote) -> None:
    make_private(fresh)
    try:
        with tarfile.open(backup, "r:") as tar, fresh.open("wb") as target:
            stream = tar.extractfile(STORE)
            if stream is None:
                raise _broken(backup)
            shutil.copyfileobj(stream, target)
    except (tarfile.TarError, KeyError, EOFError) as fault:
        raise _broken(backup) from fault
    if digest_of(fresh) != note.sha256:
        raise _broken(backup)


def _make_ours(source: CipherFile) -> int:
    """Let the next desk begin its own numbers; return how many commands wait in the outbox.

    Sequence numbers given after the backup was made must not be given again: a new ``birth`` makes
    this another desk to central. Open commands are pushed again; central answers each as before.
    """
    with store_faults(), closing(open_alone(source)) as connection:
        (version,) = connection.execute(
            "SELECT value FROM setting WHERE name = 'schema_version'"
        ).fetchone() or (0,)
        if int(version) > SCHEMA_VERSION:
            raise ExpectedFailure(
                "备份里的数据由更新版本的工作站写成", "请升级工作站后再恢复", "STORE_NEWER"
            )
        connection.execute("DELETE FROM setting WHERE name = 'birth'")
        connection.execute("UPDATE outbox SET state = 'waiting'")
        waiting: int = connection.execute("SELECT count(*) FROM outbox").fetchone()[0]
        return waiting


def _set_former_aside(place: StorePlace, vault: KeyVault, stamp: str) -> Path | None:
    if not place.file.exists():
        return None
    record = vault.record() if vault.exists() else None
    return set_aside(place, stamp, record=record, why="before-restore")


def _broken(backup: Path) -> ExpectedFailure:
    return ExpectedFailure(f"备份文件不完整或已损坏:{backup}", "请换一份备份", "BACKUP_BROKEN")
