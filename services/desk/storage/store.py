"""The open store: one writer thread, a few readers, and the way to open and to close it."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine

from services.desk.storage.cipher import CipherFile, read_engine, write_engine
from services.desk.storage.faults import store_faults
from services.desk.storage.key_vault import KeyVault
from services.desk.storage.rows import read_setting
from services.desk.storage.schema import prepare_schema

T = TypeVar("T")

READERS = 2
_SIDE_FILES = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class StorePlace:
    """Files of one person's store in the desk's store folder."""

    folder: Path
    staff_id: str

    @property
    def file(self) -> Path:
        """The encrypted database."""
        return self.folder / f"{self.staff_id}.db"

    @property
    def key_file(self) -> Path:
        """Its key, wrapped by the sign-in passphrase."""
        return self.folder / f"{self.staff_id}.key"


class LocalStore:
    """Runs work on the store off the loop: writes one after the other, reads beside them.

    ``write`` is safe on the disk when it returns; ``write_batch`` may be lost in a power cut (what
    can be fetched again) but is never torn. Both are one transaction each.
    """

    def __init__(self, source: CipherFile) -> None:
        self._writer = ThreadPoolExecutor(1, "store-writer")
        self._readers = ThreadPoolExecutor(READERS, "store-reader")
        self._sure = write_engine(source, synchronous="FULL")
        self._batch = write_engine(source, synchronous="NORMAL")
        self._read = read_engine(source, pool_size=READERS)
        self.birth = ""

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in one lasting transaction; anything it raises undoes all of it."""
        return await _run(self._writer, self._sure, work)

    async def write_batch(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in one transaction without waiting for the disk."""
        return await _run(self._writer, self._batch, work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` on one unchanging state of the store."""
        return await _run(self._readers, self._read, work)

    async def prepare(self) -> None:
        """Make or bring up the tables; first thing after opening."""
        await self.write(prepare_schema)
        self.birth = await self.read(lambda connection: read_setting(connection, "birth"))

    async def close(self) -> None:
        """Let running work end, then close all connections and threads."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._writer, self._finish)
        self._writer.shutdown()

    def _finish(self) -> None:
        self._readers.shutdown()
        for engine in (self._read, self._batch, self._sure):
            engine.dispose()


async def _run(pool: ThreadPoolExecutor, engine: Engine, work: Callable[[Connection], T]) -> T:
    def transact() -> T:
        with store_faults(), engine.begin() as connection:
            return work(connection)

    return await asyncio.get_running_loop().run_in_executor(pool, transact)


def store_exists(place: StorePlace) -> bool:
    """Whether this person has a store on this machine."""
    return place.file.exists()


async def open_store(place: StorePlace, vault: KeyVault, passphrase: str) -> LocalStore:
    """Open the person's store, made new where there is none yet.

    Raises ExpectedFailure WRONG_PASSPHRASE, KEY_FILE_DAMAGED, KEY_FILE_MISSING, STORE_DAMAGED
    (nothing is moved aside by itself: see ``set_aside``), STORE_NEWER, STORE_READONLY.
    """
    with ThreadPoolExecutor(1, "store-key") as pool:
        loop = asyncio.get_running_loop()
        key = await loop.run_in_executor(pool, _key, place, vault, passphrase)
    store = LocalStore(CipherFile(place.file, key))
    try:
        await store.prepare()
    except BaseException:
        await store.close()
        raise
    return store


def _key(place: StorePlace, vault: KeyVault, passphrase: str) -> bytes:
    if vault.exists() or place.file.exists():
        key = vault.unlock(passphrase)
    else:
        key = vault.create(passphrase)
    _make_private(place.file)
    return key


def _make_private(file: Path) -> None:
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))


def set_aside(place: StorePlace, stamp: str) -> Path:
    """Move a damaged store aside, with a copy of its key; return the new file.

    Only on the person's word: commands that wait in it go with it. ``stamp`` marks the name.
    """
    target = place.file.with_name(f"{place.staff_id}.damaged-{stamp}.db")
    for suffix in _SIDE_FILES:
        source = place.file.with_name(place.file.name + suffix)
        if source.exists():
            source.replace(target.with_name(target.name + suffix))
    if place.key_file.exists():
        target.with_suffix(".key").write_bytes(place.key_file.read_bytes())
        target.with_suffix(".key").chmod(0o600)
    return target
