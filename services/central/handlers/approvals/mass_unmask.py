"""RequestUnmask: one personal field of many clients in clear, until a day (F28)."""

from collections.abc import Sequence

from sqlalchemy import insert, select

from models.rules.basis.settings.words import ApprovalKind
from models.tables.central import FIELD_RULE, UNMASK_GRANT
from models.tables.firm import CLIENT
from models.tables.grounds import WHOLE_FIRM
from models.wire.service.approvals import RequestUnmask
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.work import Refused, Work


async def request_unmask(work: Work, command: RequestUnmask) -> None:
    """Ask to see one field of many clients; one client needs a reason only (privacy.unmask)."""
    await _judge_unmask(work, command)
    proposal = Proposal(
        kind=ApprovalKind.UNMASK,
        client_id=None,
        title=f"批量查看 {command.field}({len(command.client_ids)} 位客户)",
        before={"shown": "masked"},
        after={
            "field": command.field,
            "client_ids": command.client_ids,
            "until": command.until,
            "reason": command.reason,
        },
    )
    await ask_approval(work, proposal)


async def release_unmask(held: Work, command: RequestUnmask, approval_id: str) -> None:
    """Grant the field of these clients to the maker; each look is logged all the same."""
    await _judge_unmask(held, command)
    rows = [
        held.owner
        | {
            "approval_id": approval_id,
            "client_id": client_id,
            "person": held.actor.staff_id,
            "field": command.field,
            "until": command.until,
        }
        for client_id in command.client_ids
    ]
    await held.connection.execute(insert(UNMASK_GRANT), rows)


async def _judge_unmask(work: Work, command: RequestUnmask) -> None:
    await _require_own(work, command.client_ids)
    rule = select(FIELD_RULE.c.unmask).where(
        FIELD_RULE.c.branch_id == WHOLE_FIRM,
        FIELD_RULE.c.role == work.actor.role,
        FIELD_RULE.c.field == command.field,
    )
    if await work.connection.scalar(rule) in (None, "never"):
        raise Refused("UNMASK_NOT_ALLOWED", f"您的岗位不能查看 {command.field}")


async def _require_own(work: Work, client_ids: Sequence[str]) -> None:
    query = select(CLIENT.c.client_id).where(
        CLIENT.c.branch_id == work.branch_id,
        CLIENT.c.manager_id == work.envelope.manager_id,
        CLIENT.c.client_id.in_(client_ids),
    )
    missing = set(client_ids) - set((await work.connection.scalars(query)).all())
    if missing:
        raise Refused("CLIENT_NOT_FOUND", f"不在名下的客户:{'、'.join(sorted(missing))}")
