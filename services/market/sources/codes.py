"""What the vendors' letters and numbers mean, in the codes of the wire."""

from models.market.instrument import Exchange, Phase
from models.wire.feed import (
    ORDER_LIMIT,
    ORDER_MARKET,
    ORDER_OWN_BEST,
    PHASES,
    SIDE_BUY,
    SIDE_NONE,
    SIDE_SELL,
)

# Sides: letters, 1/2, or the ASCII number of either (vendor dumps of the binary feed).
SIDES = {
    "B": SIDE_BUY,
    "1": SIDE_BUY,
    "49": SIDE_BUY,
    "66": SIDE_BUY,
    "S": SIDE_SELL,
    "2": SIDE_SELL,
    "50": SIDE_SELL,
    "83": SIDE_SELL,
}
AGGRESSORS = {**SIDES, "N": SIDE_NONE, "0": SIDE_NONE, "78": SIDE_NONE, "": SIDE_NONE}

SHANGHAI_ADDS = frozenset({"A", "2", "65"})
SHANGHAI_DELETES = frozenset({"D", "10", "68"})
SHANGHAI_TRADES = frozenset({"", "0", "F", "70", "T", "84", "B", "66", "S", "83", "N", "78"})
STATUSES = frozenset({"S", "11", "83"})

SHENZHEN_ORDERS = {
    "1": ORDER_MARKET,
    "49": ORDER_MARKET,
    "2": ORDER_LIMIT,
    "50": ORDER_LIMIT,
    "U": ORDER_OWN_BEST,
    "3": ORDER_OWN_BEST,
    "85": ORDER_OWN_BEST,
}
SHENZHEN_TRADES = frozenset({"F", "70", "0"})
SHENZHEN_CANCELS = frozenset({"4", "52", "1"})

# Shanghai's status words (market-rules § 2.8); a halt is a break, ADD comes before the start.
PHASE_WORDS = {
    "ADD": Phase.CLOSED,
    "START": Phase.CLOSED,
    "OCALL": Phase.OPENING_CALL,
    "TRADE": Phase.CONTINUOUS,
    "SUSP": Phase.BREAK,
    "CCALL": Phase.CLOSING_CALL,
    "CLOSE": Phase.CLOSED,
    "ENDTR": Phase.CLOSED,
}
PHASE_CODES = {word: PHASES.index(phase) for word, phase in PHASE_WORDS.items()}

_SHANGHAI_FIRST = "5679"
_SHANGHAI_BONDS = ("110", "111", "113", "118", "132")  # convertible and exchangeable
_BEIJING_PREFIXES = ("4", "8", "92")
_SUFFIXES = {Exchange.SSE: "SH", Exchange.SZSE: "SZ", Exchange.BSE: "BJ"}


def exchange_of_code(code: str) -> Exchange:
    """Return where a six-digit code trades."""
    if code.startswith(_BEIJING_PREFIXES):
        return Exchange.BSE
    is_shanghai = code[0] in _SHANGHAI_FIRST or code.startswith(_SHANGHAI_BONDS)
    return Exchange.SSE if is_shanghai else Exchange.SZSE


def symbol_of_code(code: str) -> str:
    """Return the code with its exchange: ``600519.SH``."""
    return f"{code}.{_SUFFIXES[exchange_of_code(code)]}"
