"""Rows that follow from what is known of a client, made once a day and client."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from models.clients.agenda.reasons import (
    AgendaFacts,
    RunningTerm,
    birthday_rows,
    contact_rows,
    risk_test_rows,
    subscription_rows,
    tier_rows,
)
from models.clients.agenda.row import AgendaRow, weight
from models.rules.basis.missing import NotConfigured
from models.rules.basis.profile import Settings
from models.rules.basis.settings.service import AgendaSettings
from services.desk.clients.roll import ClientRoll
from services.desk.clients.segments import SegmentClients
from services.desk.storage.queries.segment_facts import day_or_none
from services.desk.storage.rows import Row
from services.desk.turns import by_turns

_MAKERS: tuple[Callable[[AgendaFacts, Settings, date], Iterator[AgendaRow]], ...] = (
    risk_test_rows,
    birthday_rows,
    tier_rows,
    subscription_rows,
    contact_rows,
)


class Missing:
    """Settings that were found empty, each named once."""

    def __init__(self) -> None:
        self._codes: set[str] = set()

    def add(self, missing: NotConfigured) -> None:
        """Remember one."""
        self._codes.add(missing.code)

    def weighed(self, rows: Iterable[AgendaRow], settings: AgendaSettings) -> Iterator[AgendaRow]:
        """Yield the rows whose kind has a weight; the others are told by their setting."""
        for row in rows:
            try:
                weight(settings, row.kind)
            except NotConfigured as missing:
                self.add(missing)
                continue
            yield row

    def names(self) -> tuple[str, ...]:
        """Their codes, in order."""
        return tuple(sorted(self._codes))


class ClientRows:
    """Rows by client; whoever changed is made anew when he is next asked for."""

    def __init__(self, roll: ClientRoll, clients: SegmentClients) -> None:
        self._roll = roll
        self._clients = clients
        self._stored: dict[str, Row] = {}
        self._made: dict[str, tuple[tuple[AgendaRow, ...], tuple[NotConfigured, ...]]] = {}

    def forget(self) -> None:
        """Nothing is known any more."""
        self._stored = {}
        self._made = {}

    def forget_rows(self) -> None:
        """Another day or other settings: the clients are the same, their rows are not."""
        self._made = {}

    def drop(self, client_ids: Iterable[str]) -> None:
        """These have changed."""
        for client_id in client_ids:
            self._stored.pop(client_id, None)
            self._made.pop(client_id, None)

    def take(self, clients: Iterable[Row]) -> None:
        """Keep rows of the table ``client``."""
        self._stored |= {str(row["client_id"]): row for row in clients}

    async def prepare(self, settings: Settings, day: date) -> None:
        """Make what is not made yet, a little at a time; a change meanwhile is left to ``rows``."""
        made = self._made
        async for client_id in by_turns(self._stored):
            if made is not self._made:
                return  # another day, other settings: not ours to make any more
            is_here = client_id in self._stored and self._roll.entry(client_id) is not None
            if is_here and client_id not in made:
                made[client_id] = self._make(client_id, settings, day)

    def rows(self, settings: Settings, day: date, missing: Missing) -> Iterator[AgendaRow]:
        """Yield the rows of every client; what could not be made is told to ``missing``."""
        for client_id in self._stored:
            if self._roll.entry(client_id) is None:
                continue
            if client_id not in self._made:
                self._made[client_id] = self._make(client_id, settings, day)
            rows, codes = self._made[client_id]
            for code in codes:
                missing.add(code)
            yield from rows

    def _make(
        self, client_id: str, settings: Settings, day: date
    ) -> tuple[tuple[AgendaRow, ...], tuple[NotConfigured, ...]]:
        facts = self._facts(client_id, day)
        rows: list[AgendaRow] = []
        codes: list[NotConfigured] = []
        for make in _MAKERS:
            try:
                rows += make(facts, settings, day)
            except NotConfigured as missing:
                codes.append(missing)
        return tuple(rows), tuple(codes)

    def _facts(self, client_id: str, day: date) -> AgendaFacts:
        row, entry = self._stored[client_id], self._roll.entry(client_id)
        terms = () if entry is None else entry.subscriptions
        return AgendaFacts(
            client=self._clients.facts(client_id),
            tested_on=day_or_none(str(row["risk_tested_on"])),
            tier_by=str(row["tier_by"]),
            opened_on=day_or_none(str(row["opened_on"])),
            terms=tuple(
                RunningTerm(one.product, date.fromisoformat(one.ends_on))
                for one in terms
                if one.ends_on and one.runs_on(day.isoformat()) and one.state == "active"
            ),
        )
