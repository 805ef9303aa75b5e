"""Makes one copy of an approved export: its entry in the audit trail first, its hash after.

Three transactions: the first begins the copy and gives its mark, the second reads what the approval
allows, the third closes the copy. The file is not out before the third is committed.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.dates import moment_text
from models.files.kinds import EXPORT_TITLES, ExportContent
from models.tables.files import EXPORT_GRANT
from services.central.privacy.contents import CONTENTS
from services.central.privacy.refusals import refusals
from services.central.session import Actor, acting
from services.files.writing.files import file_of
from services.files.writing.marks import mark_text, prints_of
from services.files.writing.sheet import Cell, Sheet, form_of

_BEGIN = text("SELECT export_id, mark FROM begin_export(:branch_id, :approval_id, :name, :at)")
_FINISH = text("SELECT finish_export(:branch_id, :export_id, :columns, :rows, :hash, :prints, :at)")
_TAKE = text("SELECT take_export(:branch_id, :export_id, :hash, :at)")
_ADVICE = {
    "EXPORT_NOT_APPROVED": "没有您的、已通过复核的该项导出",
    "EXPORT_OVER": "该导出已过期限,请重新申请",
    "EXPORT_GROWN": "符合条件的客户已多于复核时的数量,请重新申请",
    "PRACTICE_FIRM": "这是演练环境,任何资料都不能带出",
    "EXPORT_NOT_LOGGED": "该次导出已结束或超时,请重新导出",
}


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A finished copy; ``mark`` names it."""

    export_id: str
    mark: str
    rows: int
    file_hash: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Taken:
    """A copy of which all has arrived, with this hash."""

    export_id: str
    file_hash: str
    now: datetime


async def make_export(
    engine: AsyncEngine, actor: Actor, approval_id: str, name: str, now: datetime
) -> ExportedFile:
    """Return the file that ``name`` says the form of.

    Raises ExpectedFailure EXPORT_FORM, EXPORT_NOT_APPROVED, EXPORT_OVER, EXPORT_GROWN.
    """
    form_of(name)
    at = moment_text(now)
    told: dict[str, object] = {
        "branch_id": actor.branch_id,
        "approval_id": approval_id,
        "name": name,
        "at": at,
    }
    with refusals("不能导出", _ADVICE):
        async with acting(engine, actor) as connection:
            export_id, mark = (await connection.execute(_BEGIN, told)).one()
        sheet = await _sheet(engine, actor, told | {"export_id": export_id, "mark": mark})
        raw = await asyncio.to_thread(file_of, name, sheet)
        made = ExportedFile(export_id, mark, len(sheet.rows), hashlib.sha256(raw).hexdigest(), raw)
        async with acting(engine, actor) as connection:
            await connection.execute(_FINISH, told | _closing(made, sheet))
    return made


async def take_export(engine: AsyncEngine, actor: Actor, taken: Taken) -> None:
    """Write down that the whole file has arrived; ExpectedFailure EXPORT_NOT_LOGGED."""
    told = {
        "branch_id": actor.branch_id,
        "export_id": taken.export_id,
        "hash": taken.file_hash,
        "at": moment_text(taken.now),
    }
    with refusals("不能导出", _ADVICE):
        async with acting(engine, actor) as connection:
            await connection.execute(_TAKE, told)


async def _sheet(engine: AsyncEngine, actor: Actor, told: dict[str, object]) -> Sheet:
    grant = EXPORT_GRANT.c
    query = select(EXPORT_GRANT).where(
        grant.branch_id == told["branch_id"], grant.approval_id == told["approval_id"]
    )
    async with acting(engine, actor) as connection:
        given = (await connection.execute(query)).mappings().one()
        content = CONTENTS[ExportContent(given["content"])]
        rows = (await connection.execute(text(content.query), told)).all()
    read: Sequence[Sequence[Cell]] = [content.read(row) for row in rows]
    heading = _heading(actor, given, told)
    title = EXPORT_TITLES[ExportContent(given["content"])]
    return Sheet(title, heading, str(told["mark"]), content.columns, read)


def _heading(actor: Actor, given: RowMapping, told: dict[str, object]) -> str:
    shown = "明文" if given["clear"] else "脱敏"
    return (
        f"内部资料 严禁外传({shown}) 导出人 {actor.staff_id} 时间 {str(told['at'])[:19]}"
        f" 复核 {given['approval_id']} 溯源码 {mark_text(str(told['mark']))}"
    )


def _closing(made: ExportedFile, sheet: Sheet) -> dict[str, object]:
    texts = ([str(cell) for cell in row] for row in sheet.rows)
    return {
        "export_id": made.export_id,
        "columns": "、".join(sheet.columns),
        "rows": made.rows,
        "hash": made.file_hash,
        "prints": b"".join(sorted(set(prints_of(texts)))),
    }
