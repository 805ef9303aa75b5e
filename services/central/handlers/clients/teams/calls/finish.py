"""FinishCall: the call becomes a contact of its client; what is left is his manager's (S8-S10)."""

from dataclasses import replace

import msgspec
from sqlalchemy import RowMapping

from models.clients.tier import Role
from models.lives.teams.call import LEFT_TO_MANAGER, CallOutcome, CallState
from models.wire.commands import LogContact
from models.wire.service.teams.calls import FinishCall
from services.central.handlers.clients.log_contact import add_contact
from services.central.handlers.clients.teams.calls.back import tell_line
from services.central.handlers.clients.teams.calls.callers import manager_of
from services.central.handlers.clients.teams.calls.take import change_call, require_in_hand
from services.central.handlers.tasks.opening import NewTask, open_task
from services.central.handlers.timeline import tell
from services.central.handlers.work import Work, now_text, refusal
from services.central.session import WORKER, at_work, become

_WORDS = {
    CallOutcome.RESOLVED: "已解决",
    CallOutcome.CALL_BACK: "需回电",
    CallOutcome.COMPLAINT: "投诉",
}


async def finish_call(work: Work, command: FinishCall) -> None:
    """Say how it went; whoever is not known and left with something is called back by an agent."""
    found = await require_in_hand(work, command.call_id)
    after = CallState.CALLED_BACK if _is_back(found) else CallState.DONE
    done = {
        "state": after.value,
        "outcome": command.outcome.value,
        "summary": command.summary.strip(),
        "ended_at": found["ended_at"] or now_text(work),
    }
    await change_call(work, found, done)
    if found["client_id"] is not None:
        await _keep_on_client(work, found, command)
    elif command.outcome in LEFT_TO_MANAGER:
        await become(work.connection, WORKER)
        await tell_line(work.connection, found, work.now)
        await become(work.connection, work.actor)


def _is_back(found: RowMapping) -> bool:
    return bool(found["state"] == CallState.CALLING_BACK)


async def _keep_on_client(work: Work, found: RowMapping, command: FinishCall) -> None:
    """Contact, timeline and task stand on the stream of the client's present manager."""
    branch_id, client_id = found["client_branch"], found["client_id"]
    manager = await manager_of(work.connection, branch_id, client_id)
    if not manager:
        raise refusal("CLIENT_NOT_FOUND")
    owner = at_work(branch_id, manager, Role.MANAGER.value)
    place = {"branch_id": branch_id, "manager_id": manager}
    here = replace(work, envelope=msgspec.structs.replace(work.envelope, **place))
    await become(work.connection, owner)
    outcome = _WORDS[command.outcome]
    await add_contact(here, _contact(found, command))
    await tell(here, client_id, "call", f"{_word(found)}{outcome}(等候 {_seconds(found)} 秒)")
    if command.outcome in LEFT_TO_MANAGER:
        await open_task(here, _task(found, command, outcome))
    await become(work.connection, work.actor)


def _contact(found: RowMapping, command: FinishCall) -> LogContact:
    """Who spoke to him stands beside it (``by_staff``), not in words that he may read."""
    told = f"{_WORDS[command.outcome]},等候 {_seconds(found)} 秒"
    return LogContact(
        contact_id=f"call-{found['call_id']}",
        client_id=found["client_id"],
        channel="phone",
        direction="out" if _is_back(found) else "in",
        summary=f"{_word(found)}({told}):{command.summary.strip()}",
        happened_at=found["taken_at"] if _is_back(found) else found["offered_at"],
    )


def _word(found: RowMapping) -> str:
    return "回电" if _is_back(found) else "来电"


def _task(found: RowMapping, command: FinishCall, outcome: str) -> NewTask:
    return NewTask(
        task_id=f"call-{found['call_id']}",
        client_id=found["client_id"],
        kind="call_back",
        title=f"客服来电{outcome},请联系客户",
        body=command.summary.strip(),
        about=found["call_id"],
    )


def _seconds(found: RowMapping) -> int:
    return int(found["waited_ms"]) // 1_000
