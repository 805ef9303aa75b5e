"""Commands about questions to the advisory network."""

from typing import assert_never

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
from services.central.handlers.clients.teams.questions.answer import answer_question, relay_answer
from services.central.handlers.clients.teams.questions.ask import (
    ask_question,
    reopen_question,
    withdraw_question,
)
from services.central.handlers.clients.teams.questions.desk import (
    escalate_question,
    hand_back_question,
    take_question,
)
from services.central.handlers.work import Work


async def apply_question_command(work: Work, command: QuestionCommand) -> None:
    """Find the handler of a command of this kind."""
    match command:
        case AskQuestion():
            await ask_question(work, command)
        case TakeQuestion():
            await take_question(work, command)
        case AnswerQuestion():
            await answer_question(work, command)
        case HandBackQuestion():
            await hand_back_question(work, command)
        case EscalateQuestion():
            await escalate_question(work, command)
        case WithdrawQuestion():
            await withdraw_question(work, command)
        case ReopenQuestion():
            await reopen_question(work, command)
        case RelayAnswer():
            await relay_answer(work, command)
        case _:
            assert_never(command)
