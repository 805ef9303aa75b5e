"""TakeQuestion, HandBackQuestion, EscalateQuestion: what a desk does before it answers (F15)."""

from models.lives.teams.question import AdvisoryDesk, Deed, QuestionState
from models.wire.service.teams.questions import EscalateQuestion, HandBackQuestion, TakeQuestion
from services.central.handlers.clients.teams.questions.found import (
    change,
    on_its_stream,
    require_deed,
    tell_client_file,
)
from services.central.handlers.clients.teams.questions.notices import close_waiting, tell_desk
from services.central.handlers.clients.teams.questions.scope import head_office_serves
from services.central.handlers.clients.teams.questions.seats import due_text
from services.central.handlers.work import Work, now_text, require

_S = QuestionState
RELEASED = {"state": _S.OPEN.value, "taken_by": "", "taken_at": ""}


async def take_question(work: Work, command: TakeQuestion) -> None:
    """Of two who take it at the same moment the second is refused QUESTION_STATE."""
    found = await require_deed(work, command.question_id, Deed.TAKE)
    taken = {"taken_by": work.actor.staff_id, "taken_at": now_text(work)}
    await change(work, found, {"state": _S.TAKEN.value, **taken})
    await close_waiting(work, found, "已受理")


async def hand_back_question(work: Work, command: HandBackQuestion) -> None:
    """Somebody else of the desk may take it; its time runs on."""
    found = await require_deed(work, command.question_id, Deed.HAND_BACK)
    await change(work, found, RELEASED | {"note": command.reason.strip()})
    await tell_desk(work, found, AdvisoryDesk(found["desk"]), "咨询退回,待受理")


async def escalate_question(work: Work, command: EscalateQuestion) -> None:
    """Head office has it from now on, with its own time; Refused QUESTION_NOT_SERVED (S14)."""
    found = await require_deed(work, command.question_id, Deed.ESCALATE)
    require(await head_office_serves(work.connection, found, work.day, work.actor))
    passed = RELEASED | {
        "desk": AdvisoryDesk.HEAD_OFFICE.value,
        "due_at": await due_text(work.connection, AdvisoryDesk.HEAD_OFFICE, work.now),
        "escalated_at": now_text(work),
        "escalated_by": work.actor.staff_id,
        "note": command.reason.strip(),
    }
    async with on_its_stream(work, found) as here:
        await change(here, found, passed)
    await close_waiting(work, found, "已上报总部")
    await tell_desk(work, found, AdvisoryDesk.HEAD_OFFICE, "营业部上报咨询")
    await tell_client_file(work, found, "咨询上报总部")
