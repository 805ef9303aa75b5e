"""UndoImport: a whole import is taken back, unless later changes stand on a row."""

from sqlalchemy import RowMapping, text, update

from models.files.kinds import IMPORT_TITLES, ImportKind
from models.lives.imports import ImportState
from models.rules.basis.settings.words import ApprovalKind
from models.tables.files import IMPORT_BATCH
from models.wire.service.files import UndoImport
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.files.apply import require_none, run_all
from services.central.handlers.files.batch import (
    as_importer,
    named,
    require_allowed,
    require_batch,
    set_state,
)
from services.central.handlers.files.deeds import DEEDS, lock_of
from services.central.handlers.work import Refused, Work

_BATCH = IMPORT_BATCH.c
_EMPTIED = text(
    "SELECT count(*) FROM import_row WHERE branch_id = :branch_id AND import_id = :import_id"
    " AND outcome IN ('new', 'changed') AND after = '{}'"
)


async def request_undo(work: Work, command: UndoImport) -> None:
    """Ask for it; Refused IMPORT_CHANGED_SINCE names the rows that were changed since."""
    if not command.reason.strip():
        raise Refused("REASON_MISSING", "须写明理由")
    await require_allowed(work)
    async with as_importer(work):
        batch = await _require_untouched(work, command.import_id)
        _require_author(work, batch)
        if batch["approval_id"]:
            raise Refused("UNDO_ASKED", f"已申请撤销,正待复核 {batch['approval_id']}")
        await _wait_for(work, command, work.envelope.command_id)
    await ask_approval(work, _proposal(command, batch))


async def undo_import(held: Work, command: UndoImport, approval_id: str) -> None:
    """Restore every row; what the import added is taken out again."""
    async with as_importer(held, approval_id):
        batch = await _require_untouched(held, command.import_id)
        _require_author(held, batch)
        await run_all(held, command.import_id, DEEDS[ImportKind(batch["kind"])].undo)
        await set_state(held, command.import_id, ImportState.UNDONE)


async def forget_undo(held: Work, command: UndoImport) -> None:
    """The second person said no, or nobody answered: the import waits for no approval any more."""
    async with as_importer(held):
        await require_batch(held, command.import_id, ImportState.APPLIED)
        await _wait_for(held, command, "")


async def _wait_for(work: Work, command: UndoImport, approval_id: str) -> None:
    await work.connection.execute(
        update(IMPORT_BATCH)
        .where(_BATCH.branch_id == work.branch_id, _BATCH.import_id == command.import_id)
        .values(approval_id=approval_id, version=_BATCH.version + 1)
    )


async def _require_untouched(work: Work, import_id: str) -> RowMapping:
    batch = await require_batch(work, import_id, ImportState.APPLIED)
    if await work.connection.scalar(_EMPTIED, named(work, import_id)):
        raise Refused("IMPORT_TOO_OLD", "已过可撤销的期限,原资料已清除;请逐项更正")
    kind = ImportKind(batch["kind"])
    await work.connection.execute(text(lock_of(kind)), named(work, import_id))
    await require_none(work, import_id, DEEDS[kind].overtaken, "IMPORT_CHANGED_SINCE")
    return batch


def _require_author(work: Work, batch: RowMapping) -> None:
    """Its author alone may ask: the rows are written under his rights."""
    if batch["author"] != work.actor.staff_id:
        raise Refused("NOT_THE_AUTHOR", "只有当初的导入人可以申请撤销")


def _proposal(command: UndoImport, batch: RowMapping) -> Proposal:
    title = IMPORT_TITLES[ImportKind(batch["kind"])]
    return Proposal(
        kind=ApprovalKind.IMPORT,
        client_id=None,
        title=f"撤销{title}导入:新增 {batch['added']}、变更 {batch['changed']}({batch['name']})",
        before={"state": batch["state"], "added": batch["added"], "changed": batch["changed"]},
        after={
            "import_id": command.import_id,
            "state": ImportState.UNDONE.value,
            "reason": command.reason,
        },
    )
