"""RecordAttempt and RecordPractice: what a practice firm notes, and what a real one keeps of it."""

import msgspec
from sqlalchemy import text

from models.dates import moment_text
from models.rules.access.practice.result import Result, ResultBroken, unpack
from models.tables.staff.training import PRACTICE_RECORD
from models.wire.service.training import RecordPractice
from services.central.handlers.work import Work, add_once, now_text, refusal


async def record_attempt(work: Work) -> None:
    """Change nothing, the audit trail keeps it; Refused PRACTICE_ONLY in a real firm."""
    if not await practice_of(work):
        raise refusal("PRACTICE_ONLY")


async def record_practice(work: Work, command: RecordPractice) -> None:
    """Keep what the author did on the practice desk; no certificate rests on it.

    Refused PRACTICE_FIRM, RESULT_HASH, RESULT_FORM, RESULT_WRONG, RESULT_OTHERS, PRACTICE_NOT_OVER
    or DUPLICATE.
    """
    if await practice_of(work):
        raise refusal("PRACTICE_FIRM")
    result = _judged(command)
    if result.trainee != work.actor.staff_id or result.run_id != command.run_id:
        raise refusal("RESULT_OTHERS")
    if not result.judgement.is_over:
        raise refusal("PRACTICE_NOT_OVER")
    row = {
        "branch_id": work.branch_id,
        "run_id": result.run_id,
        "manager_id": work.actor.staff_id,
        "staff_id": work.actor.staff_id,
        "scenario": result.scenario.name,
        "title": result.scenario.title,
        "made_at": moment_text(result.made_at),
        "earned": result.judgement.earned,
        "most": result.judgement.most,
        "unknown": result.judgement.unknown,
        "lines": msgspec.json.encode(result.judgement.lines).decode(),
        "result_hash": command.result_hash,
        "recorded_at": now_text(work),
    }
    await add_once(work, PRACTICE_RECORD, row)


async def practice_of(work: Work) -> str:
    """Return the run that this firm is for; "" = a real firm."""
    return str(await work.connection.scalar(text("SELECT app_practice()")))


def _judged(command: RecordPractice) -> Result:
    try:
        return unpack(command.result, command.result_hash)
    except ResultBroken as fault:
        raise refusal(fault.code) from fault
