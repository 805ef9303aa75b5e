"""PostgreSQL, one hub and one worker as processes, and stores of desks beside them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import asyncpg

from app.central import DATABASE
from app.frame.places import Places
from app.frame.readiness import find_ready
from app.frame.supervisor import program
from services.central.connection import driver_url, open_engine
from services.central.demo.cast import BRANCH, PASSPHRASE
from services.central.demo.seeding import seed_demo
from services.central.embedded import start_embedded, stop_embedded
from services.central.migrations.runner import migrate
from services.central.reachability import ensure_database
from services.clock.clock import SystemClock
from services.desk.board.board import DeskBoard
from services.desk.board.changes import DeskChanges
from services.desk.storage.file.place import StorePlace
from services.desk.storage.keys.places import KeyFile
from services.desk.storage.keys.vault import KeyVault, ScryptCost
from services.desk.storage.store import LocalStore, open_store
from services.desk.sync.hub_client import SignInFacts
from services.desk.sync.line import HubLine, open_line
from services.desk.sync.outbox import Author, Outbox
from services.desk.sync.trust import Trust

STAFF = "M001"
TODAY = date(2023, 2, 1)
_CHEAP = ScryptCost(n=2**4)
_READY_S, _LOOK_S = 60.0, 0.05


@dataclass(frozen=True, slots=True)
class Firm:
    """The database and where the hub listens."""

    database_url: str
    hub_url: str
    trust: Trust

    @property
    def facts(self) -> SignInFacts:
        """How a desk signs in."""
        return SignInFacts((self.hub_url,), STAFF, PASSPHRASE, "bench", trust=self.trust)

    async def ask(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        """Return the rows of one statement, with the owner's rights."""
        connection = await asyncpg.connect(driver_url(self.database_url))
        try:
            return list(await connection.fetch(query, *arguments))
        finally:
            await connection.close()

    @asynccontextmanager
    async def line(self) -> AsyncIterator[HubLine]:
        """A signed-in line; nobody listens to its wake-ups."""
        async with open_line(self.hub_url, self.trust, lambda _: None) as line:
            await line.sign_in(self.facts.ask())
            yield line


@dataclass(frozen=True, slots=True)
class Desk:
    """An open store and what writes into it."""

    store: LocalStore
    changes: DeskChanges
    board: DeskBoard
    outbox: Outbox


@asynccontextmanager
async def opened_firm(root: Path) -> AsyncIterator[Firm]:
    """Give a small firm with a running hub."""
    server = await asyncio.to_thread(start_embedded, root / "pg")
    try:
        await ensure_database(server.url, DATABASE)
        url = server.url_of(DATABASE)
        await _fill(url)
        async with process(root / "hub", "hub", "--stdin-secret", secret=url) as ready:
            trust = Trust(Places(root / "hub").tls / "ca.pem")
            yield Firm(url, f"wss://127.0.0.1:{ready}", trust)
    finally:
        await asyncio.to_thread(stop_embedded, root / "pg")


@asynccontextmanager
async def process(home: Path, *words: str, secret: str) -> AsyncIterator[int]:
    """Run one of our processes; give its port."""
    running = await asyncio.create_subprocess_exec(
        *program(), "--home", str(home), *words, stdin=asyncio.subprocess.PIPE
    )
    assert running.stdin is not None
    running.stdin.write(secret.encode() + b"\n")
    try:
        async with asyncio.timeout(_READY_S):
            while (ready := find_ready(Places(home), words[0])) is None:
                await asyncio.sleep(_LOOK_S)
        yield ready.port
    finally:
        with contextlib.suppress(ProcessLookupError):
            running.terminate()
        await running.wait()


@asynccontextmanager
async def opened_desk(folder: Path) -> AsyncIterator[Desk]:
    """Make an empty store in ``folder``."""
    folder.mkdir(parents=True)
    place = StorePlace(folder, STAFF)
    store = await open_store(place, KeyVault(KeyFile(place.key_file), cost=_CHEAP), PASSPHRASE)
    changes = DeskChanges()
    board = DeskBoard(changes)
    author = Author(STAFF, BRANCH, "bench")
    outbox = Outbox(store=store, author=author, clock=SystemClock(), changes=changes, board=board)
    try:
        yield Desk(store, changes, board, outbox)
    finally:
        await store.close()


async def _fill(url: str) -> None:
    engine = open_engine(url)
    try:
        await migrate(engine)
        await seed_demo(
            engine,
            seed=1,
            clients=60,
            manager_clients=20,
            today=TODAY,
            progress=lambda *_: None,
        )
    finally:
        await engine.dispose()
