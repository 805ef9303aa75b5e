"""What holds from a day on until the next takes its place (rules_eval § 3, 12)."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar


class BeginsOn(Protocol):
    """Something with a first day and no last one."""

    @property
    def from_(self) -> date:
        """Its first day."""


Span = TypeVar("Span", bound=BeginsOn)


def running_on(spans: Sequence[Span], day: date) -> Span | None:
    """Return what holds on ``day``: the newest begun, of two that begin together the later told."""
    begun = [span for span in reversed(spans) if span.from_ <= day]
    return max(begun, key=lambda span: span.from_, default=None)
