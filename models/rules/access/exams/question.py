"""A question of the bank and how it is asked (features F25)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.rules.basis.settings.words import QuestionKind
from models.rules.decision import Decision

LETTERS = "ABCDEFGH"
_FEWEST = 2
_SOURCE = "F25"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """``options`` are answered by their letters, A the first; it is asked from a day to a day."""

    question_id: str
    topic: str
    kind: QuestionKind
    text: str
    options: tuple[str, ...]
    from_day: date
    until_day: date | None = None

    def runs_on(self, day: date) -> bool:
        """Whether it may be drawn on ``day``; both days are included."""
        return self.from_day <= day and (self.until_day is None or day <= self.until_day)


def judge_question(question: Question, right: Sequence[str]) -> Decision:
    """Tell whether it can be asked: a text, different options, right letters that fit its kind."""
    reason = _fault(question, right)
    return Decision(reason, {"题目": question.question_id}, _SOURCE)


def letters_of(count: int) -> frozenset[str]:
    """Return the letters of so many options."""
    return frozenset(LETTERS[:count])


def _fault(question: Question, right: Sequence[str]) -> str:
    options = [option.strip() for option in question.options]
    if not (question.question_id and question.topic.strip() and question.text.strip()):
        return "QUESTION_EMPTY"
    is_pair = question.kind is QuestionKind.TRUE_FALSE
    most = _FEWEST if is_pair else len(LETTERS)
    if not _FEWEST <= len(options) <= most or len(set(options)) < len(options) or "" in options:
        return "OPTIONS_INVALID"
    if not set(right) <= letters_of(len(options)) or len(set(right)) < len(right):
        return "RIGHT_INVALID"
    is_fitting = len(right) > 1 if question.kind is QuestionKind.MULTIPLE else len(right) == 1
    return "" if is_fitting else "RIGHT_INVALID"
