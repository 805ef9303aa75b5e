"""What commands about questions change on this desk at once (待同步).

By when an answer is due is known to central. An adviser has copies of questions only.
"""

from collections.abc import Iterator

from models.lives.task import TaskState
from models.lives.teams.question import AdvisoryDesk, QuestionState
from models.tables.firm import CLIENT, CONTACT, TASK
from models.tables.staff.questions import ADVISORY_QUESTION, QUESTION_QUEUE
from models.wire.commands import Envelope
from models.wire.service.teams.questions import (
    AnswerQuestion,
    AskQuestion,
    EscalateQuestion,
    HandBackQuestion,
    QuestionCommand,
    RelayAnswer,
    ReopenQuestion,
    TakeQuestion,
    WithdrawQuestion,
)
from services.desk.storage.rows import Row
from services.desk.storage.synced.effects.present import Effect, Rows, key_in_branch, owned

_S = QuestionState
_RELEASED: Row = {"state": _S.OPEN.value, "taken_by": ""}


def question_effects(envelope: Envelope, rows: Rows) -> Iterator[Effect]:
    """Yield the rows as the command makes them."""
    match envelope.command:
        case AskQuestion() as command:
            yield ADVISORY_QUESTION, _asked(envelope, command)
        case RelayAnswer() as command:
            yield from _changed(command, {"state": _S.RELAYED.value}, rows)
            yield from _told(envelope, command, rows)
        case (
            TakeQuestion()
            | AnswerQuestion()
            | HandBackQuestion()
            | EscalateQuestion()
            | WithdrawQuestion()
            | ReopenQuestion()
        ) as command:
            yield from _changed(command, _values(envelope, command), rows)
            yield from _over(envelope, command, rows)
        case _:
            return


def _asked(envelope: Envelope, command: AskQuestion) -> Row:
    return owned(envelope) | {
        "question_id": command.question_id,
        "client_id": command.client_id or None,
        "title": command.title.strip(),
        "body": command.body.strip(),
        "desk": AdvisoryDesk.BRANCH.value,
        "state": _S.OPEN.value,
        "asked_by": envelope.author,
        "asked_at": envelope.created_at,
    }


def _values(envelope: Envelope, command: QuestionCommand) -> Row:
    match command:
        case TakeQuestion():
            return {"state": _S.TAKEN.value, "taken_by": envelope.author}
        case AnswerQuestion():
            answered = {"answered_by": envelope.author, "answered_at": envelope.created_at}
            return {"state": _S.ANSWERED.value, "answer": command.answer.strip(), **answered}
        case HandBackQuestion() | ReopenQuestion():
            return _RELEASED | {"note": command.reason.strip()}
        case EscalateQuestion():
            passed = {"desk": AdvisoryDesk.HEAD_OFFICE.value, "due_at": ""}
            return _RELEASED | passed | {"note": command.reason.strip()}
        case WithdrawQuestion():
            return {"state": _S.WITHDRAWN.value, "note": command.reason.strip()}
        case _:
            return {}


def _changed(command: QuestionCommand, values: Row, rows: Rows) -> Iterator[Effect]:
    """The question where this desk has it, an adviser's copy where it has that."""
    for table in (ADVISORY_QUESTION, QUESTION_QUEUE):
        for row in rows.find(table, {"question_id": command.question_id}):
            yield table, row | {name: told for name, told in values.items() if name in row}


def _over(envelope: Envelope, command: QuestionCommand, rows: Rows) -> Iterator[Effect]:
    """Whoever does something to a question has looked at what told him of it."""
    if isinstance(command, AskQuestion):
        return
    about: Row = {"about": command.question_id, "kind": "question_waiting", "state": "open"}
    done: Row = {"state": TaskState.DONE.value, "closed_at": envelope.created_at}
    for task in rows.find(TASK, about | {"manager_id": envelope.author}):
        yield TASK, task | done


def _told(envelope: Envelope, command: RelayAnswer, rows: Rows) -> Iterator[Effect]:
    """The contact at which the client was told; a general question has nobody to tell."""
    asked = rows.find(ADVISORY_QUESTION, {"question_id": command.question_id})
    for question in (row for row in asked if row["client_id"] is not None):
        contact: Row = {
            "contact_id": command.contact_id,
            "client_id": question["client_id"],
            "channel": command.channel,
            "direction": "out",
            "summary": question["advice"],
            "by_staff": envelope.author,
            "happened_at": command.happened_at,
        }
        yield CONTACT, owned(envelope) | contact
        key = key_in_branch(envelope, "client_id", str(question["client_id"]))
        client = rows.read(CLIENT, key)
        if client is not None and str(client["last_contact_at"]) < command.happened_at:
            yield CLIENT, client | {"last_contact_at": command.happened_at}
