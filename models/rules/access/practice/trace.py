"""What is known of a run: what was played, what the trainee did, and what the trace cannot tell."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from models.rules.access.practice.scenario import ANY_OUTCOME, Pattern
from models.wire.commands import APPLIED, REFUSED

UNANSWERED = ""


class Did(msgspec.Struct, frozen=True):
    """One act of the trainee: ``outcome`` "applied", the code of its refusal, "" = not answered.

    ``row`` names where it stands: an entry of the audit trail, an order, a line of the desk.
    """

    at: datetime
    act: str
    client_id: str
    outcome: str
    command_id: str
    row: str
    fields: Mapping[str, str] = {}

    def fits(self, pattern: Pattern) -> bool:
        """Tell whether it is such an act, its outcome aside."""
        return (
            self.act == pattern.act
            and pattern.client in ("", self.client_id)
            and all(self.fields.get(name) == value for name, value in pattern.where.items())
            and (not pattern.words or any(map(self._says, pattern.words)))
        )

    def ended_as(self, pattern: Pattern) -> bool:
        """Tell whether its outcome is the one that is meant."""
        if pattern.outcome == ANY_OUTCOME:
            return True
        if pattern.outcome == REFUSED:
            return self.outcome not in (APPLIED, UNANSWERED)
        return self.outcome == pattern.outcome

    def _says(self, word: str) -> bool:
        return any(word in text for text in self.fields.values())


class Played(msgspec.Struct, frozen=True):
    """A step that was played; ``outcome`` as of an act."""

    name: str
    at: datetime
    outcome: str
    row: str
    words: str


class Trace(msgspec.Struct, frozen=True):
    """A run from its beginning to ``until``; ``gaps`` says in words what it does not tell."""

    began_at: datetime
    until: datetime
    played: tuple[Played, ...]
    did: tuple[Did, ...]
    gaps: tuple[str, ...] = ()

    def played_at(self, step: str) -> datetime | None:
        """Return when a step was played; "" is the beginning."""
        if not step:
            return self.began_at
        return next((one.at for one in self.played if one.name == step), None)

    def acts(self, pattern: Pattern, since: datetime) -> Iterator[Did]:
        """Acts of this kind from a moment on, whatever came of them, oldest first."""
        found = (one for one in self.did if one.at >= since and one.fits(pattern))
        return iter(sorted(found, key=lambda one: one.at))

    def first(self, pattern: Pattern, since: datetime) -> Did | None:
        """Return the first act that is meant, its outcome too."""
        return next((one for one in self.acts(pattern, since) if one.ended_as(pattern)), None)
