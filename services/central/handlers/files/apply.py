"""What an approved import does, exactly what was approved or nothing."""

from sqlalchemy import text

from models.lives.imports import ImportState
from models.wire.service.files import RequestImport
from services.central.handlers.files.batch import as_importer, named, require_batch, set_state
from services.central.handlers.files.deeds import DEEDS, lock_of
from services.central.handlers.work import Refused, Work, now_text

_MOST_NAMED = 10
# Two imports of one branch might bring one person in under two numbers, each unseen by the other.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('import ' || :branch_id))")


async def apply_import(held: Work, command: RequestImport, approval_id: str) -> None:
    """Write the rows as they were judged; Refused IMPORT_ROW_CHANGED names those overtaken."""
    deed = DEEDS[command.kind]
    async with as_importer(held, approval_id):
        await require_batch(held, command.import_id, ImportState.PENDING)
        await held.connection.execute(_ONE_AT_A_TIME, {"branch_id": held.branch_id})
        await held.connection.execute(text(lock_of(command.kind)), named(held, command.import_id))
        await require_none(held, command.import_id, deed.stale, "IMPORT_ROW_CHANGED")
        await run_all(held, command.import_id, deed.apply)
        await set_state(held, command.import_id, ImportState.APPLIED)


async def refuse_import(held: Work, command: RequestImport) -> None:
    """The second person said no, or nobody answered in time."""
    async with as_importer(held):
        await require_batch(held, command.import_id, ImportState.PENDING)
        await set_state(held, command.import_id, ImportState.REFUSED)


async def require_none(work: Work, import_id: str, statement: str, code: str) -> None:
    """Refuse with the rows that a statement finds."""
    found = (await work.connection.execute(text(statement), named(work, import_id))).all()
    if found:
        told = "、".join(f"第 {row} 行 {whom}" for row, whom in found[:_MOST_NAMED])
        more = f" 等 {len(found)} 行" if len(found) > _MOST_NAMED else ""
        raise Refused(code, f"资料在此期间已有变动:{told}{more}")


async def run_all(work: Work, import_id: str, statements: tuple[str, ...]) -> None:
    """Run the statements of a deed in their order."""
    given = named(work, import_id) | {
        "command_id": work.envelope.command_id,
        "author": work.actor.staff_id,
        "now": now_text(work),
    }
    for statement in statements:
        await work.connection.execute(text(statement), given)
