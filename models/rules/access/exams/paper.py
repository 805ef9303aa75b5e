"""Which questions a paper has: the same for the same attempt, wherever it is drawn (F25)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from models.rules.access.exams.question import Question
from models.rules.basis.missing import NotConfigured, configured
from models.rules.basis.settings.service import ExamSettings, TrainingSettings
from models.rules.basis.settings.words import QuestionKind
from models.rules.decision import Decision

_SOURCE = "F25"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a paper as the taker sees it; its right answer is nowhere in it."""

    question_id: str
    topic: str
    kind: QuestionKind
    text: str
    options: tuple[str, ...]
    points: int


def exam_of(settings: TrainingSettings, certificate: str) -> ExamSettings:
    """Return how a certificate is earned; raises NotConfigured EXAM where anything is unset."""
    exam = configured(settings.exams.get(certificate), "EXAM")
    needed = (
        exam.title,
        exam.topics or None,
        exam.pass_percent,
        exam.minutes,
        exam.late_hours,
        exam.attempts,
        exam.attempts_days,
        exam.wait_days,
        exam.valid_months,
        exam.renew_days,
    )
    if None in needed or set(exam.points) != set(QuestionKind):
        raise NotConfigured("EXAM")
    return exam


def check_bank(exam: ExamSettings, bank: Iterable[Question], day: date) -> Decision:
    """Tell whether the questions in force on ``day`` fill a paper; ``numbers`` name the topic."""
    running = [question for question in bank if question.runs_on(day)]
    for topic, wanted in exam.topics.items():
        there = sum(question.topic == topic for question in running)
        if there < wanted:
            numbers = {"主题": topic, "需要": wanted, "题库": there}
            return Decision("BANK_TOO_SMALL", numbers, _SOURCE)
    return Decision(source=_SOURCE)


def draw_paper(
    exam: ExamSettings, bank: Sequence[Question], seed: str, day: date
) -> tuple[Asked, ...]:
    """Return the paper of ``seed``: by topic in the setting's order, the order of the bank is
    nothing to it. The bank must be large enough (``check_bank``)."""
    paper: list[Asked] = []
    for topic, wanted in exam.topics.items():
        there = [one for one in bank if one.topic == topic and one.runs_on(day)]
        there.sort(key=lambda one: _place(seed, one.question_id))
        paper += [_asked(exam, question) for question in there[:wanted]]
    return tuple(paper)


def _place(seed: str, question_id: str) -> bytes:
    return hashlib.sha256(f"{seed}|{question_id}".encode()).digest()


def _asked(exam: ExamSettings, one: Question) -> Asked:
    points = exam.points[one.kind]
    return Asked(one.question_id, one.topic, one.kind, one.text, one.options, points)
