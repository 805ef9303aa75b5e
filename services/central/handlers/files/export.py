"""RequestExport: data of clients leaves the system when a second person agrees (F28, F29)."""

from datetime import date, timedelta

from sqlalchemy import func, insert, select

from models.dates import day_of
from models.files.kinds import EXPORT_TITLES
from models.rules.basis.settings.words import ApprovalKind
from models.tables.files import EXPORT_GRANT
from models.tables.firm import CLIENT
from models.wire.service.approvals import RequestExport
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.work import Refused, Work

_MOST_NAMED = 5_000
_MOST_DAYS = timedelta(days=30)


async def request_export(work: Work, command: RequestExport) -> None:
    """Ask to take data out; the approved request is what an export is made and marked by."""
    until = _until(work, command)
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
            "until": until.isoformat(),
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
        "until": _until(held, command).isoformat(),
    }
    await held.connection.execute(insert(EXPORT_GRANT).values(row))


def _until(work: Work, command: RequestExport) -> date:
    asked = day_of(command.until) if command.until else work.day
    if not work.day <= asked <= work.day + _MOST_DAYS:
        raise Refused("EXPORT_DAYS", f"导出期限应在今天起 {_MOST_DAYS.days} 天之内")
    return asked


async def _judge(work: Work, command: RequestExport) -> int:
    """Return how many clients it is about."""
    if not command.reason.strip():
        raise Refused("REASON_MISSING", "须写明理由")
    named = command.client_ids
    if len(set(named)) != len(named) or len(named) > _MOST_NAMED or (named and command.tiers):
        raise Refused("CLIENTS_INVALID", f"客户应不重复且不超过 {_MOST_NAMED} 位,或只按等级")
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
