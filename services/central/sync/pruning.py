"""Forgets what every desk has had time to fetch: old change-log rows, answered commands."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.tables.central import STREAM_MARK
from services.central.session import WORKER, acting

KEEP_DAYS = 14
_ROWS_AT_ONCE = 10_000

_MARK = text("SELECT mark_streams(:day)")
_GIVE_UP = text("SELECT give_up_changes(:day)")
_DROP_CHANGES = text("SELECT drop_changes(:most)")
_DROP_ANSWERED = text("SELECT drop_answered(:day, :most)")


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows went."""

    changes: int = 0
    commands: int = 0


async def mark_day(engine: AsyncEngine, today: date) -> bool:
    """Note where the streams stand today; False when a worker has done so before."""
    async with acting(engine, WORKER) as connection:
        return bool(await connection.scalar(_MARK, {"day": today.isoformat()}))


async def newest_mark(engine: AsyncEngine) -> date | None:
    """Return the last day that was noted, with the owner's rights; None = never."""
    async with engine.connect() as connection:
        day = await connection.scalar(select(func.max(STREAM_MARK.c.day)))
    return date.fromisoformat(day) if day else None


async def prune(engine: AsyncEngine, today: date, keep_days: int = KEEP_DAYS) -> Pruned:
    """Give up what is older than ``keep_days``, in short transactions; 0 = all there is.

    A desk that was away longer fetches its streams anew; an answered command that comes again
    still gets its first answer.
    """
    await mark_day(engine, today)
    until = (today - timedelta(days=keep_days)).isoformat()
    before = (today - timedelta(days=keep_days - 1)).isoformat()
    async with acting(engine, WORKER) as connection:
        await connection.execute(_GIVE_UP, {"day": until})
    changes = commands = 0
    while dropped := await _drop_changes(engine):
        changes += dropped
    while dropped := await _drop_answered(engine, before):
        commands += dropped
    return Pruned(changes, commands)


async def _drop_changes(engine: AsyncEngine) -> int:
    async with acting(engine, WORKER) as connection:
        return int(await connection.scalar(_DROP_CHANGES, {"most": _ROWS_AT_ONCE}) or 0)


async def _drop_answered(engine: AsyncEngine, before: str) -> int:
    asked = {"day": before, "most": _ROWS_AT_ONCE}
    async with acting(engine, WORKER) as connection:
        return int(await connection.scalar(_DROP_ANSWERED, asked) or 0)
