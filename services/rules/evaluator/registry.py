"""All families of cases by name (rules_eval § 2-12)."""

from services.rules.evaluator.families.access import ACCESS
from services.rules.evaluator.families.alerts import ALERTS
from services.rules.evaluator.families.assessment import ASSESSMENT
from services.rules.evaluator.families.book import BOOK
from services.rules.evaluator.families.clients import CLIENTS
from services.rules.evaluator.families.instructions import INSTRUCTIONS
from services.rules.evaluator.families.market import MARKET
from services.rules.evaluator.families.messages import MESSAGES
from services.rules.evaluator.families.prices import PRICES
from services.rules.evaluator.families.products import PRODUCTS
from services.rules.evaluator.world import Judge

FAMILIES: dict[str, Judge] = {
    **CLIENTS,
    **PRODUCTS,
    **ACCESS,
    **PRICES,
    **MARKET,
    **BOOK,
    **INSTRUCTIONS,
    **MESSAGES,
    **ALERTS,
    **ASSESSMENT,
}
