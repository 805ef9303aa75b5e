"""The row of an import, and acting as the role that imports act as."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import replace

from sqlalchemy import RowMapping, select, text, update

from models.files.kinds import IMPORT_TITLES, ImportKind
from models.lives.imports import ImportState
from models.tables.files import IMPORT_BATCH, IMPORT_RULE
from models.tables.grounds import WHOLE_FIRM
from services.central.handlers.work import Refused, Work, now_text
from services.central.session import FILES_ROLE, become

_BY_APPROVAL = text("SELECT set_config('app.approval', :approval_id, true)")
_BATCH = IMPORT_BATCH.c


@asynccontextmanager
async def as_importer(work: Work, approval_id: str = "") -> AsyncIterator[None]:
    """Act as the author with personal data; ``approval_id`` lets the rows be written."""
    await become(work.connection, replace(work.actor, database_role=FILES_ROLE))
    await work.connection.execute(_BY_APPROVAL, {"approval_id": approval_id})
    yield
    await work.connection.execute(_BY_APPROVAL, {"approval_id": ""})
    await become(work.connection, work.actor)


async def require_allowed(work: Work, kinds: Collection[ImportKind] = tuple(ImportKind)) -> None:
    """Refuse IMPORT_NOT_ALLOWED unless the author's role may import one of these kinds."""
    rule = IMPORT_RULE.c
    query = select(rule.kind).where(
        rule.branch_id == WHOLE_FIRM, rule.kind.in_(kinds), rule.role == work.actor.role
    )
    if await work.connection.scalar(query) is None:
        told = "、".join(IMPORT_TITLES[kind] for kind in kinds)
        raise Refused("IMPORT_NOT_ALLOWED", f"您的岗位不能导入{told}")


async def require_batch(work: Work, import_id: str, state: ImportState) -> RowMapping:
    """Return the import, locked; Refused IMPORT_NOT_FOUND or IMPORT_STATE. Acts as importer."""
    query = select(IMPORT_BATCH).where(
        _BATCH.branch_id == work.branch_id, _BATCH.import_id == import_id
    )
    found = (await work.connection.execute(query.with_for_update())).mappings().one_or_none()
    if found is None:
        raise Refused("IMPORT_NOT_FOUND", f"没有导入 {import_id}")
    if found["state"] != state.value:
        raise Refused("IMPORT_STATE", f"该导入为 {found['state']},须为 {state}")
    return found


async def set_state(work: Work, import_id: str, state: ImportState) -> None:
    """Move the import on; its approval is used up."""
    await work.connection.execute(
        update(IMPORT_BATCH)
        .where(_BATCH.branch_id == work.branch_id, _BATCH.import_id == import_id)
        .values(
            state=state.value,
            approval_id="",
            finished_at=now_text(work),
            version=_BATCH.version + 1,
        )
    )


def named(work: Work, import_id: str) -> dict[str, object]:
    """The values that name an import in SQL."""
    return {"branch_id": work.branch_id, "import_id": import_id}
