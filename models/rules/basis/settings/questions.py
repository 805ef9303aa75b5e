"""Settings of the question desk: how long an answer may take, which reports count as what (F15)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from models.rules.basis.bounds import Positive
from models.rules.basis.settings.words import ReportLicence


@dataclass(frozen=True, slots=True)
class WorkingSpan:
    """Working time of a trading day, ``to`` exclusive."""

    from_: time
    to: time


@dataclass(frozen=True, slots=True)
class QuestionSettings:
    """Working hours that each desk has for an answer, the working day, publishers by licence."""

    branch_hours: Positive | None = None
    head_office_hours: Positive | None = None
    working: tuple[WorkingSpan, ...] | None = None
    licences: Mapping[str, ReportLicence] = field(default_factory=dict)
