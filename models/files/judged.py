"""What becomes of each row of an import."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = str | int
Values: TypeAlias = Mapping[str, Value]


class Outcome(StrEnum):
    """What an import would do with a row."""

    NEW = "new"
    CHANGED = "changed"
    KNOWN = "known"  # all it says is there already
    DUPLICATE = "duplicate"  # a client known under another number: for a person to merge
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Line:
    """A row that could be read; only the fields that it tells are in ``values``."""

    row: int
    values: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One row: what becomes of it, whom it is about, what was there and what will be.

    ``about``: the row that it repeats, or the client whom it duplicates; ``at``: the field
    in which the fault lies.
    """

    row: int
    outcome: Outcome
    reason: str = ""
    at: str = ""
    about: str = ""
    owner: str = ""
    client_id: str = ""
    account: str = ""
    symbol: str = ""
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)


def rejected(row: int, reason: str, at: str = "", about: str = "") -> Judged:
    """Return the judgement of a row that is not applied."""
    return Judged(row=row, outcome=Outcome.REJECTED, reason=reason, at=at, about=about)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of rows; ``read`` = the sum of the others."""

    read: int = 0
    added: int = 0
    changed: int = 0
    known: int = 0
    duplicates: int = 0
    rejected: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def applies(self) -> int:
        """How many rows would be written."""
        return self.added + self.changed


def tally(judged: Sequence[Judged]) -> Tally:
    """Count."""
    by = _count(one.outcome for one in judged)
    return Tally(
        len(judged),
        by.get(Outcome.NEW, 0),
        by.get(Outcome.CHANGED, 0),
        by.get(Outcome.KNOWN, 0),
        by.get(Outcome.DUPLICATE, 0),
        by.get(Outcome.REJECTED, 0),
        dict(sorted(_count(one.reason for one in judged if one.reason).items())),
    )


def _count(words: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts
