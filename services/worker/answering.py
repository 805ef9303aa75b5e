"""Answers one command: change, answer, audit entry and change-log lines in one transaction."""

import logging
from dataclasses import asdict, dataclass
from datetime import datetime

import msgspec
from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from models.dates import DateInvalid, moment_text
from models.errors import ExpectedFailure
from models.lives.task import TaskState
from models.rules.basis.missing import NotConfigured
from models.tables.central import APPLIED_COMMAND
from models.tables.firm import COMMAND_ANSWER, STAFF, TASK
from models.wire.codec import decode
from models.wire.commands import APPLIED, REFUSED, Envelope
from models.wire.service.files import without_content
from models.wire.service.reasons import words_of
from models.wire.service.titles import TITLES
from services.central.audit import AuditLine, add_audit
from services.central.connection import is_bad_value
from services.central.handlers.apply import apply_command
from services.central.handlers.work import Refused, Work
from services.central.session import WORKER, Actor, at_work, become
from services.central.sync.inbox import TakenCommand, finish_command
from services.worker.placing import act_for, place, warn_of_late_order

_BAD_VALUE = "VALUE_INVALID"
_log = logging.getLogger(__name__)
_OF_BOTH = ("branch_id", "command_id", "manager_id", "author", "key")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk is told."""

    outcome: str
    code: str = ""
    message: str = ""


_FORGED = Answer(REFUSED, "COMMAND_FORGED", "命令内所写的人、客户或编号与提交时不符,未予办理")


async def answer_command(connection: AsyncConnection, taken: TakenCommand, now: datetime) -> Answer:
    """Apply or refuse the command that this transaction holds; a replay gets the first answer."""
    answer = await _first_answer(connection, taken)
    if answer is not None:
        await _tell(connection, taken, answer, now)
        await finish_command(connection, taken)
        return answer
    envelope = _read(taken)
    answer = await _apply(connection, taken, envelope, now)
    await settle(connection, taken, answer, now)
    return answer


async def settle(
    connection: AsyncConnection, taken: TakenCommand, answer: Answer, now: datetime
) -> None:
    """Write down how a command ended: guard, task, answer, audit; the inbox is done with it."""
    await _remember(connection, taken, answer, now)
    tag = _tag(_read(taken))
    if answer.outcome == REFUSED:
        await _open_task(connection, taken, tag, answer, now)
    await _tell(connection, taken, answer, now)
    await _audit(connection, taken, tag, answer, now)
    await finish_command(connection, taken)


async def _apply(
    connection: AsyncConnection, taken: TakenCommand, envelope: Envelope | None, now: datetime
) -> Answer:
    """Let the handler work as the author; what it did is undone when it refuses."""
    if envelope is None:
        return Answer(REFUSED, "COMMAND_UNKNOWN", "中心不认识这种命令,桌面版本可能更新")
    if not _is_as_laid_in(envelope, taken):
        return _FORGED
    answer = Answer(APPLIED)
    try:
        author = await _author(connection, taken)
        async with connection.begin_nested():
            await become(connection, author)
            await _apply_where_it_belongs(connection, envelope, now, author)
    except Refused as refusal:
        answer = Answer(REFUSED, refusal.code, refusal.message)
    except (NotConfigured, DateInvalid) as fault:
        answer = Answer(REFUSED, fault.code, f"{fault.title}。{fault.advice}")
    except (DBAPIError, OverflowError) as fault:  # a day beyond the calendar overflows too
        if isinstance(fault, DBAPIError) and not is_bad_value(fault):
            raise
        _log.warning(
            "command %s makes a value that cannot be kept", taken.command_id, exc_info=fault
        )
        answer = Answer(REFUSED, _BAD_VALUE, words_of(_BAD_VALUE))
    await become(connection, WORKER)
    return answer


def _is_as_laid_in(envelope: Envelope, taken: TakenCommand) -> bool:
    """Whether it says of itself what the inbox says, which row-level security has judged."""
    return all(getattr(envelope, name) == getattr(taken, name) for name in _OF_BOTH)


async def _author(connection: AsyncConnection, taken: TakenCommand) -> Actor:
    query = select(STAFF.c.role).where(
        STAFF.c.branch_id == taken.branch_id, STAFF.c.staff_id == taken.author
    )
    role = await connection.scalar(query)
    if role is None:
        raise Refused("UNKNOWN_AUTHOR", f"工号 {taken.author} 不在该营业部")
    return at_work(taken.branch_id, taken.author, role)


async def _apply_where_it_belongs(
    connection: AsyncConnection, envelope: Envelope, now: datetime, author: Actor
) -> None:
    placed = await place(connection, envelope)
    await act_for(connection, placed)
    try:
        await apply_command(Work(connection, placed.envelope, now, author))
    except Refused as refusal:
        raise placed.told(refusal) from refusal
    await warn_of_late_order(connection, placed)


async def _first_answer(connection: AsyncConnection, taken: TakenCommand) -> Answer | None:
    """What it was told when it came first; nobody else who takes its id is told that."""
    table = APPLIED_COMMAND.c
    query = select(table.manager_id, table.outcome, table.code, table.message).where(
        table.branch_id == taken.branch_id, table.command_id == taken.command_id
    )
    found = (await connection.execute(query)).one_or_none()
    if found is None:
        return None
    stream, *answer = found
    return Answer(*answer) if stream == taken.manager_id else _FORGED


async def _remember(
    connection: AsyncConnection, taken: TakenCommand, answer: Answer, now: datetime
) -> None:
    row = _told(taken, answer) | {"applied_at": moment_text(now)}
    await connection.execute(insert(APPLIED_COMMAND).values(row))


async def _tell(
    connection: AsyncConnection, taken: TakenCommand, answer: Answer, now: datetime
) -> None:
    """The answer travels down the author's stream; told again, its version rises."""
    row = _told(taken, answer) | {"answered_at": moment_text(now)}
    await connection.execute(
        upsert(COMMAND_ANSWER)
        .values(row)
        .on_conflict_do_update(
            index_elements=[COMMAND_ANSWER.c.branch_id, COMMAND_ANSWER.c.command_id],
            set_={"version": COMMAND_ANSWER.c.version + 1},
        )
    )


async def _open_task(
    connection: AsyncConnection, taken: TakenCommand, tag: str, answer: Answer, now: datetime
) -> None:
    row = _owner(taken) | {
        "task_id": f"refused-{taken.command_id}",
        "client_id": func.known_client(taken.branch_id, taken.key),  # a key may name an import
        "kind": "command_refused",
        "title": f"{TITLES.get(tag, '命令')}未被受理",
        "body": f"{answer.message}({answer.code})",
        "due_at": moment_text(now),
        "state": TaskState.OPEN.value,
        "about": taken.command_id,
    }
    # a reminder may have its name: the answer tells the same
    await connection.execute(upsert(TASK).values(row).on_conflict_do_nothing())


async def _audit(
    connection: AsyncConnection, taken: TakenCommand, tag: str, answer: Answer, now: datetime
) -> None:
    envelope = _read(taken)
    detail = msgspec.json.encode(without_content(envelope.command)).decode() if envelope else ""
    line = AuditLine(
        branch_id=taken.branch_id,
        chain=taken.manager_id,
        at=moment_text(now),
        author=taken.author,
        action=tag,
        subject=taken.key,
        command_id=taken.command_id,
        outcome=answer.code or answer.outcome,
        detail=detail,
    )
    await add_audit(connection, line)


def _read(taken: TakenCommand) -> Envelope | None:
    try:
        return decode(taken.envelope, Envelope)
    except ExpectedFailure:
        return None


def _tag(envelope: Envelope | None) -> str:
    return str(envelope.command.__struct_config__.tag) if envelope else "unknown"


def _told(taken: TakenCommand, answer: Answer) -> dict[str, object]:
    return _owner(taken) | {"command_id": taken.command_id} | asdict(answer)


def _owner(taken: TakenCommand) -> dict[str, object]:
    return {"branch_id": taken.branch_id, "manager_id": taken.manager_id}
