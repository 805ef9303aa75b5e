"""One writer and readers side by side, in one process and in two; a disk that runs full."""

import asyncio
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from models.errors import ExpectedFailure
from models.tables.firm import CLIENT
from services.desk.storage.file.cipher import CipherFile
from services.desk.storage.file.place import StorePlace
from services.desk.storage.rows import read_setting, write_rows, write_setting
from services.desk.storage.search.find import find_clients
from services.desk.storage.store import LocalStore
from tests.support.desk_data import PASSPHRASE, a_client, open_desk, vault_of

DEADLINE_S = 20.0


def count(connection: Connection) -> int:
    """How many clients there are."""
    return connection.execute(select(func.count()).select_from(CLIENT)).scalar_one()


async def test_a_reader_in_the_middle_of_its_work_holds_up_no_writer(tmp_path: Path) -> None:
    """The reader waits for the writer's commit and still sees the state it began with."""
    written = threading.Event()

    def read(connection: Connection) -> tuple[int, int]:
        before = count(connection)
        reading.set()
        assert written.wait(DEADLINE_S), "the writer waited for the reader"
        return before, count(connection)

    reading = threading.Event()
    async with open_desk(tmp_path) as desk:
        loop_reader = asyncio.create_task(desk.store.read(read))
        assert await asyncio.to_thread(reading.wait, DEADLINE_S)
        await desk.store.write(lambda c: write_rows(c, CLIENT, [a_client("C1")]))
        written.set()
        assert await loop_reader == (0, 0)
        assert await desk.store.read(count) == 1


async def test_a_writer_in_the_middle_of_its_work_holds_up_no_reader(tmp_path: Path) -> None:
    """The writer waits for the reader's answer; the reader sees nothing of the open work."""
    writing, answered = threading.Event(), threading.Event()

    def write(connection: Connection) -> None:
        write_rows(connection, CLIENT, [a_client("C1")])
        writing.set()
        assert answered.wait(DEADLINE_S), "the reader waited for the writer"

    async with open_desk(tmp_path) as desk:
        work = asyncio.create_task(desk.store.write(write))
        assert await asyncio.to_thread(writing.wait, DEADLINE_S)
        assert await desk.store.read(count) == 0
        assert await desk.store.read(lambda c: find_clients(c, "zs")) == ()
        answered.set()
        await work
        assert await desk.store.read(count) == 1
        assert await desk.store.read(lambda c: find_clients(c, "zs")) == (("C1",),)


async def test_another_process_may_read_while_the_desk_writes(tmp_path: Path) -> None:
    """As the backup does: another connection, opened while a transaction is open."""
    writing, answered = threading.Event(), threading.Event()

    def write(connection: Connection) -> None:
        write_rows(connection, CLIENT, [a_client("C1")])
        writing.set()
        assert answered.wait(DEADLINE_S)

    place = StorePlace(tmp_path, "M001")
    async with open_desk(tmp_path) as desk:
        work = asyncio.create_task(desk.store.write(write))
        assert await asyncio.to_thread(writing.wait, DEADLINE_S)
        other = LocalStore(CipherFile(place.file, vault_of(place).unlock(PASSPHRASE)))
        assert await other.read(count) == 0
        await other.close()
        answered.set()
        await work


async def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    """SQLite's own bound on pages stands for the disk: it fails with the same code."""
    async with open_desk(tmp_path) as desk:
        await desk.store.write(lambda c: write_setting(c, "colour", "red"))
        await desk.store.write(_fill_the_disk)
        rows = [a_client(f"C{n}", "王" * 400) for n in range(2_000)]
        with pytest.raises(ExpectedFailure) as told:
            await desk.store.write(lambda c: write_rows(c, CLIENT, rows))
        assert told.value.code == "STORE_FULL"
        assert await desk.store.read(count) == 0
        assert await desk.store.read(lambda c: read_setting(c, "colour")) == "red"
        await desk.store.write(_clear_the_disk)
        await desk.store.write(lambda c: write_rows(c, CLIENT, rows))
        assert await desk.store.read(count) == 2_000
        (found,) = await desk.store.read(lambda c: find_clients(c, "zs"))
        assert len(found) == 2_000
    async with open_desk(tmp_path) as desk:
        assert await desk.store.read(lambda c: read_setting(c, "colour")) == "red"


def _fill_the_disk(connection: Connection) -> None:
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 10}")


def _clear_the_disk(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA max_page_count=1000000")
