"""Settings of reports that a client takes home (features F29)."""

from dataclasses import dataclass

from models.rules.basis.bounds import Positive


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """``notes`` close every report, word for word as the firm's compliance wrote them; without
    them none is made. ``upcoming_days``: how far ahead a report looks for what comes."""

    notes: tuple[str, ...] | None = None
    upcoming_days: Positive | None = None
