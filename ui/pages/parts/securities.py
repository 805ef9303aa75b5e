"""How a security is named and its prices written, asked of the market."""

from models.market.instrument import Instrument, SecurityKind
from ui.ports import MarketWatch
from widgets.basic.find_box import Choice

FINE_KINDS = frozenset(
    {SecurityKind.ETF, SecurityKind.LOF, SecurityKind.REIT, SecurityKind.CONVERTIBLE}
)
CODE_LENGTH = 6
OFFERED = 10


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


def tick_of(item: Instrument | None) -> int:
    """Return the price step in price units."""
    return 10 if decimals_of(item) == 3 else 100


def choice_of(item: Instrument) -> Choice:
    """Return the security as a choice of a find box."""
    return Choice(item.symbol, f"{item.code} {item.name}", item.pinyin.upper())


def offers(market: MarketWatch, text: str) -> tuple[Choice, ...]:
    """Return what a find box offers for what was typed."""
    return tuple(choice_of(item) for item in market.find(text)[:OFFERED])
