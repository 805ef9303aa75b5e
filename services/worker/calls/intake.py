"""Takes in what the telephone system tells: each event once, each in its own transaction."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never

import msgspec
from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.clients.tier import Role, Tier
from models.dates import BEIJING, DateInvalid, moment_of, moment_text
from models.lives.task import TaskState
from models.lives.teams.call import IN_HAND, SPEAKING, CallState
from models.rules.basis.missing import NotConfigured, configured
from models.rules.messages.calls import check_line, is_forgotten, plain_number, rank_of, route
from models.rules.messages.mask import MaskKind, mask
from models.tables.campaigns import branch_stream
from models.tables.firm import STAFF, TASK
from models.tables.staff.calls import SERVICE_CALL
from models.wire.service.teams.telephone import (
    CallAbandoned,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallOffered,
)
from services.central.audit import AuditLine, add_audit
from services.central.connection import central_faults
from services.central.handlers.clients.teams.calls.back import tell_line
from services.central.handlers.clients.teams.calls.callers import (
    Caller,
    find_caller,
    keep_turns,
    manager_of,
)
from services.central.handlers.clients.teams.calls.take import waited_ms
from services.central.handlers.firm_rules import read_settings
from services.central.session import NIGHT, WORKER, acting, become
from services.central.sync.turns import keep_hand_overs_away
from services.clock.clock import Clock
from services.worker.calls.source import TelephoneSource, Unread

_S = CallState
_CALL = SERVICE_CALL.c
_AUTHOR = "telephone"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the telephone system is told; ``code`` "" = taken in."""

    call_id: str
    result: str  # queued, redirected, told, known, rejected
    code: str = ""
    told: Mapping[str, object] = field(default_factory=dict)


class Intake:
    """One telephone system's door."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self.counts: Counter[str] = Counter()

    async def take_all(self, source: TelephoneSource) -> list[Answer]:
        """Take in everything that the source gives, and return an answer each."""
        return [await self.take(event) for event in source.events()]

    async def take(self, event: CallEvent | Unread) -> Answer:
        """Take one event in; one that comes again changes nothing.

        Raises ExpectedFailure CENTRAL_DOWN; the telephone system tells it again.
        """
        answer = await self._judge(event)
        self.counts[answer.code or answer.result] += 1
        return answer

    async def _judge(self, event: CallEvent | Unread) -> Answer:
        if isinstance(event, Unread):
            return Answer("", "rejected", str(event))
        try:
            moment_of(event.at)
            with central_faults():
                async with acting(self._engine, WORKER) as connection:
                    await keep_hand_overs_away(connection)
                    return await _apply(connection, event, self._clock.now())
        except (NotConfigured, DateInvalid) as fault:
            return Answer(event.call_id, "rejected", fault.code)


async def _apply(connection: AsyncConnection, event: CallEvent, now: datetime) -> Answer:
    if not event.call_id.strip():
        return Answer("", "rejected", "CALL_ID_MISSING")
    if isinstance(event, CallOffered):
        return await _offer(connection, event, now)
    query = select(SERVICE_CALL).where(_CALL.call_id == event.call_id).with_for_update()
    found = (await connection.execute(query)).mappings().one_or_none()
    if found is None:
        return Answer(event.call_id, "rejected", "CALL_NOT_FOUND")
    match event:
        case CallAnswered():
            return await _answered(connection, found, event, now)
        case CallAbandoned():
            return await _abandoned(connection, found, event, now)
        case CallEnded():
            return await _ended(connection, found, event, now)
        case _:
            assert_never(event)


async def _offer(connection: AsyncConnection, event: CallOffered, now: datetime) -> Answer:
    settings = await read_settings(connection, now.astimezone(BEIJING).date())
    configured(settings.calls.call_back_minutes, "CALLS")  # should he hang up
    if is_forgotten(settings.calls, moment_of(event.at), now):
        return Answer(event.call_id, "rejected", "CALL_TOO_OLD")
    number = plain_number(event.number)
    match, caller = await find_caller(connection, number, event.account.strip())
    tier = Tier(caller.tier) if caller else None
    routed = route(settings, event.line, tier)
    if not routed.ok and routed.reason == "LINE_UNKNOWN":
        return Answer(event.call_id, "rejected", routed.reason)
    allowed = routed.numbers.get("allowed", ())
    row = {
        **await _place(connection),
        "call_id": event.call_id,
        "line": event.line,
        "channel": str(routed.numbers.get("channel", "")),
        "caller": mask(MaskKind.MOBILE, number),
        "match": match.value,
        **_client(caller),
        "rank": rank_of(tier),
        "state": (_S.WAITING if routed.ok else _S.REDIRECTED).value,
        "offered_at": moment_text(moment_of(event.at)),
        "allowed": msgspec.json.encode(allowed).decode() if not routed.ok else "",
    }
    adding = upsert(SERVICE_CALL).values(row).on_conflict_do_nothing().returning(_CALL.call_id)
    if (await connection.execute(adding)).first() is None:
        return Answer(event.call_id, "known")
    await _audit(connection, row, "call.offered", now)
    if not routed.ok:
        return Answer(event.call_id, "redirected", routed.reason, {"allowed": allowed})
    return Answer(event.call_id, "queued", "", {"channel": row["channel"], "rank": row["rank"]})


def _client(caller: Caller | None) -> dict[str, object]:
    if caller is None:
        return {"client_branch": "", "client_id": None, "tier": ""}
    return {
        "client_branch": caller.branch_id,
        "client_id": caller.client_id,
        "tier": caller.tier,
    }


async def _answered(
    connection: AsyncConnection, found: RowMapping, event: CallAnswered, now: datetime
) -> Answer:
    """The telephone system may have connected an agent by itself; then he has it."""
    at = moment_text(moment_of(event.at))
    if found["state"] == _S.WAITING and not await _is_agent(connection, found, event.agent):
        return Answer(event.call_id, "rejected", "CALL_AGENT_UNKNOWN")
    settings = await read_settings(connection, now.astimezone(BEIJING).date())
    if not check_line(settings, event.agent, found["channel"]).ok:
        return Answer(event.call_id, "rejected", "CALL_LINE_OTHERS")
    if found["state"] == _S.WAITING:
        waited = waited_ms(found["offered_at"], moment_of(event.at))
        taken = {"state": _S.TAKEN.value, "taken_by": event.agent, "taken_at": at}
        await _change(connection, found, taken | {"answered_at": at, "waited_ms": waited})
        return Answer(event.call_id, "told")
    if found["taken_by"] != event.agent:
        return Answer(event.call_id, "rejected", "CALL_AGENT_DIFFERS")
    if found["answered_at"]:
        return Answer(event.call_id, "known")
    await _change(connection, found, {"answered_at": at})
    return Answer(event.call_id, "told")


async def _is_agent(connection: AsyncConnection, found: RowMapping, agent: str) -> bool:
    """An agent without another call in his hand."""
    seat = select(STAFF.c.staff_id).where(
        STAFF.c.branch_id == found["branch_id"],
        STAFF.c.staff_id == agent,
        STAFF.c.role == Role.CALL_CENTRE.value,
    )
    await keep_turns(connection, agent)
    speaking = [state.value for state in SPEAKING]
    busy = select(_CALL.call_id).where(_CALL.taken_by == agent, _CALL.state.in_(speaking))
    is_there = (await connection.execute(seat)).first() is not None
    return is_there and (await connection.execute(busy)).first() is None


async def _ended(
    connection: AsyncConnection, found: RowMapping, event: CallEnded, now: datetime
) -> Answer:
    """A line that closes before anybody took the call was abandoned."""
    if found["state"] == _S.WAITING:
        gone = CallAbandoned(event.call_id, event.at)
        return await _abandoned(connection, found, gone, now)
    if found["state"] != _S.TAKEN:
        return Answer(event.call_id, "known")
    at = moment_text(moment_of(event.at))
    await _change(connection, found, {"state": _S.ENDED.value, "ended_at": at})
    return Answer(event.call_id, "told")


async def _abandoned(
    connection: AsyncConnection, found: RowMapping, event: CallAbandoned, now: datetime
) -> Answer:
    """Nobody spoke to him: his manager calls back, an agent of the line who is not known."""
    spoken = found["state"] in IN_HAND and (found["answered_at"] or found["state"] == _S.ENDED)
    if found["state"] not in (_S.WAITING, _S.TAKEN) or spoken:
        code = "" if found["abandoned_at"] else "CALL_STATE"
        return Answer(event.call_id, "rejected" if code else "known", code)
    moment = moment_of(event.at)
    gone = {
        "state": _S.ABANDONED.value,
        "ended_at": moment_text(moment),
        "abandoned_at": moment_text(moment),
        "waited_ms": waited_ms(found["offered_at"], moment),
    }
    await _change(connection, found, gone)
    await _audit(connection, {**found}, "call.abandoned", now)
    if found["client_id"] is not None:
        await _call_back(connection, {**found, **gone}, now)
    else:
        await tell_line(connection, found, now)
    return Answer(event.call_id, "told")


async def _call_back(
    connection: AsyncConnection, found: Mapping[str, object], now: datetime
) -> None:
    branch_id, client_id = str(found["client_branch"]), str(found["client_id"])
    settings = await read_settings(connection, now.astimezone(BEIJING).date())
    minutes = configured(settings.calls.call_back_minutes, "CALLS")
    await become(connection, NIGHT)  # who looks after a client is not for a worker to read
    manager = await manager_of(connection, branch_id, client_id)
    await become(connection, WORKER)
    row = {
        "branch_id": branch_id,
        "manager_id": manager,
        "client_id": client_id,
        "task_id": f"call-{found['call_id']}",
        "kind": "call_back",
        "title": "客户来电未接通,请回电",
        "body": f"{found['offered_at']} 来电,等候 {int(str(found['waited_ms'])) // 1_000} 秒后挂断",
        "due_at": moment_text(now + timedelta(minutes=minutes)),
        "state": TaskState.OPEN.value,
        "about": found["call_id"],
    }
    await connection.execute(insert(TASK).values(row))


async def _place(connection: AsyncConnection) -> dict[str, object]:
    """Branch and stream of the call centre; NotConfigured CALL_CENTRE where there is not one."""
    query = select(STAFF.c.branch_id).where(STAFF.c.role == Role.CALL_CENTRE.value).distinct()
    branches = (await connection.execute(query)).scalars().all()
    if len(branches) != 1:
        raise NotConfigured("CALL_CENTRE")
    return {"branch_id": branches[0], "manager_id": branch_stream(branches[0])}


async def _change(
    connection: AsyncConnection, found: RowMapping, values: Mapping[str, object]
) -> None:
    await connection.execute(
        update(SERVICE_CALL)
        .where(_CALL.branch_id == found["branch_id"], _CALL.call_id == found["call_id"])
        .values(version=_CALL.version + 1, **values)
    )


async def _audit(
    connection: AsyncConnection, row: Mapping[str, object], action: str, now: datetime
) -> None:
    """Without the number: what is kept of it is the masked one."""
    told = {name: row[name] for name in ("line", "channel", "caller", "match", "tier")}
    line = AuditLine(
        branch_id=str(row["branch_id"]),
        chain=str(row["manager_id"]),
        at=moment_text(now),
        author=_AUTHOR,
        action=action,
        subject=str(row["client_id"] or row["call_id"]),
        command_id="",
        outcome="applied",
        detail=msgspec.json.encode(told | {"call_id": row["call_id"]}).decode(),
    )
    await add_audit(connection, line)
