"""The question desk as this desk may show it (service-system S39, features F15)."""

from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, select

from models.lives.teams.question import WAITING, QuestionState
from models.rules.instructions.questions.answer import REPORT_KINDS, Report
from models.tables.firm import SECURITY_EVENT
from models.tables.staff.questions import ADVISORY_QUESTION, QUESTION_QUEUE
from services.desk.storage.rows import Row, key_of, row_text
from services.desk.storage.synced.provisional import provisional_keys

_ASKED, _WAITS = ADVISORY_QUESTION.c, QUESTION_QUEUE.c
_OPEN = [state.value for state in WAITING]


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question of this desk's stream with the reports that its answer cites.

    ``is_pending``: something done to it here is not yet at central.
    """

    row: Row
    reports: tuple[Report, ...]
    is_pending: bool

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.row["state"] in (*_OPEN, QuestionState.ANSWERED.value)


def read_questions(connection: Connection, client_id: str = "") -> tuple[AskedQuestion, ...]:
    """Return the questions asked by this desk's people, or those of a client, newest first."""
    query = select(ADVISORY_QUESTION).order_by(_ASKED.asked_at.desc(), _ASKED.question_id)
    if client_id:
        query = query.where(_ASKED.client_id == client_id)
    marked = provisional_keys(connection, ADVISORY_QUESTION)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return tuple(
        AskedQuestion(row, _reports(row), row_text(key_of(ADVISORY_QUESTION, row)) in marked)
        for row in rows
    )


def read_desk_queue(connection: Connection) -> tuple[Row, ...]:
    """Return what waits at an advisory desk and may be answered here, first due first.

    An adviser has copies of his own; a branch manager the questions of his branch themselves.
    """
    copies = select(QUESTION_QUEUE).order_by(_WAITS.due_at, _WAITS.asked_at, _WAITS.question_id)
    found = connection.execute(copies).mappings().all()
    if not found:
        asked = select(ADVISORY_QUESTION).where(_ASKED.state.in_(_OPEN), _ASKED.desk == "branch")
        asked = asked.order_by(_ASKED.due_at, _ASKED.asked_at, _ASKED.question_id)
        found = connection.execute(asked).mappings().all()
    return tuple(dict(row) for row in found)


def read_citable(connection: Connection, symbol: str = "") -> tuple[Row, ...]:
    """Return the reports that an answer may name, newest first; whether for a client is judged."""
    table = SECURITY_EVENT.c
    query = select(SECURITY_EVENT).where(table.kind.in_(REPORT_KINDS))
    if symbol:
        query = query.where(table.symbol == symbol)
    rows = connection.execute(query.order_by(table.happened_at.desc(), table.event_id)).mappings()
    return tuple(dict(row) for row in rows)


def _reports(row: Row) -> tuple[Report, ...]:
    text = str(row["citations"])
    return msgspec.json.decode(text, type=tuple[Report, ...]) if text else ()
