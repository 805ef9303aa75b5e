"""A question in hand: found, locked, judged, changed, told on its client's file (S39, F15)."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

import msgspec
from sqlalchemy import RowMapping, select, update

from models.clients.tier import Role
from models.lives.teams.question import AdvisoryDesk, Deed, QuestionCase, QuestionState, judge_deed
from models.tables.staff.questions import ADVISORY_QUESTION
from services.central.handlers.clients.teams.questions.scope import as_owner
from services.central.handlers.timeline import tell
from services.central.handlers.work import Refused, Work, require, require_version

_QUESTION = ADVISORY_QUESTION.c


async def require_deed(work: Work, question_id: str, deed: Deed) -> RowMapping:
    """Return the question, locked, where the author may do this to it now."""
    found = await read_question(work, question_id)
    require_version(work, found["version"])
    case = QuestionCase(
        state=QuestionState(found["state"]),
        desk=AdvisoryDesk(found["desk"]),
        branch_id=found["branch_id"],
        stream=found["manager_id"],
        asked_by=found["asked_by"],
        taken_by=found["taken_by"],
        client_id=found["client_id"] or "",
        person=work.actor.staff_id,
        person_branch=work.actor.branch_id,
        role=Role(work.actor.role),
    )
    require(judge_deed(deed, case))
    return found


async def read_question(work: Work, question_id: str) -> RowMapping:
    """Return it, locked, wherever the author may see it: head office answers every branch.

    Refused QUESTION_NOT_FOUND.
    """
    query = select(ADVISORY_QUESTION).where(_QUESTION.question_id == question_id).with_for_update()
    rows = (await work.connection.execute(query)).mappings().all()
    if len(rows) != 1:  # an id that two branches gave names neither
        raise Refused("QUESTION_NOT_FOUND", f"没有咨询 {question_id},或已不在您的咨询台")
    return rows[0]


async def change(work: Work, found: RowMapping, values: Mapping[str, object]) -> None:
    """Change the question's row."""
    await work.connection.execute(
        update(ADVISORY_QUESTION)
        .where(_QUESTION.branch_id == found["branch_id"])
        .where(_QUESTION.question_id == found["question_id"])
        .values(version=_QUESTION.version + 1, **values)
    )


@asynccontextmanager
async def on_its_stream(work: Work, found: RowMapping) -> AsyncIterator[Work]:
    """Let the transaction write for the question's manager; who did it stays the author.

    An adviser may not change rows of clients, only answer what he was asked of them.
    """
    place = {"branch_id": found["branch_id"], "manager_id": found["manager_id"]}
    async with as_owner(work.connection, found, work.actor):
        yield replace(work, envelope=msgspec.structs.replace(work.envelope, **place))


async def tell_client_file(work: Work, found: RowMapping, title: str) -> None:
    """Add to the client's timeline what was done; a general question has none."""
    if found["client_id"] is None:
        return
    async with on_its_stream(work, found) as here:
        await tell(here, found["client_id"], "question", f"{title}:{found['title']}")
