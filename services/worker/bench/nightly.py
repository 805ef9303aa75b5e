"""Runs the nights' heaviest steps and their bare twins on one firm, one after the other."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import asyncpg

from models.dates import BEIJING
from models.errors import ExpectedFailure
from services.central.connection import driver_url, open_engine
from services.central.embedded import start_embedded, stop_embedded
from services.central.migrations.runner import migrate
from services.rules.loader import load_calendar
from services.worker.bench import bare
from services.worker.bench.firm import DAY, Scale, make_firm, year_before
from services.worker.nights.alerts.holdings import ALERTS
from services.worker.nights.alerts.scan import SCAN
from services.worker.nights.book import DONE
from services.worker.nights.clients.figures import FIGURES
from services.worker.nights.clients.rating import RATING
from services.worker.nights.clients.tiers import TIERS
from services.worker.nights.points.commission import COMMISSION
from services.worker.nights.run import Nights
from services.worker.nights.step import Step

Tell = Callable[[str], None]
_WINDOW = 20


@dataclass(frozen=True, slots=True)
class _Evening:
    """A clock that stands at half past six."""

    moment: datetime = field(
        default_factory=lambda: datetime(DAY.year, DAY.month, DAY.day, 18, 30, tzinfo=BEIJING)
    )

    def now(self) -> datetime:
        """Beijing time."""
        return self.moment


async def measure_nights(scale: Scale, tell: Tell) -> dict[str, object]:
    """Return seconds and ratios; the bare twin runs before and after ours, the mean counts."""
    async with _database() as url:
        connection = await asyncpg.connect(driver_url(url))
        try:
            tell("生成合成数据")
            await make_firm(connection, scale)
            return await _measure(url, connection, scale, tell)
        finally:
            await connection.close()


async def _measure(
    url: str, connection: "Connection", scale: Scale, tell: Tell
) -> dict[str, object]:
    calendar, today = load_calendar(), DAY.isoformat()
    window = calendar.moved(DAY, 1 - _WINDOW).isoformat()
    rating = ((bare.RATE[0], (window, today, year_before(DAY))), (bare.RATE[1], (today,)))
    posting = ((bare.POST[0], (today,)), (bare.POST[1], ()))
    tell("客户评级")
    rated = await _compare(url, connection, (FIGURES, RATING, TIERS), rating)
    tell("积分入账")
    posted = await _compare(url, connection, (COMMISSION,), posting)
    tell("提醒")
    alerts = await _nights_seconds(url, connection, (ALERTS, SCAN))
    counted = await connection.fetchrow(
        "SELECT (SELECT count(*) FROM points_entry) AS posted,"
        " (SELECT count(*) FROM client_tier WHERE starts_on > $1) AS changed,"
        " (SELECT count(*) FROM client_alert) AS alerts",
        today,
    )
    assert counted is not None
    return {
        "clients": scale.clients,
        "entries": counted["posted"],
        **{f"posting_{name}": value for name, value in posted.items()},
        **{f"rating_{name}": value for name, value in rated.items()},
        "rating_tiers_changed": counted["changed"],
        "alerts_seconds": round(alerts, 2),
        "alerts": counted["alerts"],
    }


Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Twin: TypeAlias = Sequence[tuple[str, tuple[str, ...]]]


async def _compare(
    url: str, connection: Connection, steps: Sequence[Step], twin: Twin
) -> dict[str, float]:
    for copy in ("bare_before", "bare_after"):
        await bare.copy_tables(connection, copy)
    before = await _bare_seconds(connection, twin, "bare_before")
    ours = await _nights_seconds(url, connection, steps)
    after = await _bare_seconds(connection, twin, "bare_after")
    mean = (before + after) / 2
    return {
        "seconds": round(ours, 2),
        "bare_seconds": round(mean, 2),
        "to_bare": round(ours / mean, 2),
    }


async def _bare_seconds(connection: Connection, twin: Twin, copy: str) -> float:
    await _settle(connection)
    started = time.perf_counter()
    async with connection.transaction():
        await connection.execute("SET LOCAL work_mem = '128MB'")
        await connection.execute("SET LOCAL jit = off")
        for sql, values in twin:
            await connection.execute(sql.format(bare=copy), *values)
    return time.perf_counter() - started


async def _nights_seconds(url: str, connection: Connection, steps: Sequence[Step]) -> float:
    await _settle(connection)
    engine = open_engine(url)
    try:
        started = time.perf_counter()
        report = await Nights(engine, _Evening(), steps).run(DAY)
        seconds = time.perf_counter() - started
    finally:
        await engine.dispose()
    missed = [step.step for step in report.steps if step.state != DONE]
    if missed:
        raise ExpectedFailure("测速没有完成", f"未完成的步骤:{missed}", "BENCH_FAILED")
    return seconds


async def _settle(connection: Connection) -> None:
    """Write out what earlier measures left in memory, so that none pays for another."""
    await connection.execute("VACUUM ANALYZE")
    await connection.execute("CHECKPOINT")


@asynccontextmanager
async def _database() -> AsyncIterator[str]:
    """A server of its own, thrown away afterwards."""
    home = Path(tempfile.mkdtemp(prefix="nightly"))
    try:
        server = await asyncio.to_thread(start_embedded, home / "pg")
        engine = open_engine(server.url)
        try:
            await migrate(engine)
        finally:
            await engine.dispose()
        yield server.url
    finally:
        await asyncio.to_thread(stop_embedded, home / "pg")
        shutil.rmtree(home, ignore_errors=True)
