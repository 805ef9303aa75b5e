"""Training: courses read, exams sat and handed in right or wrong, what head office teaches."""

from datetime import timedelta
from functools import cache

import msgspec

from app.commands.chaos.acts.turn import Draft, Turn
from app.commands.chaos.stage.stage import START
from models.rules.access.practice.judge import judge
from models.rules.access.practice.result import Result, pack
from models.rules.access.practice.scenario import Scenario, span_of
from models.rules.access.practice.trace import Trace
from models.rules.basis.settings.words import QuestionKind
from models.wire.service.training import (
    AddQuestion,
    BeginExam,
    CompleteCourse,
    LoadBank,
    NewCourse,
    NewQuestion,
    PublishCourse,
    RecordAttempt,
    RecordPractice,
    RetireQuestion,
    RevokeCertificate,
    SubmitExam,
)
from services.worker.practice.shelf import find_scenario

_SCENARIO = "suitability"
_COURSES = ("suitability", "products", "program")
_CERTIFICATES = ("suitability", "suitability", "program", "none")
_OTHERS = ("M002", "M003")  # nobody's whom the trial itself needs certified
_ANSWERS = msgspec.json.Decoder(dict[str, tuple[str, ...]])


def complete_course(turn: Turn) -> Draft:
    """Read a course, at times again, at times one that is not there."""
    return Draft(CompleteCourse(turn.rng.choice((*_COURSES, "none"))), "")


def begin_exam(turn: Turn) -> Draft:
    """Ask for a paper."""
    return Draft(BeginExam(turn.name("E"), turn.rng.choice(_CERTIFICATES)), "")


def submit_exam(turn: Turn) -> Draft | None:
    """Hand a paper in: right, or empty."""
    sat = turn.one_of(turn.memory.exams)
    if sat is None:
        return None
    right = _ANSWERS.decode(sat.words[1])
    return Draft(SubmitExam(sat.name, right if turn.rng.random() < 0.6 else {}), "")


def add_question(turn: Turn) -> Draft:
    """Ask to take a question in, at times with an answer that it does not have."""
    right = turn.rng.choice(("A", "B", "C"))
    asked = AddQuestion(
        turn.name("QU"), "积分", QuestionKind.SINGLE, "试题", ("一", "二"), (right,),
        turn.day(0, 9), "试验",
    )  # fmt: skip
    return Draft(asked, "")


def retire_question(turn: Turn) -> Draft:
    """Ask to draw a question no more."""
    name = turn.rng.choice(("PTS-01", "PROD-02", "none"))
    return Draft(RetireQuestion(name, turn.day(0, 9), "试验"), "")


def publish_course(turn: Turn) -> Draft:
    """Ask to give everybody a course."""
    return Draft(PublishCourse(turn.name("CR"), "新课", "内容", turn.day(0, 9)), "")


def load_bank(turn: Turn) -> Draft:
    """Ask to take a file in: two questions, at times with an answer that one does not have."""
    right = turn.rng.choice(("A", "B", "B", "C"))
    questions = tuple(
        NewQuestion(
            turn.name(f"QF{order}-"),
            "积分",
            QuestionKind.SINGLE,
            "试题",
            ("一", "二"),
            (letter,),
            "试验",
        )
        for order, letter in enumerate(("A", right))
    )
    courses = (NewCourse(turn.name("CF"), "新课", "内容"),)
    asked = LoadBank(turn.name("LB"), "f.csv", "0", turn.day(0, 9), courses, questions)
    return Draft(asked, "")


def revoke_certificate(turn: Turn) -> Draft:
    """Take a certificate away, at times one that is not there."""
    staff_id, certificate = turn.rng.choice(_OTHERS), turn.rng.choice(_CERTIFICATES)
    return Draft(RevokeCertificate("B001", staff_id, certificate, "试验"), "")


def record_attempt(turn: Turn) -> Draft:
    """Note what a desk refused, as only a practice firm does."""
    client_id = turn.client.client_id
    return Draft(RecordAttempt(client_id, "apply_for_product", "TIER_NOT_ELIGIBLE", {}), client_id)


def record_practice(turn: Turn) -> Draft:
    """Hand in a run that is over or not, mostly one's own, at times with another's hash."""
    scenario = _scenario()
    spent = span_of(scenario.lasts) if turn.rng.random() < 0.7 else timedelta()
    trainee = turn.rng.choice((turn.staff_id, turn.staff_id, "M003"))
    trace = Trace(START, START + spent, (), ())
    result = Result(turn.name("PR"), trainee, START, scenario, trace, judge(scenario, trace))
    raw, result_hash = pack(result)
    told = turn.rng.choice((result_hash, result_hash, result_hash, "0"))
    return Draft(RecordPractice(result.run_id, raw, told), "")


@cache
def _scenario() -> Scenario:
    return find_scenario(_SCENARIO)
