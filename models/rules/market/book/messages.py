"""Level-2 messages with their prices scaled already; ids are numbers, 0 = none (§ 2.8)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from models.rules.basis.bounds import Price, Shares
from models.trading.order import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class SseAdd:
    """An order, or what is left of one whose trades came first; ``traded`` = of it so far."""

    type: Literal["A"]
    seq: int
    id: int
    side: Side
    price: Price
    qty: Shares
    traded: Shares | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SseDelete:
    """A cancel of ``qty``."""

    type: Literal["D"]
    seq: int
    id: int
    qty: Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class SseTrade:
    """A trade of two orders."""

    type: Literal["T"]
    seq: int
    buy: int
    sell: int
    price: Decimal
    qty: Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class SsePhase:
    """A change of phase."""

    type: Literal["S"]
    seq: int
    phase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SzseOrder:
    """An order, its id is ``seq``; ``ord``: 1 market, 2 limit, U own side's best."""

    type: Literal["O"]
    seq: int
    side: Side
    ord: Literal["1", "2", "U"]
    qty: Shares
    price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SzseExecution:
    """A fill (F) of two orders or a cancel (4) of one."""

    type: Literal["T"]
    seq: int
    exec: Literal["F", "4"]
    buy: int
    sell: int
    qty: Shares
    price: Decimal | None = None


SseMessage: TypeAlias = SseAdd | SseDelete | SseTrade | SsePhase
SzseMessage: TypeAlias = SzseOrder | SzseExecution
Message: TypeAlias = SseMessage | SzseMessage
