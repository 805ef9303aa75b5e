"""Counts and finds the clients of a rule at the desk, kept in step with the store (F6)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from models.clients.segments.judge import Answer, ClientFacts, Finding, answer_of, explain
from models.clients.segments.rule import CHANNELS, SegmentRule
from models.dates import BEIJING, day_of
from models.errors import ExpectedFailure
from models.lives.consent import ConsentForm, standing
from models.rules.access.suitability import valid_to
from models.rules.basis.missing import NotConfigured
from models.rules.messages.send_gate import Purpose
from models.status import ChangeSet
from services.clock.clock import Clock
from services.desk.clients.roll import ClientRoll
from services.desk.storage.queries.entries import ClientEntry
from services.desk.storage.queries.segment_facts import (
    PersonFacts,
    SavedSegment,
    read_person_facts,
    read_segments,
)
from services.desk.storage.store import LocalStore
from services.desk.turns import by_turns
from services.rules.dated import SettingsByDay


@dataclass(frozen=True, slots=True)
class Picked:
    """All clients of the desk by what the rule says of them, in the order of the list."""

    in_: tuple[str, ...]
    out: tuple[str, ...]
    unknown: tuple[str, ...]


class SegmentClients:
    """The facts that rules ask about, by client; one client that changed is read alone."""

    def __init__(
        self, *, store: LocalStore, roll: ClientRoll, settings: SettingsByDay, clock: Clock
    ) -> None:
        self._store = store
        self._roll = roll
        self._settings = settings
        self._clock = clock
        self._people: dict[str, PersonFacts] = {}
        self._facts: dict[str, ClientFacts] = {}
        self._day: date | None = None
        self.stamp = 0  # rises whenever an answer may be another one

    async def load(self) -> None:
        """Read all clients; after the roll."""
        self._people = await self._store.read(read_person_facts)
        self._forget()
        day = self.day()
        async for client_id in by_turns(self._roll.rows):
            self._known(client_id, day)

    async def refresh(self, change: ChangeSet) -> None:
        """Keep in step with the store; add it to the changes after roll and settings."""
        if change.whole:
            await self.load()
            return
        if change.clients:
            wanted = change.clients
            found = await self._store.read(lambda c: read_person_facts(c, wanted))
            for client_id in wanted:
                self._people.pop(client_id, None)
                self._facts.pop(client_id, None)
            self._people |= found
            self.stamp += 1
        if change.grounds:
            self._forget()

    def day(self) -> date:
        """Return the business day that rules are asked on."""
        return self._clock.now().astimezone(BEIJING).date()

    async def saved(self, owner: str) -> tuple[SavedSegment, ...]:
        """Return what a person has saved; ``pick`` says whom each of them finds now."""
        return await self._store.read(lambda connection: read_segments(connection, owner))

    async def pick(self, rule: SegmentRule) -> Picked:
        """Ask the rule of every client: nobody is left out without being told of.

        Who comes while it is asked is not among them, who goes is left out: ``stamp`` has risen.
        """
        day, found = self.day(), {answer: list[str]() for answer in Answer}
        entries = self._roll.entries
        async for client_id in by_turns(entries[row].client_id for row in self._roll.order):
            facts = self._known(client_id, day)
            if facts is not None:
                found[answer_of(rule, facts, day)].append(client_id)
        return Picked(
            tuple(found[Answer.IN]), tuple(found[Answer.OUT]), tuple(found[Answer.UNKNOWN])
        )

    def explain(self, rule: SegmentRule, client_id: str) -> tuple[Finding, ...]:
        """Return which conditions decide for one client; ExpectedFailure CLIENT_NOT_FOUND."""
        day = self.day()
        return explain(rule, self.facts(client_id), day)

    def facts(self, client_id: str) -> ClientFacts:
        """Return what is known of one client today; ExpectedFailure CLIENT_NOT_FOUND."""
        facts = self._known(client_id, self.day())
        if facts is None:
            raise ExpectedFailure("找不到该客户", "请刷新名单", "CLIENT_NOT_FOUND")
        return facts

    def _forget(self) -> None:
        self._facts = {}
        self.stamp += 1

    def _known(self, client_id: str, day: date) -> ClientFacts | None:
        """What is known of a client; None = he is not the desk's (any more)."""
        entry = self._roll.entry(client_id)
        if entry is None:
            return None
        if day != self._day:
            self._day = day
            self._forget()
        known = self._facts.get(client_id)
        if known is None:
            known = self._facts[client_id] = self._make(entry, day)
        return known

    def _make(self, entry: ClientEntry, day: date) -> ClientFacts:
        today = day.isoformat()
        facts = ClientFacts(
            client_id=entry.client_id,
            tier=entry.tier,
            average_assets_cents=entry.average_assets_cents,
            year_commission_cents=entry.year_commission_cents,
            symbols=frozenset(held.symbol for held in entry.holdings),
            products=frozenset(one.product for one in entry.subscriptions if one.runs_on(today)),
            last_contact_on=_day_of_moment(entry.last_contact_at),
            risk_class=entry.risk_class,
        )
        person = self._people.get(entry.client_id)
        if person is None:
            return facts
        return replace(
            facts,
            birthday=person.birthday,
            risk_valid_to=self._valid_to(person.risk_tested_on),
            consents=dict(self._agreed(person)),
        )

    def _valid_to(self, tested_on: date | None) -> date | None:
        """Last day of a test by the settings of its day; None where these do not say."""
        if tested_on is None:
            return None
        try:
            return valid_to(self._settings.on(tested_on).suitability, tested_on)
        except NotConfigured:
            return None

    def _agreed(self, person: PersonFacts) -> Iterable[tuple[tuple[str, str], bool]]:
        if not person.consents:
            return
        now = self._clock.now()
        for purpose in Purpose:
            for channel in CHANNELS:
                form = standing(person.consents, purpose, channel, now)
                if form is not None:
                    yield (purpose.value, channel), form is not ConsentForm.WITHDRAWN


def _day_of_moment(text: str) -> date | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment.astimezone(BEIJING).date() if moment.tzinfo else day_of(text[:10])
