"""Dated records of price limits, price cages and ticks (market-rules § 2.3, 2.4, 2.6)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from models.rules.market.records.dated import DatedRecord


class Period(StrEnum):
    """Which days of a security's life a band is for."""

    ANY = "any"
    LISTING = "listing"
    DELISTING = "delisting"


class LimitRounding(StrEnum):
    """How a limit becomes a whole tick."""

    HALF_UP = "half_up"
    INWARD = "inward"


class BandBase(StrEnum):
    """The price a band is taken from."""

    REFERENCE = "reference"
    ISSUE_PRICE = "issue_price"


@dataclass(frozen=True, slots=True, kw_only=True)
class BandRecord(DatedRecord):
    """How far a price may go in a day, in percent of its base; neither set = without limit.

    ``days``: the first so many days of a listing or delisting period.
    ``all_20pct``: for funds, whether all they hold are 20% stocks.
    """

    up_pct: Decimal | None = None
    down_pct: Decimal | None = None
    period: Period = Period.ANY
    days: int = 0
    base: BandBase = BandBase.REFERENCE
    rounding: LimitRounding = LimitRounding.HALF_UP
    one_tick: bool = True
    all_20pct: bool | None = None


class CageAction(StrEnum):
    """What happens to an order outside the cage."""

    REFUSE = "refuse"
    HOLD = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class CageRecord(DatedRecord):
    """The valid price range of continuous trading: percent and ticks around its base."""

    pct: Decimal
    ticks: int
    outside: CageAction = CageAction.REFUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class TickRecord(DatedRecord):
    """The smallest price step in CNY."""

    tick: Decimal
