"""One embedded PostgreSQL for a test run; every test gets a fresh copy of a prepared database."""

import asyncio
import gzip
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.dates import BEIJING
from services.central.connection import driver_url, open_engine
from services.central.demo.seeding import seed_demo
from services.central.embedded import EmbeddedServer, start_embedded, stop_embedded
from services.central.migrations.runner import migrate

TODAY = date(2023, 2, 1)
CLIENTS, MANAGER_CLIENTS = 60, 24
_EMPTY, _DEMO = "template_empty", "template_demo"
_names = count(1)
_OLD_SCHEMAS = Path(__file__).parents[1] / "services/central/old_schemas"
OLD_REVISIONS = sorted(file.name.partition(".")[0] for file in _OLD_SCHEMAS.iterdir())


@dataclass(frozen=True, slots=True)
class FixedClock:
    """Stands still at 10:00 of the demo day."""

    moment: datetime = datetime(2023, 2, 1, 10, tzinfo=BEIJING)

    def now(self) -> datetime:
        """Beijing time."""
        return self.moment


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[EmbeddedServer]:
    """The running server with its two templates: an empty schema, a small demo firm."""
    home = Path(tempfile.mkdtemp(prefix="pg"))
    server = start_embedded(home / "pg")
    try:
        with ThreadPoolExecutor(1) as pool:  # on a loop of its own, whatever loop the test has
            pool.submit(asyncio.run, _prepare(server)).result()
        yield server
    finally:
        stop_embedded(home / "pg")
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def copies(postgres_server: EmbeddedServer) -> Iterator["Copies"]:
    """Copies of the templates, made and dropped beside the tests."""
    with ThreadPoolExecutor(1, "database-copies") as pool:
        yield Copies(postgres_server, pool)


@pytest.fixture
def empty_central(copies: "Copies") -> Iterator[str]:
    """Address of a migrated database without rows."""
    yield from copies.one_of(_EMPTY)


@pytest.fixture
def demo_central(copies: "Copies") -> Iterator[str]:
    """Address of a database with a small demo firm (seed 1)."""
    yield from copies.one_of(_DEMO)


@pytest.fixture
def bare_central(copies: "Copies") -> Iterator[str]:
    """Address of a database without any schema."""
    yield from copies.one_of("template1")


class Copies:
    """While a test has one copy of a template, the next is made: a second or so of work."""

    def __init__(self, server: EmbeddedServer, pool: ThreadPoolExecutor) -> None:
        self._server = server
        self._pool = pool
        self._next: dict[str, Future[str]] = {}

    def one_of(self, template: str) -> Iterator[str]:
        """Give the address of a copy that nobody else has."""
        copy = self._next.pop(template, None) or self._made(template)
        self._next[template] = self._made(template)
        name = copy.result()
        yield self._server.url_of(name)
        self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def _made(self, template: str) -> "Future[str]":
        name = f"test_{next(_names)}"
        return self._do(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY", name)

    def _do(self, statement: str, name: str = "") -> "Future[str]":
        def done() -> str:
            asyncio.run(ask(self._server.url, statement))
            return name

        return self._pool.submit(done)


@asynccontextmanager
async def engine_on(url: str) -> AsyncIterator[AsyncEngine]:
    """An engine with the owner's rights, closed at the end."""
    engine = open_engine(url)
    try:
        yield engine
    finally:
        await engine.dispose()


async def ask(url: str, query: str, *arguments: object) -> list[tuple[object, ...]]:
    """Rows of one statement, with the owner's rights."""
    connection = await asyncpg.connect(driver_url(url))
    try:
        return [tuple(row) for row in await connection.fetch(query, *arguments)]
    finally:
        await connection.close()


async def make_as_then(url: str, revision: str) -> None:
    """Make an empty database what the program of that revision made of it: its own statements."""
    connection = await asyncpg.connect(driver_url(url))
    try:
        for one in OLD_REVISIONS[: OLD_REVISIONS.index(revision) + 1]:
            script = gzip.decompress((_OLD_SCHEMAS / f"{one}.sql.gz").read_bytes())
            await connection.execute(script.decode())
    finally:
        await connection.close()


async def _prepare(server: EmbeddedServer) -> None:
    for statement in ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"):
        await ask(server.url, statement)
    await _template(server, _EMPTY, migrate)
    await _template(server, _DEMO, _seeded)


async def _template(
    server: EmbeddedServer, name: str, fill: Callable[[AsyncEngine], Awaitable[None]]
) -> None:
    await ask(server.url, f"CREATE DATABASE {name}")
    async with engine_on(server.url_of(name)) as engine:
        await fill(engine)


async def _seeded(engine: AsyncEngine) -> None:
    await migrate(engine)
    await seed_demo(
        engine,
        seed=1,
        clients=CLIENTS,
        manager_clients=MANAGER_CLIENTS,
        today=TODAY,
        progress=lambda *_: None,
    )
