"""Forgets what every desk has had time to fetch: old change-log rows, answered commands, answers;
and what is kept of people for imports that cannot be taken back any more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import TextClause, func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.tables.central import STREAM_MARK
from services.central.session import WORKER, acting

KEEP_DAYS = 14
UNDO_DAYS = 30
_ROWS_AT_ONCE = 10_000

_MARK = text("SELECT mark_streams(:day)")
_GIVE_UP = text("SELECT give_up_changes(:day)")
_DROP_CHANGES = text("SELECT drop_changes(:most)")
_DROP_ANSWERED = text("SELECT drop_commands(:day, :most)")
_DROP_ANSWERS = text("SELECT drop_answers(:day, :most)")
_DROP_PARTS = text("SELECT drop_parts(:day)")
_EMPTY_ROWS = text("SELECT empty_import_rows(:day)")


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows went; ``import_rows`` were emptied of what they held of people."""

    changes: int = 0
    commands: int = 0
    answers: int = 0
    parts: int = 0
    import_rows: int = 0


@dataclass(frozen=True, slots=True)
class Keeping:
    """``days`` for desks to fetch, ``undo_days`` for imports to be taken back."""

    days: int = KEEP_DAYS
    undo_days: int = UNDO_DAYS


_KEEPING = Keeping()


async def mark_day(engine: AsyncEngine, today: date) -> bool:
    """Note where the streams stand today; False when a worker has done so before."""
    async with acting(engine, WORKER) as connection:
        return bool(await connection.scalar(_MARK, {"day": today.isoformat()}))


async def newest_mark(engine: AsyncEngine) -> date | None:
    """Return the last day that was noted, with the owner's rights; None = never."""
    async with engine.connect() as connection:
        day = await connection.scalar(select(func.max(STREAM_MARK.c.day)))
    return date.fromisoformat(day) if day else None


async def prune(engine: AsyncEngine, today: date, keeping: Keeping = _KEEPING) -> Pruned:
    """Give up what is older than is to be kept, in short transactions; 0 days = all there is.

    A desk that was away longer fetches its streams anew and pushes what it has no answer to; an
    answered command that comes again still gets its first answer, and is not done again.
    """
    await mark_day(engine, today)
    until = (today - timedelta(days=keeping.days)).isoformat()
    before = (today - timedelta(days=keeping.days - 1)).isoformat()
    undone = (today - timedelta(days=keeping.undo_days)).isoformat()
    async with acting(engine, WORKER) as connection:
        await connection.execute(_GIVE_UP, {"day": until})
    most: dict[str, object] = {"day": before, "most": _ROWS_AT_ONCE}
    changes = await _all_of(engine, _DROP_CHANGES, {"most": _ROWS_AT_ONCE})
    # Answers first: a command that is answered meanwhile would lose its answer and stay in the
    # inbox, where coming again it would be taken for known and never be told it.
    answers = await _all_of(engine, _DROP_ANSWERS, most)
    return Pruned(
        changes=changes,
        commands=await _all_of(engine, _DROP_ANSWERED, most),
        answers=answers,
        parts=await _all_of(engine, _DROP_PARTS, {"day": before}),
        import_rows=await _all_of(engine, _EMPTY_ROWS, {"day": undone}),
    )


async def _all_of(engine: AsyncEngine, statement: TextClause, asked: Mapping[str, object]) -> int:
    """Run a statement, a transaction each time, until it finds nothing more."""
    total = 0
    while done := await _once(engine, statement, asked):
        total += done
    return total


async def _once(engine: AsyncEngine, statement: TextClause, asked: Mapping[str, object]) -> int:
    async with acting(engine, WORKER) as connection:
        return int(await connection.scalar(statement, asked) or 0)
