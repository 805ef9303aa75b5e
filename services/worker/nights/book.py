"""What is remembered of nights: one row a day and step, changed with the work it speaks of."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import JSON, case, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from models.dates import moment_text
from models.tables.grounds import WHOLE_FIRM
from models.tables.nights import NIGHT_RUN
from services.central.audit import AuditLine, add_audit
from services.worker.nights.step import Night, Step

RUNNING, DONE, SKIPPED, FAILED = "running", "done", "skipped", "failed"
_ENDED = (DONE, SKIPPED)


@dataclass(frozen=True, slots=True)
class StepReport:
    """How a step ended; ``counts`` are rows by what they are, ``trouble`` says why it did not."""

    step: str
    title: str
    state: str
    counts: Mapping[str, int] = field(default_factory=dict)
    trouble: str = ""


async def ended_steps(
    connection: AsyncConnection, day: date, steps: Sequence[Step]
) -> dict[str, StepReport]:
    """Return how the steps of ``day`` that need not run again ended, by name."""
    run = NIGHT_RUN.c
    found = await connection.execute(
        select(run.step, run.state, run.counts, run.trouble).where(
            run.branch_id == WHOLE_FIRM, run.day == day.isoformat(), run.state.in_(_ENDED)
        )
    )
    titles = {step.name: step.title for step in steps}
    return {
        step: StepReport(step, titles.get(step, step), state, counts, trouble)
        for step, state, counts, trouble in found
    }


async def last_night(connection: AsyncConnection, last_step: str) -> date | None:
    """Return the newest day whose last step has ended."""
    run = NIGHT_RUN.c
    day = await connection.scalar(
        select(func.max(run.day)).where(
            run.branch_id == WHOLE_FIRM, run.step == last_step, run.state.in_(_ENDED)
        )
    )
    return date.fromisoformat(day) if day else None


async def newest_begun(connection: AsyncConnection) -> date | None:
    """Return the newest day of which any step has begun."""
    run = NIGHT_RUN.c
    day = await connection.scalar(select(func.max(run.day)).where(run.branch_id == WHOLE_FIRM))
    return date.fromisoformat(day) if day else None


async def begin(connection: AsyncConnection, night: Night, step: Step) -> None:
    """Write down that a step has begun, or goes on; one that had ended counts from nothing."""
    row = _key(night, step.name) | {
        "state": RUNNING,
        "started_at": moment_text(night.now),
        "attempts": 1,
    }
    goes_on = NIGHT_RUN.c.state.in_((RUNNING, FAILED))
    again = {
        "state": RUNNING,
        "trouble": "",
        "attempts": NIGHT_RUN.c.attempts + 1,
        "counts": case((goes_on, NIGHT_RUN.c.counts), else_=literal({}, JSON)),
    }
    keys = [NIGHT_RUN.c.branch_id, NIGHT_RUN.c.day, NIGHT_RUN.c.step]
    await connection.execute(
        insert(NIGHT_RUN).values(row).on_conflict_do_update(index_elements=keys, set_=again)
    )


async def add_counts(
    connection: AsyncConnection, night: Night, step: Step, counts: Mapping[str, int]
) -> None:
    """Add what one part of the step did, in that part's transaction."""
    known = await _counts(connection, night, step)
    total = {name: known.get(name, 0) + counts.get(name, 0) for name in (*known, *counts)}
    await _change(connection, night, step.name, {"counts": total})


async def end(
    connection: AsyncConnection, night: Night, step: Step, state: str, trouble: str = ""
) -> StepReport:
    """Write down how the step ended, with its entry in the audit trail."""
    counts = await _counts(connection, night, step)
    ended = {"state": state, "finished_at": moment_text(night.now), "trouble": trouble}
    await _change(connection, night, step.name, ended)
    line = AuditLine(
        branch_id=WHOLE_FIRM,
        chain=WHOLE_FIRM,
        at=moment_text(night.now),
        author="night",
        action=f"night.{step.name}",
        subject=night.day.isoformat(),
        command_id="",
        outcome=trouble or state,
        detail=json.dumps(counts, ensure_ascii=False, sort_keys=True),
    )
    await add_audit(connection, line)
    return StepReport(step.name, step.title, state, counts, trouble)


async def note_failure(connection: AsyncConnection, night: Night, step: Step, trouble: str) -> None:
    """Remember what an attempt said; the next one begins where its parts were committed."""
    await _change(connection, night, step.name, {"state": FAILED, "trouble": trouble})


async def _counts(connection: AsyncConnection, night: Night, step: Step) -> dict[str, int]:
    key = _key(night, step.name)
    found = await connection.scalar(
        select(NIGHT_RUN.c.counts).where(*(NIGHT_RUN.c[name] == key[name] for name in key))
    )
    return {str(name): int(count) for name, count in (found or {}).items()}


async def _change(
    connection: AsyncConnection, night: Night, step: str, values: Mapping[str, object]
) -> None:
    key = _key(night, step)
    await connection.execute(
        update(NIGHT_RUN).where(*(NIGHT_RUN.c[name] == key[name] for name in key)).values(**values)
    )


def _key(night: Night, step: str) -> dict[str, object]:
    return {"branch_id": WHOLE_FIRM, "day": night.day.isoformat(), "step": step}
