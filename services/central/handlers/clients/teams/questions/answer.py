"""AnswerQuestion and RelayAnswer: judged, with its sources, kept on the client (F15, § 2.9)."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import select

from models.dates import day_of, day_text
from models.lives.task import TaskState
from models.lives.teams.question import Deed, QuestionState
from models.rules.instructions.questions.answer import (
    REPORT_KINDS,
    Report,
    advice_text,
    check_answer,
)
from models.tables.firm import SECURITY_EVENT
from models.wire.commands import LogContact
from models.wire.service.teams.questions import AnswerQuestion, RelayAnswer
from services.central.handlers.clients.log_contact import add_contact
from services.central.handlers.clients.teams.questions.found import (
    change,
    on_its_stream,
    require_deed,
    tell_client_file,
)
from services.central.handlers.clients.teams.questions.notices import (
    close_answered,
    close_waiting,
    tell_owner,
)
from services.central.handlers.clients.teams.questions.scope import reader_of
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.work import Work, now_text, refusal, require

_S = QuestionState
_EVENT = SECURITY_EVENT.c


async def answer_question(work: Work, command: AnswerQuestion) -> None:
    """Keep the answer; its manager gets a task to tell the client."""
    found = await require_deed(work, command.question_id, Deed.ANSWER)
    reports = await _reports(work, command.reports)
    settings = await settings_on(work, work.day)
    reader = await reader_of(work.connection, found, work.day, work.actor)
    require(check_answer(settings, command.answer, reports, reader))
    advice = advice_text(command.answer, reports)
    told = {
        "state": _S.ANSWERED.value,
        "answer": command.answer.strip(),
        "citations": msgspec.json.encode(reports).decode(),
        "advice": advice,
        "answered_by": work.actor.staff_id,
        "answered_at": now_text(work),
    }
    await change(work, found, told)
    await close_waiting(work, found, "已答复")
    await tell_owner(work, found, "咨询已答复", advice)
    await tell_client_file(work, found, "咨询已答复")


async def relay_answer(work: Work, command: RelayAnswer) -> None:
    """The advice is a contact of the client's, by his manager, word for word."""
    found = await require_deed(work, command.question_id, Deed.RELAY)
    contact = LogContact(
        contact_id=command.contact_id,
        client_id=found["client_id"],
        channel=command.channel,
        direction="out",
        summary=found["advice"],
        happened_at=command.happened_at,
    )
    async with on_its_stream(work, found) as here:
        await add_contact(here, contact)
    await change(work, found, {"state": _S.RELAYED.value, "contact_id": command.contact_id})
    await close_answered(work, found, TaskState.DONE)
    await tell_client_file(work, found, "答复已转告客户")


async def _reports(work: Work, event_ids: Sequence[str]) -> list[Report]:
    """Return the reports in the order of citing; Refused REPORT_NOT_FOUND."""
    columns = _EVENT.event_id, _EVENT.title, _EVENT.source, _EVENT.happened_at
    query = select(*columns).where(_EVENT.event_id.in_(event_ids), _EVENT.kind.in_(REPORT_KINDS))
    found = {row.event_id: row for row in await work.connection.execute(query)}
    missing = [one for one in event_ids if one not in found]
    if missing:
        raise refusal("REPORT_NOT_FOUND", {"编号": missing})
    rows = (found[one] for one in event_ids)
    return [
        Report(row.event_id, row.title, row.source, day_of(day_text(row.happened_at)))
        for row in rows
    ]
