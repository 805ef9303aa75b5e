"""Reads a practice run: which it is, what was played, what the trainee did, what cannot be told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import msgspec
from sqlalchemy import Row, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.dates import BEIJING
from models.errors import ExpectedFailure
from models.rules.access.practice.scenario import PLACE_ORDER, Scenario
from models.rules.access.practice.trace import UNANSWERED, Did, Played, Trace
from models.tables.central import IDENTITY
from models.tables.firm import SECURITY_EVENT, TRADE_ORDER
from models.trading.order import OrderState
from models.wire.acts import client_of, fields_of, tag_of
from models.wire.codec import decode
from models.wire.commands import APPLIED, Envelope, RecordOrder
from models.wire.service.training import RecordAttempt
from services.worker.practice.cast import CHECKER, COUNTER

STEP = "step:"  # what the director does is named by its step

_SENT = text(
    "SELECT i.command_id, i.author, i.desk, i.sequence, i.envelope, i.received_at,"
    " coalesce(a.outcome, '') AS outcome, coalesce(a.code, '') AS code,"
    " coalesce(e.entry, '') AS entry"
    " FROM inbox i LEFT JOIN applied_command a USING (branch_id, command_id)"
    " LEFT JOIN LATERAL (SELECT 'audit/' || chain || '/' || number AS entry FROM audit_entry"
    " WHERE branch_id = i.branch_id AND command_id = i.command_id AND author = i.author"
    " ORDER BY number DESC LIMIT 1) e ON true ORDER BY i.arrival"
)
_TAKEN_FOR_AN_ORDER = ("symbol", "side", "quantity", "price_units", "account", "instruction_id")


@dataclass(frozen=True, slots=True)
class Run:
    """A practice firm's run."""

    run_id: str
    trainee: str
    began_at: datetime
    scenario: Scenario


async def find_run(engine: AsyncEngine) -> Run | None:
    """Return the run that this firm is for; None in a real firm."""
    query = select(IDENTITY.c.run_id, IDENTITY.c.trainee, IDENTITY.c.began_at, IDENTITY.c.scenario)
    async with engine.connect() as connection:
        found = (await connection.execute(query)).one()
    if not found.run_id:
        return None
    scenario = msgspec.json.decode(found.scenario, type=Scenario)
    return Run(found.run_id, found.trainee, datetime.fromisoformat(found.began_at), scenario)


async def require_run(engine: AsyncEngine) -> Run:
    """Return the run; ExpectedFailure PRACTICE_NOT_FOUND in a real firm."""
    run = await find_run(engine)
    if run is None:
        raise ExpectedFailure("这里没有演练", "请先打开一次演练", "PRACTICE_NOT_FOUND")
    return run


async def read_trace(engine: AsyncEngine, run: Run, now: datetime) -> Trace:
    """Return the run up to now, at one moment of the database, with the owner's rights."""
    async with engine.connect() as plain:
        connection = await plain.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        sent = (await connection.execute(_SENT)).all()
        orders = await _orders(connection, run)
        news = await _news(connection)
    own = [row for row in sent if row.author == run.trainee]
    return Trace(
        began_at=run.began_at,
        until=now.astimezone(BEIJING),
        played=(*_played(sent), *news),
        did=(*_did(own), *orders),
        gaps=tuple(_gaps(own)),
    )


def _did(sent: Sequence[Row[tuple[object, ...]]]) -> Iterator[Did]:
    """What the trainee asked for; what his desk refused came up as an attempt."""
    for row in sent:
        envelope = decode(row.envelope, Envelope)
        command = envelope.command
        if isinstance(command, RecordOrder):
            continue
        at, where = datetime.fromisoformat(envelope.created_at), row.entry or row.command_id
        if isinstance(command, RecordAttempt):
            fields = dict(command.fields)
            yield Did(
                at, command.act, command.client_id, command.code, row.command_id, where, fields
            )
            continue
        yield Did(
            at=at,
            act=tag_of(command),
            client_id=client_of(command),
            outcome=row.code or row.outcome,
            command_id=row.command_id,
            row=where,
            fields=fields_of(command),
        )


async def _orders(connection: AsyncConnection, run: Run) -> tuple[Did, ...]:
    """The trainee's orders as the engine told them; a refused one has its reason."""
    query = select(TRADE_ORDER).where(TRADE_ORDER.c.entered_by == run.trainee)
    rows = (await connection.execute(query)).mappings()
    return tuple(
        Did(
            at=datetime.fromisoformat(row["entered_at"]),
            act=PLACE_ORDER,
            client_id=row["client_id"],
            outcome=_outcome(row["state"], row["reason"]),
            command_id=row["client_order_id"],
            row=f"order/{row['client_order_id']}",
            fields={name: str(row[name]) for name in (*_TAKEN_FOR_AN_ORDER, "state")},
        )
        for row in rows
    )


def _outcome(state: str, reason: str) -> str:
    if state == OrderState.REFUSED:
        return reason
    return UNANSWERED if state == OrderState.UNKNOWN else APPLIED


def _played(sent: Sequence[Row[tuple[object, ...]]]) -> Iterator[Played]:
    """The first command of each step stands for it."""
    told: set[str] = set()
    for row in sent:
        name = row.command_id.removeprefix(STEP).partition("/")[0]
        if row.author not in (COUNTER, CHECKER) or name in told:
            continue
        told.add(name)
        envelope = decode(row.envelope, Envelope)
        fields = fields_of(envelope.command)
        words = fields.get("summary") or fields.get("note") or fields.get("proof_ref", "")
        at = datetime.fromisoformat(row.received_at)
        yield Played(name, at, row.code or row.outcome, row.entry or row.command_id, words)


async def _news(connection: AsyncConnection) -> tuple[Played, ...]:
    event = SECURITY_EVENT.c
    query = select(event.event_id, event.happened_at, event.title).where(
        event.event_id.startswith(STEP)
    )
    return tuple(
        Played(name.removeprefix(STEP), datetime.fromisoformat(at), APPLIED, name, title)
        for name, at, title in await connection.execute(query)
    )


def _gaps(own: Sequence[Row[tuple[object, ...]]]) -> Iterator[str]:
    """A desk numbers its commands without holes: what is missing never arrived."""
    by_desk = sorted(own, key=lambda row: (row.desk, row.sequence))
    for desk, rows in groupby(by_desk, key=lambda row: row.desk):
        numbers = [row.sequence for row in rows]
        missing = numbers[-1] - numbers[0] + 1 - len(numbers)
        if missing:
            yield f"{desk} 有 {missing} 条命令没有送达"
