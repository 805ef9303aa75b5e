"""Assessment of the service team at its two stages (service-system S40, S41)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal

from models.rules.basis.bounds import Amount
from models.rules.basis.missing import configured
from models.rules.basis.settings.service import AssessmentSettings

_RESULTS_ONLY = 2


@dataclass(frozen=True, slots=True)
class Reached:
    """What a team reached of each item, in percent."""

    goals: Amount
    crm_entry: Amount
    contacts: Amount
    callbacks: Amount


@dataclass(frozen=True, slots=True)
class Score:
    """Points out of 100 at stage 1; at stage 2 results count and there is no score."""

    stage: int
    score: Decimal | None = None
    parts: Mapping[str, Decimal] = field(default_factory=dict)
    source: str = "S40, S41"


def score(settings: AssessmentSettings, reached: Reached) -> Score:
    """Return weight times what was reached (capped) for every item.

    Raises NotConfigured ASSESSMENT where the stage, the cap or a weight is unset.
    """
    stage = configured(settings.stage, "ASSESSMENT")
    if stage == _RESULTS_ONLY:
        return Score(stage)
    cap = configured(settings.cap_percent, "ASSESSMENT")
    parts = {
        item: configured(settings.weights.get(item), "ASSESSMENT") * min(percent, cap) / 100
        for item, percent in asdict(reached).items()
    }
    return Score(stage, sum(parts.values(), Decimal(0)), parts)
