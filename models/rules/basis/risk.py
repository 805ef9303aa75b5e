"""Whether a client may take the risk of a product (market-rules § 2.10)."""

from models.clients.tier import RiskClass
from models.rules.basis.settings.words import RiskLevel

_CLASSES = tuple(RiskClass)
_LEVELS = tuple(RiskLevel)


def within_level(risk_class: RiskClass, level: RiskLevel) -> bool:
    """Tell whether Cn takes Rm: up to the same number."""
    return _LEVELS.index(level) <= _CLASSES.index(risk_class)
