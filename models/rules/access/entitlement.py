"""What a client may use by his tier and his products (service-system S3-S18, S27-S31)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from models.clients.tier import Tier
from models.rules.basis.settings.products import ProductsSettings
from models.rules.basis.settings.words import Product
from models.rules.decision import Decision
from models.rules.products.terms import content_of

_SOURCE = "S3-S18, S27-S31"


class Use(StrEnum):
    """Everything an entitlement is asked for."""

    QUOTES_ORDINARY = "quotes.ordinary"
    ORDER_ENTRY = "order_entry"
    ENQUIRY = "enquiry"
    WEBSITE = "website"
    VOICE_LINE = "voice_line"
    NOTICE_BOARD = "notice_board"
    RESEARCH_BROKER = "research.broker"
    TRADING_ORDINARY = "trading.ordinary"
    PRIORITY_LINE = "priority_line"
    DEDICATED_LINE = "dedicated_line"
    ONE_TO_ONE_BRANCH = "one_to_one.branch"
    ONE_TO_ONE_ADVISORY = "one_to_one.advisory"
    SEMINAR_STRATEGY = "seminar.strategy"
    RESEARCH_THIRD_PARTY = "research.third_party"
    QUOTES_LEVEL2 = "quotes.level2"
    TRADING_VIP = "trading.vip"
    TRADING_PROGRAM = "trading.program"
    HQ_ADVISORY = "hq_advisory"
    PRIVATE_PLACEMENT = "private_placement"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitlementCase:
    """What a client wants to use; ``qualified`` = a qualified investor (§ 2.9 (4))."""

    use: Use
    tier: Tier
    products: tuple[Product, ...] = ()
    qualified: bool = False


_BASE = frozenset(
    {
        Use.QUOTES_ORDINARY,
        Use.ORDER_ENTRY,
        Use.ENQUIRY,
        Use.WEBSITE,
        Use.VOICE_LINE,
        Use.NOTICE_BOARD,
        Use.RESEARCH_BROKER,
        Use.TRADING_ORDINARY,
    }
)
_PERSONAL = frozenset({Tier.GOLD, Tier.PLATINUM})
_TOP = frozenset({Tier.PLATINUM})
_BY_TIER: dict[Use, frozenset[Tier]] = {
    Use.PRIORITY_LINE: frozenset({Tier.SILVER, Tier.PLATINUM}),
    Use.DEDICATED_LINE: _PERSONAL,
    Use.ONE_TO_ONE_BRANCH: _PERSONAL,
    Use.ONE_TO_ONE_ADVISORY: _TOP,
    Use.SEMINAR_STRATEGY: _TOP,
    Use.RESEARCH_THIRD_PARTY: _TOP,
}
_Test = Callable[[ProductsSettings, EntitlementCase, Product], bool]
_BY_PRODUCT: dict[Use, _Test] = {
    Use.RESEARCH_THIRD_PARTY: lambda s, _, p: "third_party_research" in content_of(s, p),
    Use.QUOTES_LEVEL2: lambda s, _, p: s.of(p).quotes == "level2",
    Use.TRADING_VIP: lambda s, _, p: s.of(p).trading_system == "vip",
    Use.TRADING_PROGRAM: lambda s, _, p: s.of(p).trading_system == "program",
    Use.HQ_ADVISORY: lambda _, case, __: case.tier in _PERSONAL,
}


def check_entitlement(settings: ProductsSettings, case: EntitlementCase) -> Decision:
    """Tell whether he may use it and ``via`` what: base, tier or product."""
    if case.use is Use.PRIVATE_PLACEMENT:
        return _private_placement(case)
    via = _via(settings, case)
    return Decision("" if via else "NOT_ENTITLED", {"via": via}, _SOURCE)


def _via(settings: ProductsSettings, case: EntitlementCase) -> str | None:
    if case.use in _BASE:
        return "base"
    if case.tier in _BY_TIER.get(case.use, ()):
        return "tier"
    test = _BY_PRODUCT.get(case.use)
    if test is not None and any(test(settings, case, product) for product in case.products):
        return "product"
    return None


def _private_placement(case: EntitlementCase) -> Decision:
    """Only one to one, never by mass message (S11, § 2.9 (4))."""
    source = "S11, § 2.9 (4)"
    if case.tier not in _TOP:
        return Decision("NOT_ENTITLED", {"via": None}, source)
    if not case.qualified:
        return Decision("QUALIFIED_INVESTOR_ONLY", {"via": None}, source)
    return Decision(numbers={"via": "tier", "delivery": "one_to_one"}, source=source)
