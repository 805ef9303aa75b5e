"""Asks for a second person: the whole difference is written down and the command held."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import insert, select

from models.clients.tier import Role
from models.dates import moment_text
from models.lives.approval import ApprovalState, due_at, judge_maker
from models.rules.basis.settings.words import ApprovalKind
from models.tables.central import HELD_COMMAND
from models.tables.grounds import WHOLE_FIRM
from models.tables.service import APPROVAL
from models.wire.codec import encode
from services.central.handlers.approvals.queue import join_queues
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.tasks.opening import NewTask, open_task_of
from services.central.handlers.timeline import tell
from services.central.handlers.work import Work, add_once, now_text, require

_FIRM_STREAM = {"branch_id": WHOLE_FIRM, "manager_id": WHOLE_FIRM}
_OF_FIRM = (ApprovalKind.SETTING, ApprovalKind.LOAD)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is asked for: what is, what will be; ``client_id`` None = it concerns no one client."""

    kind: ApprovalKind
    client_id: str | None
    title: str
    before: Mapping[str, object]
    after: Mapping[str, object]


async def ask_approval(work: Work, proposal: Proposal) -> str:
    """Store the pending approval and the held command; return its id, that of the command.

    Refused NOT_A_MAKER or DUPLICATE; NotConfigured APPROVAL where the kind is not set.
    """
    settings = (await settings_on(work, work.day)).approvals
    require(judge_maker(settings, proposal.kind, Role(work.actor.role)))
    owner = _FIRM_STREAM if proposal.kind in _OF_FIRM else work.owner
    held = {**owner, "approval_id": work.envelope.command_id, "maker": work.actor.staff_id}
    row = held | {
        "client_id": proposal.client_id,
        "kind": proposal.kind.value,
        "title": proposal.title,
        "before": _json(proposal.before),
        "after": _json(proposal.after),
        "made_at": now_text(work),
        "due_at": moment_text(due_at(settings, proposal.kind, work.now)),
        "state": ApprovalState.PENDING.value,
    }
    await add_once(work, APPROVAL, row)  # DUPLICATE: in another branch, or the firm's
    await work.connection.execute(
        insert(HELD_COMMAND).values(held | {"envelope": encode(work.envelope)})
    )
    if not await join_queues(work, work.envelope.command_id):
        await _tell_that_nobody_may(work, proposal)
    if proposal.client_id is not None:
        await tell(work, proposal.client_id, "approval", f"提交复核:{proposal.title}")
    return work.envelope.command_id


async def before_of(held: Work, approval_id: str) -> dict[str, object]:
    """Return what was there when the approval was asked for; {} where none is found."""
    query = select(APPROVAL.c.before).where(
        APPROVAL.c.branch_id == held.branch_id, APPROVAL.c.approval_id == approval_id
    )
    return msgspec.json.decode(await held.connection.scalar(query) or "{}", type=dict[str, object])


async def _tell_that_nobody_may(work: Work, proposal: Proposal) -> None:
    task = NewTask(
        task_id=f"nobody-{work.envelope.command_id}",
        client_id=proposal.client_id,
        kind="approval_nobody",
        title=f"目前没有人可以复核:{proposal.title}",
        body="申请人和客户经理本人不能复核;请设置代理复核人,或撤回后由他人提出",
        about=work.envelope.command_id,
    )
    await open_task_of(work, work.branch_id, work.actor.staff_id, task)


def _json(told: Mapping[str, object]) -> str:
    return msgspec.json.encode(told, enc_hook=str, order="deterministic").decode()
