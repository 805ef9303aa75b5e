"""Sitting exams through inbox and worker: papers read, answered right or wrong."""

from datetime import datetime
from typing import cast

import msgspec

from models.wire.commands import Envelope
from models.wire.service.training import BeginExam, SubmitExam
from tests.support.service_work import Firm

Answers = dict[str, tuple[str, ...]]


async def right_answers(firm: Firm, attempt_id: str) -> Answers:
    """What the bank says of the questions of a paper."""
    [(paper,)] = await firm.ask("SELECT paper FROM exam_attempt WHERE attempt_id = $1", attempt_id)
    names = [one["question_id"] for one in msgspec.json.decode(cast(str, paper))]
    keys = await firm.ask("SELECT question_id, answers FROM question_key")
    right = {str(name): tuple(msgspec.json.decode(cast(str, told))) for name, told in keys}
    return {name: right[name] for name in names}


async def sit(
    firm: Firm, attempt_id: str, by: str, at: datetime, *, certificate: str = "suitability"
) -> Envelope:
    """Ask for a paper."""
    return await firm.do(BeginExam(attempt_id, certificate), by, key="", manager_id=by, at=at)


async def hand_in(
    firm: Firm, attempt_id: str, answers: Answers, by: str, at: datetime, sent_at: str = ""
) -> Envelope:
    """Send the answers; ``sent_at`` "" = at the moment at which they come."""
    told = sent_at or at.isoformat(timespec="milliseconds")
    command = SubmitExam(attempt_id, answers)
    return await firm.do(command, by, key="", manager_id=by, at=at, created_at=told)
