"""Commands of training."""

from typing import assert_never

from models.wire.service.training import (
    AddQuestion,
    BeginExam,
    CompleteCourse,
    LoadBank,
    PublishCourse,
    RecordAttempt,
    RecordPractice,
    RetireQuestion,
    RevokeCertificate,
    SubmitExam,
    TrainingCommand,
)
from services.central.handlers.training.bank import (
    request_bank,
    request_course,
    request_question,
    request_retirement,
)
from services.central.handlers.training.certificate import revoke_certificate
from services.central.handlers.training.course import complete_course
from services.central.handlers.training.exam import begin_exam, submit_exam
from services.central.handlers.training.practice import record_attempt, record_practice
from services.central.handlers.work import Work


async def apply_training_command(work: Work, command: TrainingCommand) -> None:
    """Find the handler of a command of this kind."""
    match command:
        case CompleteCourse():
            await complete_course(work, command)
        case BeginExam():
            await begin_exam(work, command)
        case SubmitExam():
            await submit_exam(work, command)
        case AddQuestion():
            await request_question(work, command)
        case RetireQuestion():
            await request_retirement(work, command)
        case PublishCourse():
            await request_course(work, command)
        case LoadBank():
            await request_bank(work, command)
        case RevokeCertificate():
            await revoke_certificate(work, command)
        case RecordAttempt():
            await record_attempt(work)
        case RecordPractice():
            await record_practice(work, command)
        case _:
            assert_never(command)
