"""AskQuestion, WithdrawQuestion, ReopenQuestion: what whoever asks may do (S39, F15)."""

from models.clients.tier import Role
from models.lives.task import TaskState
from models.lives.teams.question import ASKERS, AdvisoryDesk, Deed, QuestionState
from models.tables.staff.questions import ADVISORY_QUESTION
from models.wire.service.teams.questions import AskQuestion, ReopenQuestion, WithdrawQuestion
from services.central.handlers.clients.teams.questions.found import (
    change,
    read_question,
    require_deed,
    tell_client_file,
)
from services.central.handlers.clients.teams.questions.notices import (
    close_answered,
    close_waiting,
    tell_desk,
    tell_taker,
)
from services.central.handlers.clients.teams.questions.scope import head_office_serves
from services.central.handlers.clients.teams.questions.seats import due_text
from services.central.handlers.work import (
    Work,
    add_once,
    now_text,
    refusal,
    require_client,
)

_S = QuestionState


async def ask_question(work: Work, command: AskQuestion) -> None:
    """Lay it before the branch's desk; the clock runs from now on, wherever it was written.

    Refused QUESTION_ROLE for who has no clients, CLIENT_NOT_FOUND for another's client.
    """
    if Role(work.actor.role) not in ASKERS:
        raise refusal("QUESTION_ROLE")
    if command.client_id:
        await require_client(work, command.client_id)
    asked = {
        "question_id": command.question_id,
        "client_id": command.client_id or None,
        "title": command.title.strip(),
        "body": command.body.strip(),
        "desk": AdvisoryDesk.BRANCH.value,
        "state": _S.OPEN.value,
        "asked_by": work.actor.staff_id,
        "asked_at": now_text(work),
        "due_at": await due_text(work.connection, AdvisoryDesk.BRANCH, work.now),
    }
    row = work.owner | asked
    await add_once(work, ADVISORY_QUESTION, row)
    found = await read_question(work, command.question_id)
    await tell_client_file(work, found, "提出咨询")
    await tell_desk(work, found, AdvisoryDesk.BRANCH, "待受理咨询")


async def withdraw_question(work: Work, command: WithdrawQuestion) -> None:
    """Take it back; who works on it is told."""
    found = await require_deed(work, command.question_id, Deed.WITHDRAW)
    await change(work, found, {"state": _S.WITHDRAWN.value, "note": command.reason.strip()})
    await close_waiting(work, found, "已撤回")
    await tell_taker(work, found, "咨询已撤回")
    await tell_client_file(work, found, "撤回咨询")


async def reopen_question(work: Work, command: ReopenQuestion) -> None:
    """Back to the desk that answered, with new time; what was answered stays to be read.

    Head office has it again only while it serves the client (S14), else his branch.
    """
    found = await require_deed(work, command.question_id, Deed.REOPEN)
    desk = AdvisoryDesk(found["desk"])
    if not (await head_office_serves(work.connection, found, work.day, work.actor)).ok:
        desk = AdvisoryDesk.BRANCH
    opened = {
        "desk": desk.value,
        "state": _S.OPEN.value,
        "taken_by": "",
        "taken_at": "",
        "overdue_at": "",
        "due_at": await due_text(work.connection, desk, work.now),
        "note": command.reason.strip(),
    }
    await change(work, found, opened)
    await close_answered(work, found, TaskState.DISMISSED)
    await tell_desk(work, found, desk, "咨询重开")
    await tell_client_file(work, found, "重开咨询")
