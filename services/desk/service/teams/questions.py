"""The question desk, judged before anything is asked for (service-system S39, features F15)."""

from collections.abc import Sequence
from typing import assert_never

from models.clients.tier import Tier
from models.dates import day_of, day_text
from models.lives.teams.question import (
    ASKERS,
    AdvisoryDesk,
    Deed,
    QuestionCase,
    QuestionState,
    judge_deed,
)
from models.rules.basis.missing import configured
from models.rules.basis.settings.words import Product
from models.rules.instructions.questions.answer import (
    REPORT_KINDS,
    Reader,
    Report,
    check_answer,
)
from models.rules.instructions.questions.scope import check_scope
from models.tables.firm import SECURITY_EVENT
from models.tables.staff.questions import ADVISORY_QUESTION, QUESTION_QUEUE
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
from services.desk.service.case import Case, demand, found, refused, require
from services.desk.service.facts import running_products
from services.desk.storage.rows import Row

_DEEDS: dict[type, Deed] = {
    TakeQuestion: Deed.TAKE,
    AnswerQuestion: Deed.ANSWER,
    HandBackQuestion: Deed.HAND_BACK,
    EscalateQuestion: Deed.ESCALATE,
    WithdrawQuestion: Deed.WITHDRAW,
    ReopenQuestion: Deed.REOPEN,
    RelayAnswer: Deed.RELAY,
}


def judge_question(case: Case, command: QuestionCommand) -> None:
    """Find the judge of a command of this kind."""
    match command:
        case AskQuestion():
            _judge_asking(case, command)
        case AnswerQuestion():
            row = _judge_deed(case, command)
            reports = _reports(case, command.reports)
            require(check_answer(case.settings, command.answer, reports, _reader(case, row)))
        case EscalateQuestion():
            require(check_scope(case.settings, _reader(case, _judge_deed(case, command))))
        case (
            TakeQuestion()
            | HandBackQuestion()
            | WithdrawQuestion()
            | ReopenQuestion()
            | RelayAnswer()
        ):
            _judge_deed(case, command)
        case _:
            assert_never(command)


def client_of_question(case: Case, command: QuestionCommand) -> str:
    """Return the client whom it is about; "" for a question in general, or one not here."""
    if isinstance(command, AskQuestion):
        return command.client_id
    row = _find(case, command.question_id)
    return str(row["client_id"] or "") if row else ""


def _judge_asking(case: Case, command: AskQuestion) -> None:
    demand(case.role in ASKERS, "QUESTION_ROLE")
    demand(_find(case, command.question_id) is None, "DUPLICATE")
    if command.client_id:
        case.client(command.client_id)
    configured(case.settings.questions.branch_hours, "QUESTIONS")
    configured(case.settings.questions.working or None, "QUESTIONS")


def _judge_deed(case: Case, command: QuestionCommand) -> Row:
    row = found(_find(case, command.question_id), "QUESTION_NOT_FOUND", "没有这项咨询")
    asked = QuestionCase(
        state=QuestionState(str(row["state"])),
        desk=AdvisoryDesk(str(row["desk"])),
        branch_id=_branch_of(row),
        stream=str(row["manager_id"]),
        asked_by=str(row["asked_by"]),
        taken_by=str(row["taken_by"]),
        client_id=str(row["client_id"] or ""),
        person=case.staff_id,
        person_branch=case.branch_id,
        role=case.role,
    )
    require(judge_deed(_DEEDS[type(command)], asked))
    return row


def _find(case: Case, question_id: str) -> Row | None:
    """The question itself, or an adviser's copy of it."""
    for table in (ADVISORY_QUESTION, QUESTION_QUEUE):
        row = case.row(table, table.c.question_id == question_id)
        if row is not None:
            return row
    return None


def _branch_of(row: Row) -> str:
    return str(row.get("question_branch") or row["branch_id"])


def _reader(case: Case, row: Row) -> Reader | None:
    """The client as his branch knows him, or as head office was told of him."""
    if row["client_id"] is None:
        return None
    if "tier" in row:
        products = filter(None, str(row["products"]).split(","))
        return Reader(Tier(str(row["tier"])), tuple(map(Product, products)))
    client = case.client(str(row["client_id"]))
    return Reader(Tier(str(client["tier"])), running_products(case, str(row["client_id"])))


def _reports(case: Case, event_ids: Sequence[str]) -> list[Report]:
    table = SECURITY_EVENT.c
    rows = case.rows(SECURITY_EVENT, table.event_id.in_(event_ids), table.kind.in_(REPORT_KINDS))
    known = {str(row["event_id"]): row for row in rows}
    missing = [one for one in event_ids if one not in known]
    if missing:
        raise refused("REPORT_NOT_FOUND", f"没有这份研报:{'、'.join(missing)}")
    return [_report(known[one]) for one in event_ids]


def _report(row: Row) -> Report:
    day = day_of(day_text(str(row["happened_at"])))
    return Report(str(row["event_id"]), str(row["title"]), str(row["source"]), day)
