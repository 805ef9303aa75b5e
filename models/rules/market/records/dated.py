"""A rule in force from a day to a day for some securities, and the search for it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from models.market.instrument import Board, Exchange, SecurityKind, SecurityStatus
from models.rules.basis.missing import configured


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule is asked for; None = not looked at."""

    exchange: Exchange | None = None
    board: Board | None = None
    kind: SecurityKind | None = None
    status: SecurityStatus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRecord:
    """One rule: the securities it speaks of (empty = all) and the days it is in force.

    ``effective_to`` is its last day, None = still in force; ``source`` where it is written.
    """

    effective_from: date
    effective_to: date | None = None
    source: str
    exchange: tuple[Exchange, ...] = ()
    board: tuple[Board, ...] = ()
    kind: tuple[SecurityKind, ...] = ()
    status: tuple[SecurityStatus, ...] = ()

    def is_in_force(self, day: date) -> bool:
        """Tell whether the rule runs on ``day``."""
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )

    def speaks_of(self, subject: Subject) -> bool:
        """Tell whether the rule is about ``subject``."""
        return (
            (not self.exchange or subject.exchange in self.exchange)
            and (not self.board or subject.board in self.board)
            and (not self.kind or subject.kind in self.kind)
            and (not self.status or subject.status in self.status)
        )


R = TypeVar("R", bound=DatedRecord)


def all_in_force(records: Iterable[R], day: date, subject: Subject) -> Iterator[R]:
    """Yield the records about ``subject`` in force on ``day``, in file order."""
    return (r for r in records if r.is_in_force(day) and r.speaks_of(subject))


def in_force(records: Iterable[R], day: date, subject: Subject) -> R | None:
    """Return the record about ``subject`` in force on ``day``, None where no rule is known."""
    return next(all_in_force(records, day, subject), None)


def required(records: Iterable[R], day: date, subject: Subject, what: str) -> R:
    """Return the record in force; raises NotConfigured ``<what>`` where no rule is known."""
    return configured(in_force(records, day, subject), what)
