"""Assessment, import and reminders (rules_eval § 12)."""

from dataclasses import dataclass
from datetime import datetime

from models.rules.assessment.importing import ClientRow, ImportKey, preview
from models.rules.assessment.increment import AssessedClient, AssessedPeriod, increment
from models.rules.assessment.reminder import move
from models.rules.assessment.score import Reached, score
from services.rules.evaluator.world import Judge, family


@dataclass(frozen=True, slots=True)
class _ScoreGiven:
    reached: Reached


@dataclass(frozen=True, slots=True)
class _IncrementGiven:
    period: AssessedPeriod
    clients: tuple[AssessedClient, ...]


@dataclass(frozen=True, slots=True)
class _ImportGiven:
    key: ImportKey
    rows: tuple[ClientRow, ...]
    existing: tuple[ClientRow, ...]


@dataclass(frozen=True, slots=True)
class _ReminderGiven:
    new_time: datetime


ASSESSMENT: dict[str, Judge] = {
    "assessment.score": family(
        _ScoreGiven, lambda given, world: score(world.settings.assessment, given.reached)
    ),
    "assessment.increment": family(
        _IncrementGiven, lambda given, _: increment(given.period, given.clients)
    ),
    "import.preview": family(
        _ImportGiven, lambda given, _: preview(given.key, given.rows, given.existing)
    ),
    "reminder.move": family(
        _ReminderGiven, lambda given, world: move(given.new_time, world.moment)
    ),
}
