"""RequestExport: data of clients leaves the system when a second person agrees (F28, F29)."""

from sqlalchemy import func, insert, select

from models.files.kinds import EXPORT_TITLES
from models.rules.basis.settings.words import ApprovalKind
from models.tables.files import EXPORT_GRANT
from models.tables.firm import CLIENT
from models.wire.service.approvals import RequestExport
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.work import Refused, Work


async def request_export(work: Work, command: RequestExport) -> None:
    """Ask to take data out; the approved request is what an export is made and marked by."""
    clients = await _judge(work, command)
    shown = "明文" if command.clear else "脱敏"
    proposal = Proposal(
        kind=ApprovalKind.EXPORT,
        client_id=None,
        title=f"导出{EXPORT_TITLES[command.content]}({clients} 位客户,{shown})",
        before={},
        after={
            "content": command.content.value,
            "clients": clients,
            "client_ids": command.client_ids,
            "tiers": command.tiers,
            "clear": command.clear,
            "until": _until(work, command),
            "reason": command.reason,
        },
    )
    await ask_approval(work, proposal)


async def release_export(held: Work, command: RequestExport, approval_id: str) -> None:
    """Grant it to the maker, whose clients they must still be, until the day."""
    row = held.owner | {
        "approval_id": approval_id,
        "person": held.actor.staff_id,
        "content": command.content.value,
        "clear": command.clear,
        "clients": list(command.client_ids),
        "tiers": list(command.tiers),
        "most_clients": await _judge(held, command),
        "until": _until(held, command),
    }
    await held.connection.execute(insert(EXPORT_GRANT).values(row))


def _until(work: Work, command: RequestExport) -> str:
    return command.until or work.day.isoformat()


async def _judge(work: Work, command: RequestExport) -> int:
    """Return how many clients it is about."""
    named = command.client_ids
    query = select(CLIENT.c.client_id).where(CLIENT.c.branch_id == work.branch_id)
    if named:
        found = set(await work.connection.scalars(query.where(CLIENT.c.client_id.in_(named))))
        missing = sorted(set(named) - found)
        if missing:
            raise Refused("CLIENT_NOT_FOUND", f"不在名下的客户:{'、'.join(missing[:10])}")
        return len(named)
    if command.tiers:
        query = query.where(CLIENT.c.tier.in_(command.tiers))
    count = await work.connection.scalar(select(func.count()).select_from(query.subquery()))
    if not count:
        raise Refused("CLIENTS_INVALID", "没有符合条件的客户")
    return int(count)
