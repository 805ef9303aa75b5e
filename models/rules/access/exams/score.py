"""What the answers to a paper are worth (features F25)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from models.rules.access.exams.paper import Asked
from models.rules.access.exams.question import letters_of
from models.rules.basis.missing import configured
from models.rules.basis.settings.service import ExamSettings
from models.rules.basis.settings.words import QuestionKind
from models.rules.decision import Decision

Answers = Mapping[str, Collection[str]]  # letters by question
_SOURCE = "F25"
_PERCENT = 100


@dataclass(frozen=True, slots=True)
class TopicScore:
    """Points reached of one topic, and how many there were."""

    points: int
    most: int


@dataclass(frozen=True, slots=True)
class Score:
    """A paper's points, by topic too."""

    points: int
    most: int
    topics: Mapping[str, TopicScore]
    is_passed: bool


def judge_answers(paper: Sequence[Asked], given: Answers) -> Decision:
    """Refuse answers to what was not asked, or by letters that are not there."""
    asked = {question.question_id: question for question in paper}
    for name, letters in given.items():
        question = asked.get(name)
        is_choice = question is not None and set(letters) <= letters_of(len(question.options))
        is_one = question is None or question.kind is QuestionKind.MULTIPLE or len(letters) <= 1
        if not is_choice or not is_one or len(set(letters)) < len(letters):
            return Decision("ANSWERS_INVALID", {"题目": name}, _SOURCE)
    return Decision(source=_SOURCE)


def score_paper(
    exam: ExamSettings, paper: Sequence[Asked], right: Answers, given: Answers
) -> Score:
    """Count full points for exactly the right letters, none for anything else."""
    topics: dict[str, TopicScore] = {}
    for question in paper:
        name, before = question.question_id, topics.get(question.topic, TopicScore(0, 0))
        is_right = set(given.get(name, ())) == set(right[name])
        reached = before.points + (question.points if is_right else 0)
        topics[question.topic] = TopicScore(reached, before.most + question.points)
    points = sum(topic.points for topic in topics.values())
    most = sum(topic.most for topic in topics.values())
    needed = configured(exam.pass_percent, "EXAM") * most
    return Score(points, most, topics, points * _PERCENT >= needed)
