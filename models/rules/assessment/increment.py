"""Incremental commission, the main result of stage 2 (service-system S41)."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from models.dates import months_later
from models.rules.basis.missing import ContradictoryFacts
from models.rules.basis.rounding import half_up
from models.rules.basis.spans import running_on

_ZERO = Decimal(0)
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class AssessedPeriod:
    """Both days included; raises ContradictoryFacts when it ends before it begins."""

    from_: datetime.date
    to: datetime.date

    def __post_init__(self) -> None:
        if self.to < self.from_:
            raise ContradictoryFacts("期间在开始之前结束")

    def holds(self, day: datetime.date) -> bool:
        """Tell whether ``day`` lies in the period."""
        return self.from_ <= day <= self.to

    @property
    def months(self) -> int:
        """The months that have begun, counted from its first day."""
        return next(n for n in count(1) if months_later(self.from_, n) > self.to)


@dataclass(frozen=True, slots=True)
class ManagerSpan:
    """Who looks after the client from a day on."""

    from_: datetime.date
    manager: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionTrade:
    """Commission in CNY of a trade; ``churn`` = traded only to earn it."""

    id: str
    date: datetime.date
    amount: Decimal
    reversed_on: datetime.date | None = None
    evidence: bool = True
    churn: bool = False

    @property
    def is_credited(self) -> bool:
        """Whether it counts: with evidence, no churn, never reversed."""
        return self.evidence and not self.churn and self.reversed_on is None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessedClient:
    """A client's baseline commission of a year (0 for a new one), managers and trades."""

    id: str
    baseline_year: Decimal = _ZERO
    managers: tuple[ManagerSpan, ...] = ()
    trades: tuple[CommissionTrade, ...]

    def manager_on(self, day: datetime.date) -> str | None:
        """Return who looked after the client on ``day``."""
        running = running_on(self.managers, day)
        return None if running is None else running.manager


@dataclass(frozen=True, slots=True)
class Increment:
    """CNY; ``traces`` = reversed trades of the period, counted 0."""

    increment: Decimal
    by_client: Mapping[str, Decimal]
    by_manager: Mapping[str, Decimal]
    traces: tuple[str, ...]
    source: str = "S41"


def increment(period: AssessedPeriod, clients: Sequence[AssessedClient]) -> Increment:
    """Return credited commission above the baseline; losses count too."""
    twelvefold: dict[str, Decimal] = {}
    for client in clients:
        amount = _twelvefold_increment(period, client)
        twelvefold[client.id] = twelvefold.get(client.id, _ZERO) + amount
    return Increment(
        increment=half_up(sum(twelvefold.values(), _ZERO) / _MONTHS_A_YEAR),
        by_client={c: half_up(amount / _MONTHS_A_YEAR) for c, amount in twelvefold.items()},
        by_manager=_by_manager(period, clients),
        traces=tuple(_traces(period, clients)),
    )


def _twelvefold_increment(period: AssessedPeriod, client: AssessedClient) -> Decimal:
    """Return the increment times twelve, which is exact; a month's baseline need not be."""
    credited = sum((trade.amount for trade in _credited(period, client)), _ZERO)
    return credited * _MONTHS_A_YEAR - client.baseline_year * period.months


def _credited(period: AssessedPeriod, client: AssessedClient) -> Iterator[CommissionTrade]:
    return (t for t in client.trades if period.holds(t.date) and t.is_credited)


def _by_manager(period: AssessedPeriod, clients: Sequence[AssessedClient]) -> dict[str, Decimal]:
    """Credit each trade to who looked after the client on its day."""
    credited: dict[str, Decimal] = {}
    for client in clients:
        for trade in _credited(period, client):
            manager = client.manager_on(trade.date)
            if manager is not None:
                credited[manager] = credited.get(manager, _ZERO) + trade.amount
    return {manager: half_up(amount) for manager, amount in credited.items()}


def _traces(period: AssessedPeriod, clients: Sequence[AssessedClient]) -> Iterator[str]:
    for client in clients:
        for trade in client.trades:
            if period.holds(trade.date) and trade.reversed_on is not None:
                yield trade.id
