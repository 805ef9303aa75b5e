"""Assessment of the service team at its two stages (service-system S40, S41)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from models.rules.basis.missing import configured, known
from models.rules.basis.settings.service import AssessmentSettings

_RESULTS_ONLY = 2


@dataclass(frozen=True, slots=True)
class Score:
    """Points out of 100 at stage 1; at stage 2 results count and there is no score."""

    stage: int
    score: Decimal | None = None
    parts: Mapping[str, Decimal] = field(default_factory=dict)
    source: str = "S40, S41"


def score(settings: AssessmentSettings, reached: Mapping[str, Decimal]) -> Score:
    """Return weight times what was reached (percent, capped) for every weighted item.

    Raises NotConfigured ASSESSMENT, MissingFact for an item that is not told.
    """
    stage = configured(settings.stage, "ASSESSMENT")
    if stage == _RESULTS_ONLY:
        return Score(stage)
    cap = configured(settings.cap_percent, "ASSESSMENT")
    weights = configured(settings.weights or None, "ASSESSMENT")
    parts = {
        item: weight * min(known(reached.get(item), item), cap) / 100
        for item, weight in weights.items()
    }
    return Score(stage, sum(parts.values(), Decimal(0)), parts)
