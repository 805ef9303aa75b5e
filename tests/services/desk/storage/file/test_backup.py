"""A backup holds one state whole, opens elsewhere with the passphrase, and harms nothing."""

import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models.errors import ExpectedFailure
from models.tables.firm import CLIENT
from models.tables.local import SCHEMA_VERSION
from models.wire.commands import LogContact
from services.desk.storage.file.backup import BackupNote, BackupSource, back_up
from services.desk.storage.file.cipher import CipherFile
from services.desk.storage.file.place import StorePlace
from services.desk.storage.file.restore import Restored, read_note, restore
from services.desk.storage.outbox_rows import count_waiting
from services.desk.storage.rows import read_setting, write_rows, write_setting
from services.desk.storage.search.find import find_clients
from services.desk.storage.store import LocalStore
from tests.support.desk_data import PASSPHRASE, a_client, open_desk, vault_of

MADE_AT, STAMP = "2023-02-01T10:00:00+08:00", "20230201-100000"


def here(folder: Path) -> StorePlace:
    """Where the store lies."""
    return StorePlace(folder / "here", "M001")


def back_up_to(
    folder: Path, progress: Callable[[int, int], None] = lambda _done, _pages: None
) -> tuple[Path, BackupNote]:
    """Back the store in ``folder`` up."""
    place, target = here(folder), folder / "copy.backup"
    key, record = vault_of(place).unlock(PASSPHRASE), vault_of(place).record()
    source = BackupSource(CipherFile(place.file, key), record, "M001", MADE_AT)
    return target, back_up(source, target, progress)


def bring_back(backup: Path, place: StorePlace, passphrase: str = PASSPHRASE) -> Restored:
    """Restore it."""
    return restore(backup, place, vault_of(place), passphrase, stamp=STAMP, say=lambda _step: None)


@pytest.fixture
async def backup(tmp_path: Path) -> Path:
    """A backup of a store with a client and an open command; a second client came afterwards."""
    here(tmp_path).folder.mkdir()
    async with open_desk(here(tmp_path).folder) as desk:
        await desk.receive(("client", a_client("C1")))
        await desk.outbox.add(LogContact("K1", "C1", "phone", "out", "x", "2023"), "C1")
        target, _ = back_up_to(tmp_path)
        await desk.receive(("client", a_client("C2", "李四")), after=1)
    return target


async def clients_of(store: LocalStore) -> list[str]:
    """Ids of all clients."""
    ids = await store.read(lambda c: c.execute(select(CLIENT.c.client_id)).scalars().all())
    return sorted(ids)


async def test_opens_on_a_new_machine_with_the_passphrase_alone(
    backup: Path, tmp_path: Path
) -> None:
    there = StorePlace(tmp_path / "there", "M001")
    there.folder.mkdir()
    done = bring_back(backup, there)
    assert (done.waiting, done.aside, done.note.made_at) == (1, None, MADE_AT)
    async with open_desk(there.folder) as desk:
        assert await clients_of(desk.store) == ["C1"]
        assert await desk.store.read(count_waiting) == 1
        assert await desk.store.read(lambda c: find_clients(c, "zs")) == (("C1",),)


async def test_restored_desk_is_another_desk_to_central(backup: Path, tmp_path: Path) -> None:
    async with open_desk(here(tmp_path).folder) as desk:
        before = desk.store.birth
    bring_back(backup, here(tmp_path))
    async with open_desk(here(tmp_path).folder) as desk:
        assert desk.store.birth not in ("", before)


async def test_former_store_is_moved_aside_and_still_opens(backup: Path, tmp_path: Path) -> None:
    done = bring_back(backup, here(tmp_path))
    assert done.aside is not None
    async with open_desk(here(tmp_path).folder) as desk:
        assert await clients_of(desk.store) == ["C1"]
    former = StorePlace(done.aside.parent, done.aside.stem)
    store = LocalStore(CipherFile(former.file, vault_of(former).unlock(PASSPHRASE)))
    assert await clients_of(store) == ["C1", "C2"]
    await store.close()


async def test_nothing_in_it_can_be_read_without_the_passphrase(backup: Path) -> None:
    raw = backup.read_bytes()
    for secret in ("张三", "13812345678", "SQLite format", PASSPHRASE):
        assert secret.encode() not in raw
    assert backup.stat().st_mode & 0o077 == 0


async def test_backup_is_of_one_state_while_the_desk_writes(tmp_path: Path) -> None:
    """Every client's row carries the same number in every state of the store."""
    here(tmp_path).folder.mkdir()
    async with open_desk(here(tmp_path).folder) as desk:
        store = desk.store
        rows = [a_client(f"C{n}", points_milli=0) for n in range(8_000)]
        await store.write(lambda c: write_rows(c, CLIENT, rows))
        steps: list[tuple[int, int]] = []
        place = here(tmp_path)
        writer = LocalStore(CipherFile(place.file, vault_of(place).unlock(PASSPHRASE)))

        def write_between(done: int, pages: int) -> None:
            steps.append((done, pages))
            with writer._sure.begin() as connection:
                later = [row | {"points_milli": len(steps)} for row in rows]
                write_rows(connection, CLIENT, later)

        target, _ = back_up_to(tmp_path, write_between)
        await writer.close()
    assert len(steps) > 1
    assert steps[-1][0] == steps[-1][1]
    there = StorePlace(tmp_path / "there", "M001")
    there.folder.mkdir()
    bring_back(target, there)
    async with open_desk(there.folder) as desk:
        numbers = await desk.store.read(
            lambda c: c.execute(
                select(CLIENT.c.points_milli, func.count()).group_by(CLIENT.c.points_milli)
            ).all()
        )
    assert [tuple(row) for row in numbers] == [(0, 8_000)]


async def test_wrong_passphrase_changes_nothing(backup: Path, tmp_path: Path) -> None:
    before = {file.name: file.read_bytes() for file in here(tmp_path).folder.iterdir()}
    with pytest.raises(ExpectedFailure) as refused:
        bring_back(backup, here(tmp_path), "guess")
    assert refused.value.code == "WRONG_PASSPHRASE"
    assert {file.name: file.read_bytes() for file in here(tmp_path).folder.iterdir()} == before


async def test_a_key_that_cannot_be_written_leaves_the_former_store(
    backup: Path, tmp_path: Path
) -> None:
    """As on a full disk: the backup's key has no room, so the store that was there comes back."""
    place = here(tmp_path)
    place.key_file.with_name(f"{place.key_file.name}.new").mkdir()
    with pytest.raises(ExpectedFailure) as refused:
        bring_back(backup, place)
    assert refused.value.code == "STORE_READONLY"
    assert [file.name for file in place.folder.glob("*before-restore*")] == []
    place.key_file.with_name(f"{place.key_file.name}.new").rmdir()
    async with open_desk(place.folder) as desk:
        assert await clients_of(desk.store) == ["C1", "C2"]


@pytest.mark.parametrize("harm", ["cut", "bit", "text", "empty"])
async def test_harmed_backup_is_told_and_changes_nothing(
    backup: Path, tmp_path: Path, harm: str
) -> None:
    raw = bytearray(backup.read_bytes())
    raw[-60_000] ^= 1
    harmed: dict[str, bytes] = {
        "cut": bytes(raw[: len(raw) // 2]),
        "bit": bytes(raw),
        "text": b"not a backup",
        "empty": b"",
    }
    backup.write_bytes(harmed[harm])
    before = {file.name: file.read_bytes() for file in here(tmp_path).folder.iterdir()}
    with pytest.raises(ExpectedFailure) as told:
        bring_back(backup, here(tmp_path))
    assert told.value.code == "BACKUP_BROKEN"
    assert {file.name: file.read_bytes() for file in here(tmp_path).folder.iterdir()} == before


async def test_backup_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    here(tmp_path).folder.mkdir()
    async with open_desk(here(tmp_path).folder) as desk:
        newer = str(SCHEMA_VERSION + 1)
        await desk.store.write(lambda c: write_setting(c, "schema_version", newer))
        target, _ = back_up_to(tmp_path)
    with pytest.raises(ExpectedFailure) as refused:
        bring_back(target, here(tmp_path))
    assert refused.value.code == "STORE_NEWER"


async def test_another_persons_backup_is_refused(backup: Path, tmp_path: Path) -> None:
    with pytest.raises(ExpectedFailure) as refused:
        bring_back(backup, StorePlace(here(tmp_path).folder, "M002"))
    assert refused.value.code == "BACKUP_OTHER_PERSON"


async def test_backup_never_overwrites(backup: Path, tmp_path: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(ExpectedFailure) as refused:
        back_up_to(tmp_path)
    assert refused.value.code == "BACKUP_EXISTS"
    assert backup.read_bytes() == before


async def test_backup_that_cannot_be_written_leaves_no_part(tmp_path: Path) -> None:
    here(tmp_path).folder.mkdir()
    async with open_desk(here(tmp_path).folder) as desk:
        await desk.store.write(lambda c: write_setting(c, "colour", "red"))
        place = here(tmp_path)
        key, record = vault_of(place).unlock(PASSPHRASE), vault_of(place).record()
        source = BackupSource(CipherFile(place.file, key), record, "M001", MADE_AT)
        with pytest.raises(ExpectedFailure) as told:
            back_up(source, tmp_path / "nowhere" / "copy", lambda _done, _pages: None)
        assert told.value.code == "BACKUP_UNWRITABLE"
        assert await desk.store.read(lambda c: read_setting(c, "colour")) == "red"
    assert [file.name for file in tmp_path.iterdir()] == ["here"]


async def test_note_tells_whose_and_when(backup: Path) -> None:
    note = read_note(backup)
    assert (note.staff_id, note.made_at) == ("M001", MADE_AT)
    with tarfile.open(backup) as tar:
        assert tar.getnames() == ["note.json", "store.key", "store.db"]
