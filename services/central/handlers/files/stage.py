"""StageImport: one part of a file's rows is kept until the import is asked for."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from models.tables.files import IMPORT_PART
from models.wire.service.files import StageImport
from services.central.handlers.files.batch import as_importer, require_allowed
from services.central.handlers.work import Refused, Work, now_text

_MOST_PARTS = 100
_MOST_BYTES = 8 * 1024 * 1024
_PART = IMPORT_PART.c


async def stage_import(work: Work, command: StageImport) -> None:
    """Keep the part; another one of the same number is refused."""
    if not 0 <= command.part < _MOST_PARTS or len(command.packed) > _MOST_BYTES:
        raise Refused("IMPORT_TOO_LARGE", "导入的文件过大,请拆分")
    await require_allowed(work)
    row = work.owner | {
        "import_id": command.import_id,
        "part": command.part,
        "author": work.actor.staff_id,
        "staged_at": now_text(work),
        "packed": command.packed,
    }
    statement = insert(IMPORT_PART).values(row).on_conflict_do_nothing()
    async with as_importer(work):
        kept = await work.connection.execute(statement)
        if not kept.rowcount:
            raise Refused("DUPLICATE", f"导入 {command.import_id} 的第 {command.part} 部分已在")


async def take_parts(work: Work, import_id: str) -> list[bytes]:
    """Return the parts in order and forget them."""
    where = (_PART.branch_id == work.branch_id, _PART.import_id == import_id)
    query = select(_PART.packed).where(*where).order_by(_PART.part)
    parts = [bytes(part) for part in await work.connection.scalars(query)]
    await work.connection.execute(delete(IMPORT_PART).where(*where))
    return parts
