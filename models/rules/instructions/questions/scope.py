"""Whom head office's advisers answer (service-system S14): nobody else's question goes there."""

from models.rules.access.entitlement import EntitlementCase, Use, check_entitlement
from models.rules.basis.profile import Settings
from models.rules.decision import Decision
from models.rules.instructions.questions.answer import Reader

_SOURCE = "S14, S39"


def check_scope(settings: Settings, reader: Reader | None) -> Decision:
    """Allow gold and platinum clients with a product A-E; None = a general question: anybody's."""
    if reader is None:
        return Decision(source=_SOURCE)
    case = EntitlementCase(use=Use.HQ_ADVISORY, tier=reader.tier, products=reader.products)
    if check_entitlement(settings.products, case).ok:
        return Decision(source=_SOURCE)
    told = {"等级": reader.tier.value, "产品": reader.products}
    return Decision("QUESTION_NOT_SERVED", told, _SOURCE)
