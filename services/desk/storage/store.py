"""The open store: one writer thread, a few readers, and the way to open and to close it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine

from services.desk.storage.faults import store_faults
from services.desk.storage.file.cipher import CipherFile, read_engine, write_engine
from services.desk.storage.file.place import StorePlace, make_private
from services.desk.storage.keys.vault import Vault
from services.desk.storage.rows import read_setting
from services.desk.storage.schema import prepare_schema
from services.desk.storage.search.index import renew_search

T = TypeVar("T")

READERS = 2


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
        return await _run(self._writer, self._sure, _indexed(work))

    async def write_batch(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in one transaction without waiting for the disk."""
        return await _run(self._writer, self._batch, _indexed(work))

    async def write_part(self, work: Callable[[Connection], T]) -> T:
        """As ``write_batch``, leaving the words of the search index to the next other write."""
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


def _indexed(work: Callable[[Connection], T]) -> Callable[[Connection], T]:
    """Do ``work``, then bring the search index up to it."""

    def worked(connection: Connection) -> T:
        result = work(connection)
        renew_search(connection)
        return result

    return worked


async def open_store(place: StorePlace, vault: Vault, passphrase: str) -> LocalStore:
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


def _key(place: StorePlace, vault: Vault, passphrase: str) -> bytes:
    if vault.exists() or place.file.exists():
        key = vault.unlock(passphrase)
    else:
        key = vault.create(passphrase)
    make_private(place.file)
    return key
