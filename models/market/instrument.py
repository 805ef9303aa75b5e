"""Securities and the phases of their trading day (market-rules § 2.1, 2.3)."""

from dataclasses import dataclass
from enum import StrEnum


class Exchange(StrEnum):
    """Where a security trades."""

    SSE = "sse"
    SZSE = "szse"
    BSE = "bse"


_SUFFIXES = {"SH": Exchange.SSE, "SZ": Exchange.SZSE, "BJ": Exchange.BSE}


def exchange_of(symbol: str) -> Exchange:
    """Return the exchange that a symbol ends with (``600519.SH``)."""
    return _SUFFIXES[symbol[-2:]]


class Board(StrEnum):
    """Which dated rules a stock follows."""

    MAIN = "main"
    CHINEXT = "chinext"
    STAR = "star"
    BSE = "bse"
    UNKNOWN = "unknown"


class SecurityKind(StrEnum):
    """What a security is."""

    STOCK = "stock"
    ETF = "etf"
    LOF = "lof"
    REIT = "reit"
    CONVERTIBLE = "convertible"


class SecurityStatus(StrEnum):
    """Risk-warning state of a stock."""

    NORMAL = "normal"
    ST = "st"
    DELISTING = "delisting"


class Phase(StrEnum):
    """Phase of a trading day; each includes its start, not its end."""

    CLOSED = "closed"
    OPENING_CALL = "opening_call"
    OPENING_LOCKED = "opening_locked"
    GAP = "gap"
    CONTINUOUS = "continuous"
    LUNCH = "lunch"
    CLOSING_CALL = "closing_call"
    BREAK = "break"
    AFTER_HOURS = "after_hours"


@dataclass(frozen=True, slots=True)
class Instrument:
    """A security on one trade date.

    ``symbol`` is the code with its exchange (``600519.SH``, ``000001.SZ``, ``430047.BJ``);
    ``index`` is its number in this day's feed (dense from 0); ``previous_close_units`` is the
    ex-right reference in price units.
    """

    index: int
    symbol: str
    name: str
    pinyin: str
    exchange: Exchange
    board: Board
    kind: SecurityKind
    status: SecurityStatus
    industry: str
    previous_close_units: int

    @property
    def code(self) -> str:
        """Six digits without the exchange."""
        return self.symbol[:6]
