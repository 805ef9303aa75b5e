"""From the score of a risk test to the client's class (market-rules § 2.10)."""

from models.clients.tier import RiskClass
from models.rules.basis.missing import configured
from models.rules.basis.settings.clients import SuitabilitySettings


def class_of_score(settings: SuitabilitySettings, score: int) -> RiskClass | None:
    """Return the class of a score; None = no such score. Raises NotConfigured SCORE_BANDS."""
    bands = configured(settings.score_bands or None, "SCORE_BANDS")
    highest = configured(settings.highest_score, "SCORE_BANDS")
    reached = [band for band in bands if band.from_ <= score <= highest]
    return max(reached, key=lambda band: band.from_).risk_class if reached else None
