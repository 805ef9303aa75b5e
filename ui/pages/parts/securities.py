"""How a security is named and its prices written, asked of the market."""

from models.market.instrument import Instrument, SecurityKind
from ui.ports import MarketWatch

FINE_KINDS = frozenset(
    {SecurityKind.ETF, SecurityKind.LOF, SecurityKind.REIT, SecurityKind.CONVERTIBLE}
)
CODE_LENGTH = 6


def decimals_of(item: Instrument | None) -> int:
    """Return the decimals of its prices: 3 for funds and convertibles (market-rules § 2.6)."""
    return 3 if item is not None and item.kind in FINE_KINDS else 2


def name_of(market: MarketWatch, symbol: str) -> str:
    """Return the name, or the symbol where the feed has not announced it."""
    item = market.instrument(symbol)
    return item.name if item is not None else symbol


def code_of(symbol: str) -> str:
    """Return the six digits."""
    return symbol[:CODE_LENGTH]
