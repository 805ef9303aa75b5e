"""UndoLoad: a file that was loaded for the whole firm is taken back when a second person agrees.

Commission goes by entries of its own on the trade date of what they correct, its points with the
next night, by the multiplier that they were given at; facts of securities go while no night has
read them.
"""

from sqlalchemy import RowMapping, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.lives.approval import ApprovalState
from models.lives.imports import LoadState
from models.rules.basis.settings.words import ApprovalKind
from models.tables.grounds import WHOLE_FIRM
from models.tables.nights import LOADED_FILE
from models.tables.service import APPROVAL
from models.wire.service.files import UndoLoad
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.work import Refused, Work, now_text

NIGHT_LOCK = 20_230_202  # advisory: alone for a night, shared by loads of files and their undoing
_MOST_NAMED = 10
_WHY = {
    "LOAD_CHANGED_SINCE": "后来的更正或载入以它为准",
    "LOAD_YEAR_CLOSED": "这些成交已计入冻结的年度基数",
    "LOAD_NIGHT_BEGUN": "载入后已有夜间批处理读过",
}
_STANDING = text("SELECT code, whom FROM standing_on_load(:kind, :load_id)")
_AWAIT = text("SELECT await_load_undo(:kind, :load_id, :approval_id)")
_UNDO = text("SELECT undo_load(:kind, :load_id, :approval_id, :now)")


async def keep_nights_away(connection: AsyncConnection) -> bool:
    """Let no night begin before what is booked for it can be seen, and loads take their turn.

    False while a night is running.
    """
    lock = text("SELECT pg_try_advisory_xact_lock_shared(:lock)")
    if not await connection.scalar(lock, {"lock": NIGHT_LOCK}):
        return False
    await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('load'))"))
    return True


async def request_load_undo(work: Work, command: UndoLoad) -> None:
    """Ask for it; Refused with the reason why it cannot be taken back, and on whose account."""
    if not command.reason.strip():
        raise Refused("REASON_MISSING", "须写明理由")
    load = await _require_free(work, command)
    await _require_unasked(work, load)
    named = {"kind": load["kind"], "load_id": load["load_id"]}
    await ask_approval(work, _proposal(command, load))
    await work.connection.execute(_AWAIT, named | {"approval_id": work.envelope.command_id})


async def undo_load(held: Work, command: UndoLoad, approval_id: str) -> None:
    """Take it back; Refused where something came to stand on it, or another request took over."""
    load = await _require_free(held, command)
    if load["approval_id"] != approval_id:
        raise Refused("UNDO_ASKED_ANEW", "后来又有一份撤销申请,以那一份为准")
    named = {"kind": load["kind"], "load_id": load["load_id"], "approval_id": approval_id}
    await held.connection.execute(_UNDO, named | {"now": now_text(held)})


async def _require_free(work: Work, command: UndoLoad) -> RowMapping:
    """Return the load, with nights and other loads kept away to the end of the transaction."""
    if not await keep_nights_away(work.connection):
        raise Refused("NIGHT_RUNNING", "夜间批处理正在进行,请等它结束后再试")
    load = await _find(work, command.load_id)
    named = {"kind": load["kind"], "load_id": load["load_id"]}
    standing = (await work.connection.execute(_STANDING, named)).all()
    if standing:
        code = str(standing[0].code)
        whom = [str(row.whom) for row in standing if row.code == code]
        more = f" 等 {len(whom)} 笔" if len(whom) > _MOST_NAMED else ""
        raise Refused(code, f"不能撤销,{_WHY[code]}:{'、'.join(whom[:_MOST_NAMED])}{more}")
    return load


async def _find(work: Work, load_id: str) -> RowMapping:
    load = LOADED_FILE.c
    query = select(LOADED_FILE).where(load.branch_id == WHOLE_FIRM, load.load_id == load_id)
    found = (await work.connection.execute(query)).mappings().one_or_none()
    if found is None:
        raise Refused("LOAD_NOT_FOUND", f"没有载入 {load_id},或您的岗位不能查看")
    if found["state"] != LoadState.LOADED.value:
        raise Refused("LOAD_STATE", f"载入 {load_id} 已撤销")
    return found


async def _require_unasked(work: Work, load: RowMapping) -> None:
    approval = APPROVAL.c
    query = select(approval.maker).where(
        approval.branch_id == WHOLE_FIRM,
        approval.approval_id == load["approval_id"],
        approval.state == ApprovalState.PENDING.value,
    )
    maker = await work.connection.scalar(query)
    if maker is not None:
        raise Refused("UNDO_ASKED", f"{maker} 已申请撤销,正待复核 {load['approval_id']}")


def _proposal(command: UndoLoad, load: RowMapping) -> Proposal:
    counts = {name: load[name] for name in ("read", "added", "known", "rejected")}
    return Proposal(
        kind=ApprovalKind.LOAD,
        client_id=None,
        title=f"撤销载入 {load['load_id']}({load['name']},新增 {load['added']} 行)",
        before={"state": load["state"], "loaded_at": load["loaded_at"], **counts},
        after={
            "load_id": command.load_id,
            "kind": load["kind"],
            "state": LoadState.UNDONE.value,
            "reason": command.reason,
        },
    )
