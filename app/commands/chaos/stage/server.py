"""The PostgreSQL under test, with a small demo firm in it: killed with -9 and brought back."""

import asyncio
import os
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from random import Random

import asyncpg
import psutil
from sqlalchemy import text

from app.central import DATABASE
from app.commands.chaos.stage.process import Broken
from models.errors import ExpectedFailure
from services.central.connection import (
    NIGHT_SECONDS,
    central_faults,
    central_url,
    driver_url,
    open_engine,
)
from services.central.demo.seeding import seed_demo
from services.central.embedded import find_embedded, start_embedded, stop_embedded
from services.central.migrations.runner import migrate
from services.central.reachability import ensure_database
from services.central.sync.pruning import Keeping, prune
from services.clock.clock import ReplayClock
from services.worker.loads.load import load_file
from services.worker.nights.run import Nights

_CLIENTS, _MANAGER_CLIENTS = 45, 15
LATE = date(2100, 1, 1)  # of the marks by which the trial itself prunes
_UNDO_DAYS = 50_000  # the verdict counts by what imports that stand have kept
_HEAL_TRIES, _HEAL_PAUSE_S = 60, 0.5
_PATIENCE_S = 3.0
_ANSWERS = text("SELECT count(*) FROM command_answer")
_GIVEN = text("SELECT count(*) FROM applied_command")
_BACKENDS = (
    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname = $1"
)
# Those in a transaction first: they hold locks.
_WORKING = (
    f"{_BACKENDS} AND pid <> pg_backend_pid() ORDER BY xact_start IS NULL, pid"
    " FETCH FIRST 3 ROWS ONLY"
)


@dataclass(slots=True)
class Server:
    """One cluster in ``folder``; ``url`` is the firm's database with the owner's rights."""

    folder: Path
    url: str = field(default="", repr=False)
    answers_pruned: int = 0
    _still: list[psutil.Process] = field(default_factory=list)

    @property
    def socket(self) -> str:
        """The socket file it listens on."""
        return f"{central_url(self.url).query['host']}/.s.PGSQL.5432"

    async def prepare(self, seed: int, today: date) -> None:
        """Start it, build the schema, fill in a small firm."""
        server = await asyncio.to_thread(start_embedded, self.folder)
        await ensure_database(server.url, DATABASE)
        self.url = server.url_of(DATABASE)
        engine = open_engine(self.url)
        try:
            await migrate(engine)
            await seed_demo(
                engine,
                seed=seed,
                clients=_CLIENTS,
                manager_clients=_MANAGER_CLIENTS,
                today=today,
                progress=lambda *_: None,
            )
        finally:
            await engine.dispose()

    async def ask(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        """Return the rows of one statement."""
        connection = await asyncpg.connect(driver_url(self.url))
        try:
            return list(await connection.fetch(query, *arguments))
        finally:
            await connection.close()

    async def load(self, kind: str, moment: datetime, raw: bytes) -> None:
        """Load a file for the whole firm; Broken unless every line of it came in."""
        engine = open_engine(self.url)
        try:
            report = await load_file(engine, moment, kind, f"{kind}.csv", raw)
        finally:
            await engine.dispose()
        if report.rejected or not report.added:
            raise Broken(f"试验文件 {kind} 未能载入:{report}")

    async def glance(self, queries: Sequence[str]) -> list[list[asyncpg.Record]] | None:
        """Return the rows of several statements; None where it cannot be asked just now."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                connection = await asyncpg.connect(driver_url(self.url))
                try:
                    return [list(await connection.fetch(query)) for query in queries]
                finally:
                    connection.terminate()
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return None

    def kill(self) -> None:
        """Kill the postmaster; its children find out by themselves."""
        running = find_embedded(self.folder)
        if running is not None:
            os.kill(running.pid, signal.SIGKILL)

    async def kill_backend(self, rng: Random) -> None:
        """Kill one connection's process: the server throws everybody out and recovers."""
        try:
            pids = [row["pid"] for row in await self.ask(_BACKENDS, DATABASE)]
            os.kill(rng.choice(pids), signal.SIGKILL)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return  # it is down already, which is as good

    def freeze(self) -> bool:
        """Let all of it stand still, connections open and locks held; False where none runs.

        The postmaster goes first: from then on it has no new children.
        """
        running = find_embedded(self.folder)
        if running is None:
            return False
        postmaster = psutil.Process(running.pid)
        self._stop(postmaster)
        for child in postmaster.children(recursive=True):
            self._stop(child)
        return True

    async def freeze_backend(self, rng: Random, database: str = DATABASE) -> bool:
        """Let one connection's process stand still in what it does; False where none can."""
        try:
            pids = [row["pid"] for row in await self.ask(_WORKING, database)]
            self._stop(psutil.Process(rng.choice(pids)))
        except (OSError, psutil.Error, asyncpg.PostgresError, asyncpg.InterfaceError, IndexError):
            return False
        return True

    def thaw(self) -> None:
        """Let what stands still go on; whoever has ended is left alone."""
        while self._still:
            with suppress(psutil.NoSuchProcess):
                self._still.pop().resume()

    def _stop(self, process: psutil.Process) -> None:
        with suppress(psutil.NoSuchProcess):
            process.suspend()
            self._still.append(process)

    async def prune(self) -> bool:
        """Give up everything that may be given up; False when the server cannot just now.

        ``answers_pruned`` counts the answers that were there before, those that came while it was
        at work among them: so many may be missing.
        """
        engine = open_engine(self.url)
        try:
            with central_faults():
                async with engine.connect() as connection:
                    self.answers_pruned += int(await connection.scalar(_ANSWERS) or 0)
                await prune(engine, LATE, Keeping(days=0, undo_days=_UNDO_DAYS))
                async with engine.connect() as connection:
                    given = int(await connection.scalar(_GIVEN) or 0)
                    self.answers_pruned = max(self.answers_pruned, given)
        except ExpectedFailure:
            return False
        finally:
            await engine.dispose()
        return True

    async def close_day(self, moment: datetime) -> None:
        """Run the night of the day once more, over all that has come since; waits for another."""
        engine = open_engine(self.url, command_seconds=NIGHT_SECONDS)
        nights = Nights(engine, ReplayClock(moment, time.time_ns()))
        try:
            for _ in range(_HEAL_TRIES):
                try:
                    await nights.run(moment.date(), again=True)
                except ExpectedFailure as failure:
                    if failure.code != "NIGHT_RUNNING":
                        raise
                    await asyncio.sleep(_HEAL_PAUSE_S)
                else:
                    return
        finally:
            await engine.dispose()
        raise Broken("夜间批处理没有让开")

    async def heal(self) -> None:
        """Return once it answers; start it where it does not run, thaw it where it is frozen."""
        self.thaw()
        for _ in range(_HEAL_TRIES):
            try:
                if find_embedded(self.folder) is None:
                    await asyncio.to_thread(start_embedded, self.folder)
                await self.ask("SELECT 1")
            except (ExpectedFailure, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(_HEAL_PAUSE_S)
            else:
                return
        raise Broken("PostgreSQL 没有恢复")

    async def stop(self) -> None:
        """Stop it for good; what is frozen would hold its memory and never end."""
        self.thaw()
        try:
            await asyncio.to_thread(stop_embedded, self.folder)
        except ExpectedFailure:
            self.kill()
