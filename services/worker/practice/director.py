"""Plays the script against the practice firm through its real doors, when its time has come.

It remembers nothing: what was played is read from the firm, by names that the inbox keeps once. So
it may be killed at any moment, and two of them play no step twice.
"""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from models.clients.contact import is_contact
from models.dates import BEIJING, moment_text
from models.errors import ExpectedFailure
from models.lives.approval import Verdict
from models.rules.access.practice.scenario import Agrees, Breaks, Comes, Decides, Deed, span_of
from models.rules.access.practice.script import Due, due_steps, is_over
from models.tables.firm import SECURITY_EVENT
from models.wire.codec import encode
from models.wire.commands import Command, Envelope, LogContact
from models.wire.service.approvals import DecideApproval
from models.wire.service.clients import RecordConsent
from models.wire.service.tasks import AddReminder
from services.central.connection import central_faults
from services.central.demo.cast import FIRM
from services.central.session import Actor, acting
from services.central.sync.inbox import Sealed, put_commands
from services.clock.clock import Clock
from services.worker.practice.cast import BRANCH, CHECKER, COUNTER
from services.worker.practice.run import STEP, Run, find_run, read_trace

_LOOK_S = 1.0
_DESK = "演练剧本"
_ROLE = "branch_manager"
_SOURCE = "演练剧本"

_log = logging.getLogger(__name__)


async def keep_playing(engine: AsyncEngine, clock: Clock) -> None:
    """Look at the clock for ever; end it by cancelling. In a real firm there is nothing to play."""
    run: Run | None = None
    while True:
        try:
            with central_faults():
                run = run or await find_run(engine)
                if run is not None and await play_due(engine, clock, run):
                    _log.info("steps of %s played", run.run_id)
        except ExpectedFailure as failure:
            _log.warning("the script waits: %s", failure.code)
        await asyncio.sleep(_LOOK_S if run is not None else _LOOK_S * 60)


async def play_due(engine: AsyncEngine, clock: Clock, run: Run) -> int:
    """Play what is due now and return how many steps that were; nothing after the end."""
    trace = await read_trace(engine, run, clock.now())
    if is_over(run.scenario, trace):
        return 0
    steps = tuple(due_steps(run.scenario, trace))
    for due in steps:
        await _play(engine, run, due, clock.now().astimezone(BEIJING))
    return len(steps)


async def _play(engine: AsyncEngine, run: Run, due: Due, now: datetime) -> None:
    deed = due.step.deed
    if isinstance(deed, Breaks):
        await _break_news(engine, due.step.name, deed, now)
        return
    by = CHECKER if isinstance(deed, Decides) else COUNTER
    sent = [
        Sealed(one, encode(one))
        for one in (_envelope(run, by, act, now) for act in _acts(due, deed, now))
    ]
    async with acting(engine, Actor(BRANCH, by, _ROLE)) as connection:
        await put_commands(connection, sent, now)


@dataclass(frozen=True, slots=True)
class _Act:
    name: str
    client: str
    command: Command


def _acts(due: Due, deed: Deed, now: datetime) -> Iterator[_Act]:
    name, at = f"{STEP}{due.step.name}", moment_text(now)
    match deed:
        case Comes(client=client, channel=channel, says=says, task=task):
            yield _Act(name, client, LogContact(name, client, channel, "in", says, at))
            if task is not None:
                due_at = moment_text(now + span_of(task.due_in))
                reminder = AddReminder(f"{name}/task", client, task.title, says, due_at)
                yield _Act(f"{name}/task", client, reminder)
        case Agrees(client=client, channel=channel, says=says):
            yield _Act(
                name,
                client,
                RecordConsent(name, client, deed.purpose, channel, deed.form, says, at),
            )
            over = channel if is_contact(channel, "in") else "network"
            contact = LogContact(f"{name}/contact", client, over, "in", says, at)
            yield _Act(f"{name}/contact", client, contact)
        case Decides(verdict=verdict, says=says):
            assert due.by is not None  # the reader lets no such step pass without one
            asked = due.by.command_id
            decision = DecideApproval(asked, Verdict(verdict), says)
            yield _Act(name, due.by.client_id, decision)
        case _:
            raise AssertionError(deed)


def _envelope(run: Run, by: str, act: _Act, now: datetime) -> Envelope:
    return Envelope(
        command_id=act.name,
        branch_id=BRANCH,
        manager_id=run.trainee,
        author=by,
        desk=_DESK,
        sequence=0,
        key=act.client,
        expected_version=0,
        created_at=moment_text(now),
        command=act.command,
    )


async def _break_news(engine: AsyncEngine, name: str, deed: Breaks, now: datetime) -> None:
    """News lies on the firm's stream, as what the firm's feed of news writes there."""
    row = {
        "branch_id": FIRM,
        "event_id": f"{STEP}{name}",
        "manager_id": FIRM,
        "symbol": deed.symbol,
        "kind": deed.kind,
        "happened_at": moment_text(now),
        "title": deed.says,
        "body": "",
        "source": _SOURCE,
        "mandatory": True,
    }
    async with engine.begin() as connection:
        await connection.execute(insert(SECURITY_EVENT).values(row).on_conflict_do_nothing())
