"""Makes one copy of an approved export: its entry in the audit trail first, its hash after.

Three transactions: the first begins the copy and gives its mark, the second reads what the approval
allows, the third closes the copy. The file is not out before the third is committed: until then its
rows go, a batch at a time, into a file without a name.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from os import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import IO

from sqlalchemy import RowMapping, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.dates import moment_text
from models.files.kinds import EXPORT_TITLES, ExportContent
from models.tables.files import EXPORT_GRANT
from services.central.privacy.contents import CONTENTS
from services.central.privacy.refusals import refusals
from services.central.session import Actor, acting
from services.files.writing.files import begin_file
from services.files.writing.marks import mark_text, prints_of
from services.files.writing.sheet import Cell, Sheet, form_of

_BEGIN = text("SELECT export_id, mark FROM begin_export(:branch_id, :approval_id, :name, :at)")
_FINISH = text("SELECT finish_export(:branch_id, :export_id, :columns, :rows, :hash, :prints, :at)")
_TAKE = text("SELECT take_export(:branch_id, :export_id, :hash, :at)")
_BATCH = 1_000  # rows in memory at once
_IN_MEMORY_BYTES = 4 * 1024 * 1024  # a larger file waits on disk, in a file that has no name
_READ_BYTES = 1024 * 1024
_ADVICE = {
    "EXPORT_NOT_APPROVED": "没有您的、已通过复核的该项导出",
    "EXPORT_OVER": "该导出已过期限,请重新申请",
    "EXPORT_GROWN": "符合条件的客户已多于复核时的数量,请重新申请",
    "PRACTICE_FIRM": "这是演练环境,任何资料都不能带出",
    "EXPORT_NOT_LOGGED": "该次导出已结束或超时,请重新导出",
}


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A finished copy; ``mark`` names it. Its bytes stand in an open file without a name, which is
    gone when it is closed."""

    export_id: str
    mark: str
    rows: int
    file_hash: str
    size: int
    file: IO[bytes]

    def parts(self, part_bytes: int, after: int = 0) -> Iterator[bytes]:
        """Return the bytes after the first ``after``, at most so many at once.

        Several may read at once: each part is looked for by its place.
        """
        while part := self._part(after, part_bytes):
            yield part
            after += len(part)

    def close(self) -> None:
        """Let the bytes go."""
        self.file.close()

    def _part(self, after: int, part_bytes: int) -> bytes:
        self.file.seek(after)
        return self.file.read(part_bytes)


@dataclass(frozen=True, slots=True)
class Taken:
    """A copy of which all has arrived, with this hash."""

    export_id: str
    file_hash: str
    now: datetime


@asynccontextmanager
async def make_export(
    engine: AsyncEngine, actor: Actor, approval_id: str, name: str, now: datetime
) -> AsyncIterator[ExportedFile]:
    """As ``make_copy``; the file is gone after the block."""
    made = await make_copy(engine, actor, approval_id, name, now)
    try:
        yield made
    finally:
        made.close()


async def make_copy(
    engine: AsyncEngine, actor: Actor, approval_id: str, name: str, now: datetime
) -> ExportedFile:
    """Make the file that ``name`` says the form of, row by row; who gets it closes it.

    Raises ExpectedFailure EXPORT_FORM, EXPORT_NOT_APPROVED, EXPORT_OVER, EXPORT_GROWN.
    """
    form_of(name)
    told: dict[str, object] = {
        "branch_id": actor.branch_id,
        "approval_id": approval_id,
        "name": name,
        "at": moment_text(now),
    }
    with ExitStack() as unfinished, refusals("不能导出", _ADVICE):
        file = unfinished.enter_context(SpooledTemporaryFile(_IN_MEMORY_BYTES))
        async with acting(engine, actor) as connection:
            export_id, mark = (await connection.execute(_BEGIN, told)).one()
        written = await _write(engine, actor, told | {"export_id": export_id, "mark": mark}, file)
        made = await asyncio.to_thread(_measured, export_id, mark, written.rows, file)
        async with acting(engine, actor) as connection:
            await connection.execute(_FINISH, told | _closing(made, written))
        unfinished.pop_all()
    return made


async def take_export(engine: AsyncEngine, actor: Actor, taken: Taken) -> None:
    """Write down that the whole file has arrived, once; ExpectedFailure EXPORT_NOT_LOGGED."""
    told = {
        "branch_id": actor.branch_id,
        "export_id": taken.export_id,
        "hash": taken.file_hash,
        "at": moment_text(taken.now),
    }
    with refusals("不能导出", _ADVICE):
        async with acting(engine, actor) as connection:
            await connection.execute(_TAKE, told)


@dataclass(slots=True)
class _Written:
    """What a file holds: its columns, how many rows, what each row is known by."""

    columns: tuple[str, ...]
    rows: int = 0
    prints: set[bytes] = field(default_factory=set)

    def note(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Count these rows in."""
        self.rows += len(rows)
        self.prints.update(prints_of([str(cell) for cell in row] for row in rows))


async def _write(
    engine: AsyncEngine, actor: Actor, told: dict[str, object], file: IO[bytes]
) -> _Written:
    """Write the rows as central sends them, a batch at a time, whatever number there is."""
    grant = EXPORT_GRANT.c
    query = select(EXPORT_GRANT).where(
        grant.branch_id == told["branch_id"], grant.approval_id == told["approval_id"]
    )
    async with acting(engine, actor) as connection:
        given = (await connection.execute(query)).mappings().one()
        kind = ExportContent(given["content"])
        content = CONTENTS[kind]
        heading = _heading(actor, given, told)
        sheet = Sheet(EXPORT_TITLES[kind], heading, str(told["mark"]), content.columns)
        written = _Written(content.columns)
        writer = begin_file(str(told["name"]), sheet, file)
        async with connection.stream(text(content.query), told) as found:
            async for batch in found.partitions(_BATCH):
                rows = [content.read(row) for row in batch]
                written.note(rows)
                await asyncio.to_thread(writer.add, rows)
        await asyncio.to_thread(writer.finish)
    return written


def _measured(export_id: str, mark: str, rows: int, file: IO[bytes]) -> ExportedFile:
    size = file.seek(0, SEEK_END)
    file.seek(0)
    digest = hashlib.sha256()
    while part := file.read(_READ_BYTES):
        digest.update(part)
    return ExportedFile(export_id, mark, rows, digest.hexdigest(), size, file)


def _heading(actor: Actor, given: RowMapping, told: dict[str, object]) -> str:
    shown = "明文" if given["clear"] else "脱敏"
    return (
        f"内部资料 严禁外传({shown}) 导出人 {actor.staff_id} 时间 {str(told['at'])[:19]}"
        f" 复核 {given['approval_id']} 溯源码 {mark_text(str(told['mark']))}"
    )


def _closing(made: ExportedFile, written: _Written) -> dict[str, object]:
    return {
        "export_id": made.export_id,
        "columns": "、".join(written.columns),
        "rows": made.rows,
        "hash": made.file_hash,
        "prints": b"".join(sorted(written.prints)),
    }
