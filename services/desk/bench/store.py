"""How quick writing and reading through our own layer are, against the bare driver.

A: our layer, encrypted. B: bare statements on an encrypted file. C: the same on a plain file. The
three take turns, batch by batch, on new files of the same form, each on a thread beside the loop;
every figure is a median of the rounds' ratios.
"""

import asyncio
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table, select
from sqlcipher3 import dbapi2

from models.tables.firm import FIRM, HOLDING
from services.desk.bench.clients import ENTRIES, HOLDINGS, DrawName, MadeUp, make_clients, make_rest
from services.desk.bench.timing import Cost, Ratio, cost_of, middle_ratio
from services.desk.storage.file.cipher import CipherFile, set_up_connection, unlock_file
from services.desk.storage.keys.vault import KEY_BYTES
from services.desk.storage.rows import write_rows
from services.desk.storage.store import LocalStore

BATCH_ROWS = 1_000  # as the desk pulls them
ROUNDS = 5
_ROWS_A_CLIENT = 3 + HOLDINGS + ENTRIES
_FORM = (
    "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'index')"
    " AND name NOT LIKE 'client_search%' AND name NOT LIKE 'sqlite_%'"
)


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """Ratios of rates (ours over bare; 1.0 = as quick) and of times (encrypted over plain).

    ``write_*``: holdings, points, contacts. ``write_new_clients``: all of them new, each made
    searchable in the same transaction. ``write_known_clients``: the same again with other figures.
    """

    rows: int
    clients: int
    rounds: int
    layer_rows_per_second: int
    bare_rows_per_second: int
    write_layer_over_bare: Ratio
    write_new_clients_over_bare: Ratio
    write_known_clients_over_bare: Ratio
    write_encrypted_over_plain: Ratio
    read_layer_over_bare: Ratio
    read_encrypted_over_plain: Ratio


@dataclass(frozen=True, slots=True)
class _Batch:
    """Rows as our layer takes them and as the bare driver does."""

    made: MadeUp
    values: list[tuple[object, ...]]

    @property
    def table(self) -> Table:
        """Where they go."""
        return FIRM.tables[self.made.table]


_Work: TypeAlias = Sequence[_Batch | None]  # of one transaction


@dataclass(frozen=True, slots=True)
class _Turns:
    """What the same work cost each of the three."""

    layer: Cost = Cost()
    bare: Cost = Cost()
    plain: Cost = Cost()

    def __add__(self, other: "_Turns") -> "_Turns":
        return _Turns(self.layer + other.layer, self.bare + other.bare, self.plain + other.plain)


@dataclass(frozen=True, slots=True)
class _Round:
    """All work of one round."""

    write: _Turns
    new: _Turns
    known: _Turns
    read: _Turns


def measure_store(folder: Path, rows: int, draw: DrawName) -> StoreFigures:
    """Write and read ``rows`` rows in new files in ``folder``, round by round."""
    clients = max(rows // _ROWS_A_CLIENT, BATCH_ROWS)
    people, accounts = (_batches([made]) for made in make_clients(clients, draw))
    named = list(zip_longest(people, accounts))
    rest = [(batch,) for batch in _batches(tuple(make_rest(clients)))]
    rounds = [asyncio.run(_measure(_folder(folder, n), named, rest)) for n in range(ROUNDS)]
    return _figures(rounds, clients, sum(len(part.values) for (part,) in rest))


def _folder(folder: Path, number: int) -> Path:
    made = folder / f"round-{number}"
    made.mkdir()
    return made


def _figures(rounds: Sequence[_Round], clients: int, rows: int) -> StoreFigures:
    writes, reads = [one.write for one in rounds], [one.read for one in rounds]
    return StoreFigures(
        rows=rows,
        clients=clients,
        rounds=len(rounds),
        layer_rows_per_second=round(rows / median(one.layer.wall for one in writes)),
        bare_rows_per_second=round(rows / median(one.bare.wall for one in writes)),
        write_layer_over_bare=_ours(writes),
        write_new_clients_over_bare=_ours([one.new for one in rounds]),
        write_known_clients_over_bare=_ours([one.known for one in rounds]),
        write_encrypted_over_plain=_encrypted(writes),
        read_layer_over_bare=_ours(reads),
        read_encrypted_over_plain=_encrypted(reads),
    )


def _ours(turns: Sequence[_Turns]) -> Ratio:
    return middle_ratio([one.bare for one in turns], [one.layer for one in turns])


def _encrypted(turns: Sequence[_Turns]) -> Ratio:
    return middle_ratio([one.bare for one in turns], [one.plain for one in turns])


def _batches(tables: Sequence[MadeUp]) -> list[_Batch]:
    return [
        _Batch(part := MadeUp(one.table, one.rows[start : start + BATCH_ROWS]), _values(part))
        for one in tables
        for start in range(0, len(one.rows), BATCH_ROWS)
    ]


def _values(made: MadeUp) -> list[tuple[object, ...]]:
    names = [column.name for column in FIRM.tables[made.table].columns]
    return [tuple(row[name] for name in names) for row in made.rows]


class _Three:
    """One file each for our layer, the bare driver and the bare driver without encryption."""

    def __init__(self, store: LocalStore, folder: Path, form: list[str]) -> None:
        self._store = store
        self._bare = _Bare(folder / "bare.db", form, secrets.token_bytes(KEY_BYTES))
        self._plain = _Bare(folder / "plain.db", form, None)

    async def write(self, work: _Work) -> _Turns:
        """Write the batches in one transaction, three times, in turn."""
        return _Turns(
            await cost_of(self._store.write_batch(lambda c: _write_ours(c, work))),
            await cost_of(self._bare.write(work)),
            await cost_of(self._plain.write(work)),
        )

    async def read(self) -> _Turns:
        """Read all holdings three times, in turn."""
        return _Turns(
            await cost_of(self._store.read(lambda c: c.execute(select(HOLDING)).all())),
            await cost_of(self._bare.read()),
            await cost_of(self._plain.read()),
        )

    def close(self) -> None:
        """Close the bare files."""
        self._bare.close()
        self._plain.close()


class _Bare:
    """The driver alone, on its thread."""

    def __init__(self, file: Path, form: list[str], key: bytes | None) -> None:
        self._thread = ThreadPoolExecutor(1, "bare")
        self._connection = _open_bare(file, form, key)

    async def write(self, work: _Work) -> None:
        """One transaction with one statement a table."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._write, work)

    async def read(self) -> None:
        """All holdings, as they come."""
        statement = f"SELECT * FROM {HOLDING.name}"
        await asyncio.get_running_loop().run_in_executor(
            self._thread, lambda: self._connection.execute(statement).fetchall()
        )

    def close(self) -> None:
        """End the thread, close the file."""
        self._thread.shutdown()
        self._connection.close()

    def _write(self, work: _Work) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        for batch in filter(None, work):
            signs = ", ".join("?" * len(batch.table.columns))
            self._connection.executemany(
                f"INSERT OR REPLACE INTO {batch.table.name} VALUES ({signs})", batch.values
            )
        self._connection.execute("COMMIT")


def _write_ours(connection: Connection, work: _Work) -> None:
    for batch in filter(None, work):
        write_rows(connection, batch.table, batch.made.rows)


async def _measure(folder: Path, named: Sequence[_Work], rest: Sequence[_Work]) -> _Round:
    store = LocalStore(CipherFile(folder / "layer.db", secrets.token_bytes(KEY_BYTES)))
    await store.prepare()
    three = _Three(store, folder, await store.read(_form))
    try:
        write, new = await _all(three, rest), await _all(three, named)
        return _Round(write, new, await _all(three, named), await three.read())
    finally:
        three.close()
        await store.close()


async def _all(three: _Three, works: Sequence[_Work]) -> _Turns:
    turns = _Turns()
    for work in works:
        turns += await three.write(work)
    return turns


def _form(connection: Connection) -> list[str]:
    return [str(sql) for (sql,) in connection.exec_driver_sql(_FORM)]


def _open_bare(file: Path, form: list[str], key: bytes | None) -> Any:  # noqa: ANN401 -- sqlcipher3 has no type stubs
    connection = dbapi2.connect(str(file), isolation_level=None, check_same_thread=False)
    if key is not None:
        unlock_file(connection, key)
    set_up_connection(connection)
    connection.execute("PRAGMA synchronous=NORMAL")
    for statement in form:
        connection.execute(statement)
    return connection
