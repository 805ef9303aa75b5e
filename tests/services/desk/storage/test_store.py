"""The encrypted store: who may open it, what a stranger sees, what survives."""

import asyncio
import stat
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from models.errors import ExpectedFailure
from models.tables.firm import CLIENT
from services.desk.storage.file.place import StorePlace, set_aside
from services.desk.storage.rows import read_setting, write_rows, write_setting
from services.desk.storage.store import open_store
from tests.support.desk_data import PASSPHRASE, a_client, open_desk, vault_of


async def test_rows_written_are_there_after_reopening(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.store.write(lambda c: write_rows(c, CLIENT, [a_client("C1", "欧阳娜娜")]))
    async with open_desk(tmp_path) as desk:
        names = await desk.store.read(lambda c: c.execute(select(CLIENT.c.name)).scalars().all())
    assert names == ["欧阳娜娜"]


async def test_no_name_can_be_read_from_the_files(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.store.write(lambda c: write_rows(c, CLIENT, [a_client("C1", "欧阳娜娜")]))
        files = [file for file in tmp_path.iterdir() if file.suffix != ".key"]
        assert sum(file.stat().st_size for file in files) > 4096
        for file in tmp_path.iterdir():
            raw = file.read_bytes()
            for secret in ("欧阳娜娜", "13812345678", "SQLite format", "CREATE TABLE", PASSPHRASE):
                assert secret.encode() not in raw, (file.name, secret)


async def test_store_and_key_are_private_to_the_user(tmp_path: Path) -> None:
    async with open_desk(tmp_path):
        for file in tmp_path.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


async def test_wrong_passphrase_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    async with open_desk(tmp_path):
        pass
    place = StorePlace(tmp_path, "M001")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(ExpectedFailure) as refused:
        await open_store(place, vault_of(place), "guess")
    assert refused.value.code == "WRONG_PASSPHRASE"
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


async def test_changed_passphrase_opens_the_same_store(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.store.write(lambda c: write_setting(c, "colour", "red"))
    place = StorePlace(tmp_path, "M001")
    vault_of(place).change(PASSPHRASE, "new one")
    store = await open_store(place, vault_of(place), "new one")
    assert await store.read(lambda c: read_setting(c, "colour")) == "red"
    await store.close()


@pytest.mark.parametrize("place_of_fault", ["head", "cut"])
async def test_damaged_file_is_told_and_left_where_it_is(
    tmp_path: Path, place_of_fault: str
) -> None:
    async with open_desk(tmp_path):
        pass
    place = StorePlace(tmp_path, "M001")
    raw = bytearray(place.file.read_bytes())
    raw[100:200] = bytes(100)
    place.file.write_bytes(raw if place_of_fault == "head" else raw[:1000])
    damaged = place.file.read_bytes()
    with pytest.raises(ExpectedFailure) as told:
        await open_store(place, vault_of(place), PASSPHRASE)
    assert told.value.code == "STORE_DAMAGED"
    assert "重新同步" in told.value.advice
    assert place.file.read_bytes() == damaged


async def test_damaged_file_set_aside_makes_room_for_a_new_store(tmp_path: Path) -> None:
    async with open_desk(tmp_path):
        pass
    place = StorePlace(tmp_path, "M001")
    place.file.write_bytes(b"x" * 4096)
    aside = set_aside(place, "20230201", record=vault_of(place).record())
    async with open_desk(tmp_path) as desk:
        assert await desk.store.read(_count_clients) == 0
    assert aside.read_bytes() == b"x" * 4096
    assert aside.with_suffix(".key").exists()


async def test_damaged_key_file_is_told(tmp_path: Path) -> None:
    async with open_desk(tmp_path):
        pass
    place = StorePlace(tmp_path, "M001")
    place.key_file.write_text("{}")
    with pytest.raises(ExpectedFailure) as told:
        await open_store(place, vault_of(place), PASSPHRASE)
    assert told.value.code == "KEY_FILE_DAMAGED"


async def test_lost_key_file_never_makes_a_new_key_over_an_old_store(tmp_path: Path) -> None:
    async with open_desk(tmp_path):
        pass
    place = StorePlace(tmp_path, "M001")
    place.key_file.unlink()
    with pytest.raises(ExpectedFailure) as told:
        await open_store(place, vault_of(place), PASSPHRASE)
    assert told.value.code == "KEY_FILE_MISSING"


async def test_work_that_raises_leaves_nothing(tmp_path: Path) -> None:
    def work(connection: Connection) -> None:
        write_rows(connection, CLIENT, [a_client("C1")])
        raise KeyError("stop")

    async with open_desk(tmp_path) as desk:
        with pytest.raises(KeyError):
            await desk.store.write(work)
        assert await desk.store.read(_count_clients) == 0


async def test_readers_cannot_write(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        with pytest.raises(ExpectedFailure) as told:
            await desk.store.read(lambda c: write_rows(c, CLIENT, [a_client("C1")]))
        assert told.value.code == "STORE_READONLY"


async def test_many_writers_and_readers_at_once_lose_nothing(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        jobs = [
            desk.store.write(lambda c, n=n: write_rows(c, CLIENT, [a_client(f"C{n}")]))  # type: ignore[misc]
            for n in range(40)
        ]
        reads = [desk.store.read(_count_clients) for _ in range(40)]
        await asyncio.gather(*jobs, *reads)
        assert await desk.store.read(_count_clients) == 40


async def test_store_of_a_newer_program_is_not_touched(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.store.write(lambda c: write_setting(c, "schema_version", "99"))
    place = StorePlace(tmp_path, "M001")
    with pytest.raises(ExpectedFailure) as told:
        await open_store(place, vault_of(place), PASSPHRASE)
    assert told.value.code == "STORE_NEWER"


def _count_clients(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(CLIENT)).scalar_one()
