"""What commands of training change on this desk at once: a course read, an exam asked for."""

from collections.abc import Iterator

import msgspec

from models.tables.staff.training import COURSE_READ, EXAM_ATTEMPT
from models.wire.commands import Envelope
from models.wire.service.training import BeginExam, CompleteCourse, SubmitExam
from services.desk.storage.rows import Row
from services.desk.storage.synced.effects.present import Effect, Rows, change, key_in_branch, owned


def training_effects(envelope: Envelope, rows: Rows) -> Iterator[Effect]:
    """Yield the rows; an attempt has no state and no paper until central has drawn it."""
    taker: Row = {"staff_id": envelope.author}
    match envelope.command:
        case CompleteCourse() as command:
            read: Row = {"course_id": command.course_id, "completed_at": envelope.created_at}
            yield COURSE_READ, owned(envelope) | taker | read
        case BeginExam() as command:
            yield EXAM_ATTEMPT, owned(envelope) | taker | msgspec.to_builtins(command)
        case SubmitExam() as command:
            told: Row = {"submitted_at": envelope.created_at}
            key = key_in_branch(envelope, "attempt_id", command.attempt_id)
            yield from change(EXAM_ATTEMPT, key, told, rows)
        case _:
            return
