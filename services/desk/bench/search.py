"""How quick a search in the encrypted store is, against LIKE over the same file."""

import asyncio
import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median

from sqlalchemy import Connection, select

from models.tables.firm import ACCOUNT, CLIENT
from models.tables.local import SEARCH_INDEX
from services.desk.bench.clients import DrawName, MadeUp, make_clients
from services.desk.bench.timing import Spread, seconds, spread_of
from services.desk.storage.file.cipher import CipherFile
from services.desk.storage.keys.vault import KEY_BYTES
from services.desk.storage.rows import Row, write_rows
from services.desk.storage.search.find import find_clients
from services.desk.storage.store import LocalStore

SHOWN = 50
_BATCH = 5_000
_ASKED, _LIKE_ASKED = 1_000, 8
_ROUNDS = 3  # each text is asked as often, all others of its kind between
_PLAIN_BYTES = 256 * 1024  # hashed in about the time of a search
_TIER_ORDER = "instr('ordinary silver gold platinum', tier)"


@dataclass(frozen=True, slots=True)
class Kind:
    """Texts of one kind, drawn from the clients, and the columns a LIKE must look through."""

    name: str
    typed: Callable[[Row, str], str]  # of a client and his account
    columns: tuple[str, ...]
    pattern: str = "%{}%"


@dataclass(frozen=True, slots=True)
class KindFigures:
    """One kind's microseconds: in the store, through the desk's reader threads, LIKE's median."""

    store: Spread
    desk: Spread
    like_p50: float
    ratio: float
    found: int


@dataclass(frozen=True, slots=True)
class SearchFigures:
    """All of it; the worst and the least over all kinds.

    ``machine`` is a fixed piece of plain work done as often between the kinds: how far its p99 is
    from its p50 is how far the machine alone moves a time of this length.
    """

    clients: int
    build_seconds: float
    file_mb: float
    index_mb: float
    kinds: dict[str, KindFigures]
    worst_p99_us: float
    worst_p99_own_us: float
    machine: Spread
    least_ratio: float


_SPELLED = ("pinyin", "initials")
_NUMBERS = ("mobile", "account")


def _kinds() -> Iterator[Kind]:
    for length in (1, 2, 3):
        yield Kind(f"name {length}", _part("name", slice(length)), ("name",))
    for length in (1, 2, 3):
        yield Kind(f"initials {length}", _part("initials", slice(length)), _SPELLED)
    yield Kind("surname pinyin", lambda client, _: str(client["pinyin"]).split()[0], _SPELLED)
    yield Kind("pinyin", lambda client, _: _whole_pinyin(client), _SPELLED)
    for length in (1, 2, 3, 4):
        tail = _part("mobile", slice(-length, None))
        yield Kind(f"phone tail {length}", tail, _NUMBERS, "%{}")
    yield Kind("account tail 4", lambda _, account: account[-4:], _NUMBERS, "%{}")
    yield Kind("account", lambda _, account: account, _NUMBERS)
    yield Kind("miss name", lambda client, _: f"{client['name']}龘", ("name",))
    yield Kind("miss letters", lambda client, _: f"{client['initials']}vv", _SPELLED)
    yield Kind("miss number", lambda client, _: f"{client['mobile']}0000", _NUMBERS)


def _part(column: str, part: slice) -> Callable[[Row, str], str]:
    return lambda client, _: str(client[column])[part]


def _whole_pinyin(client: Row) -> str:
    return str(client["pinyin"]).split(",")[0].replace(" ", "")


def measure_search(folder: Path, clients: int, draw: DrawName) -> SearchFigures:
    """Build a store of made-up clients in ``folder`` and search in it."""
    return asyncio.run(_measure(folder, clients, draw))


async def _measure(folder: Path, count: int, draw: DrawName) -> SearchFigures:
    made = make_clients(count, draw)
    store = LocalStore(CipherFile(folder / "search.db", secrets.token_bytes(KEY_BYTES)))
    try:
        await store.prepare()
        loop = asyncio.get_running_loop()
        began = loop.time()
        await _fill(store, made)
        built = loop.time() - began
        index_mb = await store.read(_index_mb)
        kinds, plain = {}, []
        for kind in _kinds():
            kinds[kind.name] = await _kind(store, kind, made)
            plain += await store.read(lambda _: _plain_work())
    finally:
        await store.close()
    return SearchFigures(
        clients=count,
        build_seconds=round(built, 2),
        file_mb=round((folder / "search.db").stat().st_size / 1e6, 1),
        index_mb=index_mb,
        kinds=kinds,
        worst_p99_us=max(kind.store.p99 for kind in kinds.values()),
        worst_p99_own_us=max(kind.store.p99_own for kind in kinds.values()),
        machine=spread_of([plain]),
        least_ratio=min(kind.ratio for kind in kinds.values()),
    )


async def _fill(store: LocalStore, made: tuple[MadeUp, MadeUp]) -> None:
    clients, accounts = made
    for start in range(0, len(accounts.rows), _BATCH):
        part = slice(start, start + _BATCH)
        await store.write_batch(lambda c, part=part: _write(c, clients, accounts, part))  # type: ignore[misc]


def _write(connection: Connection, clients: MadeUp, accounts: MadeUp, part: slice) -> None:
    write_rows(connection, CLIENT, clients.rows[part])
    write_rows(connection, ACCOUNT, accounts.rows[part])


async def _kind(store: LocalStore, kind: Kind, made: tuple[MadeUp, MadeUp]) -> KindFigures:
    rng = Random(kind.name)
    clients, accounts = made
    drawn = [rng.randrange(len(clients.rows)) for _ in range(_ASKED)]
    texts = [kind.typed(clients.rows[n], str(accounts.rows[n]["account"])) for n in drawn]
    inside, found = await store.read(lambda c: _in_store(c, texts))
    like = await store.read(lambda c: _like(c, kind, texts[:_LIKE_ASKED]))
    desk = await _through_desk(store, texts)
    return KindFigures(
        store=inside,
        desk=desk,
        like_p50=like,
        ratio=round(like / inside.p50, 1),
        found=found,
    )


def _in_store(connection: Connection, texts: list[str]) -> tuple[Spread, int]:
    rounds = [
        [seconds(lambda text=text: find_clients(connection, text, SHOWN)) for text in texts]  # type: ignore[misc]
        for _ in range(_ROUNDS)
    ]
    found = [sum(map(len, find_clients(connection, text, SHOWN))) for text in texts]
    return spread_of(rounds), int(median(found))


async def _through_desk(store: LocalStore, texts: list[str]) -> Spread:
    return spread_of([[await _one_read(store, text) for text in texts] for _ in range(_ROUNDS)])


async def _one_read(store: LocalStore, text: str) -> float:
    began = time.perf_counter()
    await store.read(lambda c: find_clients(c, text, SHOWN))
    return time.perf_counter() - began


def _plain_work() -> list[float]:
    block = bytes(_PLAIN_BYTES)
    return [seconds(lambda: hashlib.sha256(block)) for _ in range(_ASKED)]


def _like(connection: Connection, kind: Kind, texts: list[str]) -> float:
    """Median microseconds of the same question, ranked and cut the same way, by LIKE."""
    own = [column for column in kind.columns if column != ACCOUNT.c.account.name]
    tests = [f"{column} LIKE ?" for column in own]
    if len(own) < len(kind.columns):
        tests.append("client_id IN (SELECT client_id FROM account WHERE account LIKE ?)")
    statement = (
        f"SELECT client_id FROM client WHERE {' OR '.join(tests)}"
        f" ORDER BY {_TIER_ORDER} DESC, average_assets_cents DESC LIMIT {SHOWN}"
    )
    calls = [
        seconds(lambda text=text: connection.exec_driver_sql(  # type: ignore[misc]
            statement, (kind.pattern.format(text),) * len(tests)).all())
        for text in texts
    ]  # fmt: skip
    return round(median(calls) * 1_000_000, 1)


def _index_mb(connection: Connection) -> float:
    size = connection.exec_driver_sql(f"SELECT sum(length(block)) FROM {SEARCH_INDEX}_data")
    assert connection.execute(select(CLIENT.c.client_id).limit(1)).first()
    return round(int(size.scalar_one()) / 1e6, 1)
