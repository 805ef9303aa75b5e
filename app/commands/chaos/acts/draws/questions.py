"""Questions to the advisory network: asked, taken, passed on, answered, told, opened again."""

from app.commands.chaos.acts.turn import Draft, Thing, Turn
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

_REASONS = ("须补充资料", "须补充资料", " ")
_ANSWERS = ("分三步减持", "持有观察", "买入保本", " ")
_CHANNELS = ("phone", "im", "pigeon")


def ask(turn: Turn) -> Draft:
    """Ask for a client, at times in general or about nothing."""
    name = turn.name("AQ")
    client_id = turn.client.client_id if turn.rng.random() < 0.8 else ""
    turn.memory.questions.append(Thing(name, client_id))
    title = turn.rng.choice(("如何分散持仓", "如何分散持仓", "新股规则", " "))
    return _draft(AskQuestion(name, client_id, title, "请答复"), client_id)


def take(turn: Turn) -> Draft | None:
    """Whoever is at the desk takes one; two may try."""
    asked = turn.one_of(turn.memory.questions)
    return None if asked is None else _draft(TakeQuestion(asked.name), asked.client_id)


def answer(turn: Turn) -> Draft | None:
    """Answer one, at times with a report or with what may not be said."""
    asked = turn.one_of(turn.memory.questions)
    if asked is None:
        return None
    reports = (turn.rng.choice(turn.memory.reports).name,) if _sometimes(turn) else ()
    answered = AnswerQuestion(asked.name, turn.rng.choice(_ANSWERS), reports)
    return _draft(answered, asked.client_id, turn.version())


def hand_back(turn: Turn) -> Draft | None:
    """Give it back to its desk."""
    asked = turn.one_of(turn.memory.questions)
    if asked is None:
        return None
    return _draft(HandBackQuestion(asked.name, _reason(turn)), asked.client_id)


def escalate(turn: Turn) -> Draft | None:
    """Pass it on to head office."""
    asked = turn.one_of(turn.memory.questions)
    if asked is None:
        return None
    return _draft(EscalateQuestion(asked.name, _reason(turn)), asked.client_id)


def withdraw(turn: Turn) -> Draft | None:
    """It is not needed any more."""
    asked = turn.one_of(turn.memory.questions)
    if asked is None:
        return None
    return _draft(WithdrawQuestion(asked.name, _reason(turn)), asked.client_id)


def reopen(turn: Turn) -> Draft | None:
    """The answer does not do."""
    asked = turn.one_of(turn.memory.questions)
    if asked is None:
        return None
    return _draft(ReopenQuestion(asked.name, _reason(turn)), asked.client_id)


def relay(turn: Turn) -> Draft | None:
    """Tell the client."""
    asked = turn.one_of(turn.memory.questions)
    if asked is None:
        return None
    channel = turn.rng.choice(_CHANNELS)
    told = RelayAnswer(asked.name, turn.name("AK"), channel, turn.moment())
    return _draft(told, asked.client_id)


def _sometimes(turn: Turn) -> bool:
    return bool(turn.memory.reports) and turn.rng.random() < 0.5


def _reason(turn: Turn) -> str:
    return turn.rng.choice(_REASONS)


def _draft(command: QuestionCommand, client_id: str, version: int = 0) -> Draft:
    return Draft(command, client_id or command.question_id, version)
