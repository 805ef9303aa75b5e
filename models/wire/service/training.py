"""Commands of training: what a person learns and sits, what head office teaches (features F25)."""

from collections.abc import Mapping

import msgspec

from models.rules.basis.settings.words import QuestionKind


class CompleteCourse(msgspec.Struct, frozen=True, tag="complete_course"):
    """The author has read a course to its end."""

    course_id: str


class BeginExam(msgspec.Struct, frozen=True, tag="begin_exam"):
    """Ask central for a paper; its time runs from the moment at which central draws it."""

    attempt_id: str
    certificate: str


class SubmitExam(msgspec.Struct, frozen=True, tag="submit_exam"):
    """The author's letters by question; judged by the moment at which the command was given."""

    attempt_id: str
    answers: Mapping[str, tuple[str, ...]]


class AddQuestion(msgspec.Struct, frozen=True, tag="add_question"):
    """Ask to take a question into the bank; ``right`` are letters of its options."""

    question_id: str
    topic: str
    kind: QuestionKind
    text: str
    options: tuple[str, ...]
    right: tuple[str, ...]
    from_day: str
    source: str


class RetireQuestion(msgspec.Struct, frozen=True, tag="retire_question"):
    """Ask to draw a question no more after ``last_day``; papers that have it keep it."""

    question_id: str
    last_day: str
    reason: str


class PublishCourse(msgspec.Struct, frozen=True, tag="publish_course"):
    """Ask to give a course to everybody from a day on."""

    course_id: str
    title: str
    body: str
    from_day: str


class NewQuestion(msgspec.Struct, frozen=True):
    """A question of a file, as AddQuestion has it."""

    question_id: str
    topic: str
    kind: QuestionKind
    text: str
    options: tuple[str, ...]
    right: tuple[str, ...]
    source: str


class NewCourse(msgspec.Struct, frozen=True):
    """A course of a file."""

    course_id: str
    title: str
    body: str


class LoadBank(msgspec.Struct, frozen=True, tag="load_bank"):
    """Ask to take the new courses and questions of a whole file in, all of them or none."""

    load_id: str
    name: str
    file_hash: str
    from_day: str
    courses: tuple[NewCourse, ...]
    questions: tuple[NewQuestion, ...]


class RevokeCertificate(msgspec.Struct, frozen=True, tag="revoke_certificate"):
    """Compliance takes a certificate away at once; it has to be earned anew."""

    holder_branch: str
    staff_id: str
    certificate: str
    reason: str


class RecordAttempt(msgspec.Struct, frozen=True, tag="record_attempt"):
    """On a practice desk alone: the author tried something that the desk refused with ``code``.

    It changes nothing; the audit trail keeps it. ``fields`` are those of the act, as text.
    """

    client_id: str
    act: str
    code: str
    fields: Mapping[str, str]


class RecordPractice(msgspec.Struct, frozen=True, tag="record_practice"):
    """The author hands in what he did on the practice desk; ``result`` is the whole, with its hash.

    It is judged again from its own trace.
    """

    run_id: str
    result: bytes
    result_hash: str


TrainingCommand = (
    CompleteCourse
    | BeginExam
    | SubmitExam
    | AddQuestion
    | RetireQuestion
    | PublishCourse
    | LoadBank
    | RevokeCertificate
    | RecordAttempt
    | RecordPractice
)
