"""Who gives a command by hand, and having it answered as one that a desk sent."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import typer

from app.central import ready_central
from app.frame.session import running_clock_text
from models.dates import moment_text
from models.errors import ExpectedFailure

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from app.cli import Start
    from models.wire.commands import Command, Envelope
    from services.central.session import Actor
    from services.clock.clock import Clock

T = TypeVar("T")
_DESK = "command-line"
_DEMO_PASSPHRASE = "demo"
_ANSWERED_WITHIN_S = 600.0
_LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in member of staff at the central database."""

    engine: "AsyncEngine"
    actor: "Actor"
    clock: "Clock"


def with_person(context: typer.Context, staff_id: str, work: Callable[[Person], Awaitable[T]]) -> T:
    """Sign a person in and do ``work``; the demo asks no passphrase.

    Raises ExpectedFailure SIGN_IN_REFUSED, SIGN_IN_THROTTLED or CENTRAL_….
    """
    start: Start = context.obj
    automatic = start.settings.sign_in.automatic
    passphrase = _DEMO_PASSPHRASE if automatic else str(typer.prompt("口令", hide_input=True))

    async def run(engine: "AsyncEngine") -> T:
        from models.wire.hub import SignIn
        from services.hub.signin import Reception

        identity = await Reception(engine, monotonic).sign_in(SignIn(staff_id, passphrase, _DESK))
        return await work(Person(engine, identity.actor, _clock(start)))

    return with_engine(context, run)


def with_engine(context: typer.Context, work: "Callable[[AsyncEngine], Awaitable[T]]") -> T:
    """Do ``work`` on the central database."""
    return asyncio.run(_run(context, work))


def _clock(start: "Start") -> "Clock":
    """That of the session that runs here, else the machine's."""
    from app.cli import PROCESSES
    from services.clock.clock import SystemClock, clock_from_text

    text = running_clock_text(start.places, PROCESSES)
    return clock_from_text(text) if text else SystemClock()


async def _run(context: typer.Context, work: "Callable[[AsyncEngine], Awaitable[T]]") -> T:
    from services.central.connection import NIGHT_SECONDS, central_faults, open_engine

    url = await ready_central(context.obj.places, context.obj.settings)
    engine = open_engine(url, command_seconds=NIGHT_SECONDS)
    try:
        with central_faults():
            return await work(engine)
    finally:
        await engine.dispose()


def enclose(person: Person, commands: "Sequence[Command]", key: str) -> "list[Envelope]":
    """Return the commands as a desk would send them."""
    from models.wire.commands import Envelope

    actor = person.actor
    return [
        Envelope(
            command_id=uuid.uuid4().hex,
            branch_id=actor.branch_id,
            manager_id=actor.staff_id,
            author=actor.staff_id,
            desk=_DESK,
            sequence=number,
            key=key,
            expected_version=0,
            created_at=moment_text(person.clock.now()),
            command=command,
        )
        for number, command in enumerate(commands, 1)
    ]


async def have_answered(person: Person, sent: "Sequence[Envelope]") -> None:
    """Put commands into the inbox and have them answered, by us or by a running worker.

    Raises ExpectedFailure with the code and the words of the first refusal.
    """
    from models.wire.codec import encode
    from services.central.session import acting
    from services.central.sync.inbox import Sealed, put_commands
    from services.worker.worker import Worker

    worker = Worker(person.engine, person.clock)
    for one in sent:
        async with acting(person.engine, person.actor) as connection:
            await put_commands(connection, [Sealed(one, encode(one))], person.clock.now())
    async with asyncio.timeout(_ANSWERED_WITHIN_S):
        while (answers := await _answers(person, sent)) is None:
            if not await worker.work_once():
                await asyncio.sleep(_LOOK_S)  # another worker has them
    for code, message in answers:
        if code:
            raise ExpectedFailure(message, "请按提示处理后再试", code)


async def _answers(person: Person, sent: "Sequence[Envelope]") -> list[tuple[str, str]] | None:
    """Code and message of each; None while one is missing."""
    from sqlalchemy import select

    from models.tables.central import APPLIED_COMMAND

    table = APPLIED_COMMAND.c
    query = select(table.command_id, table.code, table.message).where(
        table.branch_id == person.actor.branch_id,
        table.command_id.in_([one.command_id for one in sent]),
    )
    async with person.engine.connect() as connection:
        found = {row.command_id: (row.code, row.message) for row in await connection.execute(query)}
    return [found[one.command_id] for one in sent] if len(found) == len(sent) else None


async def apply_without_keeping(
    person: Person,
    sent: "Sequence[Envelope]",
    look: "Callable[[AsyncConnection], Awaitable[T]]",
) -> T:
    """Apply commands as their author, look at what they made, and undo all of it.

    Raises ExpectedFailure with the code of a refusal.
    """
    from services.central.handlers.apply import apply_command
    from services.central.handlers.work import Refused, Work
    from services.central.session import at_work, become

    author = at_work(person.actor.branch_id, person.actor.staff_id, person.actor.role)
    async with person.engine.connect() as connection:
        try:
            await become(connection, author)
            for one in sent:
                await apply_command(Work(connection, one, person.clock.now(), author))
            return await look(connection)
        except Refused as refusal:
            raise ExpectedFailure(refusal.message, "请按提示处理后再试", refusal.code) from refusal
        finally:
            await connection.rollback()
