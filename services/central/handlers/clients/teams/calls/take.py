"""TakeNextCall and IdentifyCall: one agent gets a call, nobody is guessed (S8-S10, S17)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import RowMapping, Select, select, update

from models.dates import moment_of
from models.lives.teams.call import IN_HAND, SPEAKING, CallState, Match
from models.rules.messages.calls import check_line
from models.tables.staff.calls import SERVICE_CALL
from models.wire.service.teams.calls import IdentifyCall, TakeNextCall
from services.central.handlers.clients.teams.calls.callers import (
    Caller,
    find_caller,
    keep_turns,
)
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.work import Work, now_text, refusal, require

_S = CallState
_CALL = SERVICE_CALL.c
_FRESH = timedelta(minutes=1)


async def take_next_call(work: Work, command: TakeNextCall) -> None:
    """Give the agent who is to be served next: the highest tier first, then who came first.

    Of agents who take at the same moment each gets another call. What was asked for long ago, at
    a desk without its line, is Refused CALL_STALE: nobody may sit there any more. Of a line that
    others serve he gets none: CALL_LINE_OTHERS.
    """
    require_fresh(work)
    await require_free(work)
    settings = await settings_on(work, work.day)
    own = check_line(settings, work.actor.staff_id, command.channel)
    require(own)
    lines = cast("tuple[str, ...]", own.numbers["lines"])
    found = (await work.connection.execute(_next(lines))).mappings().first()
    if found is None:
        raise refusal("CALL_NONE")
    taken = {
        "state": _S.TAKEN.value,
        "taken_by": work.actor.staff_id,
        "taken_at": now_text(work),
        "waited_ms": waited_ms(found["offered_at"], work.now),
    }
    await change_call(work, found, taken)


def require_fresh(work: Work) -> None:
    """Refuse CALL_STALE what was asked for too long ago for somebody to sit there still."""
    if work.now - moment_of(work.envelope.created_at) > _FRESH:
        raise refusal("CALL_STALE")


async def require_free(work: Work) -> None:
    """Refuse CALL_IN_HAND to who speaks to somebody; nothing else gives him a call meanwhile."""
    await keep_turns(work.connection, work.actor.staff_id)
    speaking = [state.value for state in SPEAKING]
    mine = select(_CALL.call_id).where(
        _CALL.taken_by == work.actor.staff_id, _CALL.state.in_(speaking)
    )
    if (await work.connection.execute(mine)).first() is not None:
        raise refusal("CALL_IN_HAND")


async def identify_call(work: Work, command: IdentifyCall) -> None:
    """The caller told his account: exactly that client, or nobody."""
    found = await require_in_hand(work, command.call_id)
    if found["client_id"] is not None:
        raise refusal("CALL_KNOWN_CLIENT")
    match, caller = await find_caller(work.connection, "", command.account.strip())
    if caller is None:
        raise refusal("CALLER_SEVERAL" if match is Match.SEVERAL else "CALLER_UNKNOWN")
    await change_call(work, found, _known(caller))


async def require_in_hand(work: Work, call_id: str) -> RowMapping:
    """Return the agent's own call, locked; Refused CALL_NOT_FOUND, CALL_STATE."""
    query = select(SERVICE_CALL).where(
        _CALL.branch_id == work.branch_id,
        _CALL.call_id == call_id,
        _CALL.taken_by == work.actor.staff_id,
    )
    found = (await work.connection.execute(query.with_for_update())).mappings().one_or_none()
    if found is None:
        raise refusal("CALL_NOT_FOUND")
    if found["state"] not in IN_HAND:
        raise refusal("CALL_STATE", {"现为": found["state"]})
    return found


async def change_call(work: Work, found: RowMapping, values: dict[str, object]) -> None:
    """Change the call's row."""
    await work.connection.execute(
        update(SERVICE_CALL)
        .where(_CALL.branch_id == found["branch_id"], _CALL.call_id == found["call_id"])
        .values(version=_CALL.version + 1, **values)
    )


def waited_ms(offered_at: str, until: datetime) -> int:
    """Return how long a caller waited; clocks of two machines may differ a little."""
    return max(0, (until - moment_of(offered_at)) // timedelta(milliseconds=1))


def _next(lines: Sequence[str]) -> Select[tuple[object, ...]]:
    waiting = select(SERVICE_CALL).where(_CALL.state == _S.WAITING.value, _CALL.channel.in_(lines))
    ordered = waiting.order_by(_CALL.rank.desc(), _CALL.offered_at, _CALL.call_id)
    return ordered.limit(1).with_for_update(skip_locked=True)


def _known(caller: Caller) -> dict[str, object]:
    return {
        "match": Match.TOLD.value,
        "client_branch": caller.branch_id,
        "client_id": caller.client_id,
        "tier": caller.tier,
    }
