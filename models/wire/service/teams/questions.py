"""Commands about questions to the advisory network (service-system S39, features F15)."""

import msgspec


class AskQuestion(msgspec.Struct, frozen=True, tag="ask_question"):
    """Ask the branch's advisory desk, for a client or ("") in general."""

    question_id: str
    client_id: str
    title: str
    body: str


class TakeQuestion(msgspec.Struct, frozen=True, tag="take_question"):
    """The author will answer it; nobody else can any more."""

    question_id: str


class AnswerQuestion(msgspec.Struct, frozen=True, tag="answer_question"):
    """``reports`` are the ids of the events (research, ratings) that the answer rests on."""

    question_id: str
    answer: str
    reports: tuple[str, ...] = ()


class HandBackQuestion(msgspec.Struct, frozen=True, tag="hand_back_question"):
    """Whoever took it gives it back to its desk."""

    question_id: str
    reason: str


class EscalateQuestion(msgspec.Struct, frozen=True, tag="escalate_question"):
    """The branch passes it on to head office."""

    question_id: str
    reason: str


class WithdrawQuestion(msgspec.Struct, frozen=True, tag="withdraw_question"):
    """It is not needed any more."""

    question_id: str
    reason: str


class ReopenQuestion(msgspec.Struct, frozen=True, tag="reopen_question"):
    """The answer does not do: back to the desk that gave it."""

    question_id: str
    reason: str


class RelayAnswer(msgspec.Struct, frozen=True, tag="relay_answer"):
    """The client was told the answer, word for word with its sources: a contact of his."""

    question_id: str
    contact_id: str
    channel: str
    happened_at: str


QuestionCommand = (
    AskQuestion
    | TakeQuestion
    | AnswerQuestion
    | HandBackQuestion
    | EscalateQuestion
    | WithdrawQuestion
    | ReopenQuestion
    | RelayAnswer
)
