"""Who may be shown level-2 quotes: the client by his product, staff by the firm's licence.

Sources: service-system S29, market-rules § 2.8.
"""

from models.clients.tier import Tier
from models.rules.access.entitlement import EntitlementCase, Use, check_entitlement
from models.rules.basis.profile import Settings
from models.rules.basis.settings.words import Product
from models.rules.decision import Decision

_STAFF = "§ 2.8"


def client_level2(settings: Settings, tier: Tier, products: tuple[Product, ...]) -> Decision:
    """Tell whether the client's products bring level 2 (S29)."""
    case = EntitlementCase(use=Use.QUOTES_LEVEL2, tier=tier, products=products)
    return check_entitlement(settings.products, case)


def staff_level2(settings: Settings) -> Decision:
    """Tell whether the firm holds a display licence for its own staff; unset refuses."""
    licensed = settings.quotes.staff_level2
    if licensed is None:
        return Decision("STAFF_LICENCE_NOT_CONFIGURED", {"via": None}, _STAFF)
    via = "staff" if licensed else None
    return Decision("" if licensed else "STAFF_NOT_LICENSED", {"via": via}, _STAFF)
