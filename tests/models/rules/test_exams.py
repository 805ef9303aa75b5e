"""How a certificate is earned: the paper, its score, attempts and waiting, validity (F25)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.dates import BEIJING
from models.lives.exam import ExamState
from models.rules.access.exams.attempt import (
    Held,
    Taken,
    judge_moment,
    may_begin,
    times_of,
    valid_to,
)
from models.rules.access.exams.paper import check_bank, draw_paper, exam_of
from models.rules.access.exams.question import Question, judge_question
from models.rules.access.exams.score import judge_answers, score_paper
from models.rules.basis.missing import NotConfigured
from models.rules.basis.settings.service import ExamSettings, TrainingSettings
from models.rules.basis.settings.words import QuestionKind

K = QuestionKind
DAY = date(2023, 2, 1)
POINTS = {K.SINGLE: 5, K.MULTIPLE: 10, K.TRUE_FALSE: 5}
EXAM = ExamSettings(
    title="适当性管理",
    topics={"甲": 3, "乙": 2},
    points=POINTS,
    pass_percent=80,
    minutes=30,
    late_hours=24,
    attempts=2,
    attempts_days=30,
    wait_days=3,
    valid_months=12,
    renew_days=60,
    courses=("读",),
)
READ = {"读"}


def question(name: str, topic: str = "甲", kind: QuestionKind = K.SINGLE) -> Question:
    options = ("对", "错") if kind is K.TRUE_FALSE else ("一", "二", "三")
    return Question(
        question_id=name, topic=topic, kind=kind, text="问", options=options, from_day=DAY
    )


KINDS = tuple(K)
BANK = [question(f"Q{n}", "甲乙"[n % 2], KINDS[n % 3]) for n in range(20)]


@given(seed=st.text(), order=st.permutations(BANK))
def test_a_seed_gives_one_paper_however_the_bank_is_read(seed: str, order: list[Question]) -> None:
    paper = draw_paper(EXAM, order, seed, DAY)
    assert paper == draw_paper(EXAM, BANK, seed, DAY)
    assert [one.topic for one in paper] == ["甲"] * 3 + ["乙"] * 2
    assert len({one.question_id for one in paper}) == 5
    assert all(one.points == POINTS[one.kind] for one in paper)


def test_different_seeds_give_different_papers() -> None:
    papers = {draw_paper(EXAM, BANK, f"A{n}", DAY) for n in range(20)}
    assert len(papers) > 15


def test_only_questions_in_force_are_drawn() -> None:
    over = [replace(one, until_day=DAY - timedelta(days=1)) for one in BANK[:18]]
    ahead = [replace(one, from_day=DAY + timedelta(days=1)) for one in BANK[18:]]
    assert draw_paper(EXAM, over + ahead, "A", DAY) == ()
    decision = check_bank(EXAM, over + BANK[18:], DAY)
    assert (decision.reason, decision.numbers["题库"]) == ("BANK_TOO_SMALL", 1)
    last_day = [replace(one, until_day=DAY) for one in BANK]
    assert check_bank(EXAM, last_day, DAY).ok


@given(st.dictionaries(st.sampled_from([one.question_id for one in BANK]), st.just(("A",))))
def test_a_score_is_the_points_of_what_is_exactly_right(given_: dict[str, tuple[str, ...]]) -> None:
    paper = draw_paper(EXAM, BANK, "A", DAY)
    right = {one.question_id: ("A",) for one in paper}
    score = score_paper(EXAM, paper, right, given_)
    reached = sum(one.points for one in paper if one.question_id in given_)
    assert (score.points, score.most) == (reached, sum(one.points for one in paper))
    assert score.points == sum(topic.points for topic in score.topics.values())
    assert score.is_passed == (100 * reached >= 80 * score.most)


@pytest.mark.parametrize(
    ("letters", "points"),
    [(("A", "C"), 10), (("C", "A"), 10), (("A",), 0), (("A", "B", "C"), 0), ((), 0)],
)
def test_a_multiple_choice_counts_only_when_exactly_right(
    letters: tuple[str, ...], points: int
) -> None:
    exam = replace(EXAM, topics={"甲": 1})
    paper = draw_paper(exam, [question("Q", kind=K.MULTIPLE)], "A", DAY)
    assert judge_answers(paper, {"Q": letters}).ok
    assert score_paper(exam, paper, {"Q": ("A", "C")}, {"Q": letters}).points == points


@pytest.mark.parametrize(
    ("answers", "ok"),
    [
        ({"S": ("A",)}, True),
        ({"S": ()}, True),
        ({"S": ("A", "B")}, False),  # a single choice
        ({"S": ("D",)}, False),  # there are three options
        ({"S": ("AB",)}, False),
        ({"X": ("A",)}, False),  # not asked
    ],
)
def test_answers_belong_to_the_paper(answers: dict[str, tuple[str, ...]], ok: bool) -> None:
    paper = draw_paper(replace(EXAM, topics={"甲": 1}), [question("S")], "A", DAY)
    assert judge_answers(paper, answers).reason == ("" if ok else "ANSWERS_INVALID")


@pytest.mark.parametrize(
    ("kind", "options", "right", "reason"),
    [
        (K.SINGLE, ("一", "二"), ("A",), ""),
        (K.MULTIPLE, ("一", "二", "三"), ("A", "C"), ""),
        (K.TRUE_FALSE, ("对", "错"), ("B",), ""),
        (K.TRUE_FALSE, ("对", "错", "不知道"), ("B",), "OPTIONS_INVALID"),
        (K.SINGLE, ("一",), ("A",), "OPTIONS_INVALID"),
        (K.SINGLE, ("一", "一 "), ("A",), "OPTIONS_INVALID"),
        (K.SINGLE, ("一", "二"), ("C",), "RIGHT_INVALID"),
        (K.SINGLE, ("一", "二"), (), "RIGHT_INVALID"),
        (K.SINGLE, ("一", "二"), ("A", "B"), "RIGHT_INVALID"),
        (K.MULTIPLE, ("一", "二"), ("A",), "RIGHT_INVALID"),
        (K.MULTIPLE, ("一", "二"), ("A", "A"), "RIGHT_INVALID"),
    ],
)
def test_a_question_is_asked_only_when_it_can_be_answered(
    kind: QuestionKind, options: tuple[str, ...], right: tuple[str, ...], reason: str
) -> None:
    asked = replace(question("Q", kind=kind), options=options)
    assert judge_question(asked, right).reason == reason


S = ExamState


def ago(days: int, state: ExamState = S.FAILED) -> Taken:
    return Taken(DAY - timedelta(days=days), state)


@pytest.mark.parametrize(
    ("taken", "reason", "free_in"),
    [
        ([], "", 0),
        ([ago(3)], "", 0),
        ([ago(2)], "EXAM_WAIT", 1),
        ([ago(2, S.EXPIRED)], "EXAM_WAIT", 1),
        ([ago(0, S.BEGUN)], "EXAM_RUNNING", None),
        ([ago(5), ago(20)], "EXAM_ATTEMPTS_USED", 10),
        ([ago(5), ago(30)], "", 0),
        ([ago(1), ago(29)], "EXAM_WAIT", 2),  # the later of both reasons
        ([ago(1, S.PASSED), ago(2, S.PASSED)], "", 0),
    ],
)
def test_attempts_are_few_and_wait(taken: list[Taken], reason: str, free_in: int | None) -> None:
    decision = may_begin(EXAM, READ, taken, None, DAY)
    assert decision.reason == reason
    if free_in:
        free = DAY + timedelta(days=free_in)
        assert decision.numbers["可考日"] == free
        assert may_begin(EXAM, READ, taken, None, free).ok


def test_courses_come_first_and_a_certificate_is_renewed_in_its_window() -> None:
    assert may_begin(EXAM, set(), [], None, DAY).reason == "COURSE_NOT_COMPLETED"
    assert may_begin(EXAM, READ, [], Held(DAY + timedelta(days=60)), DAY).ok
    early = Held(DAY + timedelta(days=61))
    assert may_begin(EXAM, READ, [], early, DAY).reason == "RENEWAL_TOO_EARLY"
    assert may_begin(EXAM, READ, [], replace(early, revoked_on=DAY), DAY).ok
    assert not may_begin(EXAM, READ, [], Held(None), DAY).ok


@pytest.mark.parametrize(
    ("held", "last"),
    [
        (None, date(2024, 2, 1)),
        (Held(date(2023, 3, 1)), date(2024, 3, 1)),  # days still to run are not lost
        (Held(date(2022, 3, 1)), date(2024, 2, 1)),
        (Held(date(2023, 3, 1), DAY), date(2024, 2, 1)),
    ],
)
def test_a_certificate_runs_from_its_exam_or_its_former_end(held: Held | None, last: date) -> None:
    assert valid_to(EXAM, DAY, held) == last


BEGUN = datetime(2023, 2, 1, 10, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("sent", "came", "reason"),
    [
        (30, 30, ""),
        (30, 30 + 24 * 60, ""),  # answered in time, offline since
        (31, 31, "EXAM_TIME_OVER"),
        (30, 31 + 24 * 60, "EXAM_TIME_OVER"),
        (45, 30, ""),  # the desk's clock runs ahead
        (-1, 5, "EXAM_CLOCK"),
    ],
)
def test_answers_count_by_the_moment_they_were_given(sent: int, came: int, reason: str) -> None:
    minutes = [BEGUN + timedelta(minutes=each) for each in (sent, came)]
    assert judge_moment(BEGUN, times_of(EXAM, BEGUN), *minutes).reason == reason


@pytest.mark.parametrize(
    "unset",
    [{name: None} for name in ("title", "pass_percent", "minutes", "late_hours", "attempts")]
    + [{"topics": {}}, {"points": {K.SINGLE: 5}}, {"wait_days": None}, {"renew_days": None}],
)
def test_an_unset_exam_refuses(unset: dict[str, object]) -> None:
    whole = TrainingSettings({}, {"a": EXAM})
    assert exam_of(whole, "a") is EXAM
    broken = TrainingSettings({}, {"a": replace(EXAM, **unset)})  # type: ignore[arg-type]
    for settings, name in ((broken, "a"), (whole, "b")):
        with pytest.raises(NotConfigured) as refused:
            exam_of(settings, name)
        assert refused.value.code == "EXAM_NOT_CONFIGURED"
