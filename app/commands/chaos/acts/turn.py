"""Whose turn it is, what he knows of, and what he does with it."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from app.commands.chaos.stage.stage import START
from models.dates import moment_text
from models.rules.basis.settings.words import Product
from models.wire.commands import Command
from models.wire.service.files import RequestImport

T = TypeVar("T")

_USUAL = 5  # mostly few clients and the same ones, so that desks meet
_DRAWN_VERSIONS = (*8 * (0,), 1, 2)


@dataclass(frozen=True, slots=True)
class Customer:
    """A client as the acts need him."""

    client_id: str
    manager_id: str
    account: str
    opened_on: str


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that was asked for or was there before, by its id; ``words`` = more of it."""

    name: str
    client_id: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A command about to be given; ``key`` is the client whom it is about."""

    command: Command
    key: str
    expected_version: int = 0


@dataclass(slots=True)
class Application:
    """How far an application for a product should have come."""

    name: str
    client_id: str
    product: Product
    is_signed: bool = False


@dataclass(frozen=True, slots=True)
class Staged:
    """A file whose rows were sent up, and the request that is still to follow."""

    asked: RequestImport
    staff_id: str


@dataclass(slots=True)
class Memory:
    """What people remember, whether or not central agreed; refusals are part of the trial."""

    tasks: list[Thing] = field(default_factory=list)
    contacts: list[Thing] = field(default_factory=list)
    instructions: list[Thing] = field(default_factory=list)
    fills: list[Thing] = field(default_factory=list)
    subscriptions: list[Thing] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    households: list[Thing] = field(default_factory=list)
    changes: list[Thing] = field(default_factory=list)
    relations: list[Thing] = field(default_factory=list)
    mandates: list[Thing] = field(default_factory=list)
    dear: list[Thing] = field(default_factory=list)  # clients whose rate is high already
    exceptions: list[Thing] = field(default_factory=list)  # product, state, approval
    fees: list[Thing] = field(default_factory=list)  # annual fees that were posted
    products: dict[str, Product] = field(default_factory=dict)  # held in the morning, by client
    settings: list[Thing] = field(default_factory=list)
    asked: list[Thing] = field(default_factory=list)  # pending approvals: kind, maker, receiver
    decided: list[Thing] = field(default_factory=list)
    staged: list[Staged] = field(default_factory=list)
    imports: list[Thing] = field(default_factory=list)  # let in: who brought them
    loads: list[Thing] = field(default_factory=list)  # of files for the whole firm
    exams: list[Thing] = field(default_factory=list)  # running: who sits, what is right
    campaigns: list[Thing] = field(default_factory=list)
    guests: list[Thing] = field(default_factory=list)  # expected at a campaign, by its id
    calls: list[Thing] = field(default_factory=list)  # in an agent's hand
    strangers: list[Thing] = field(default_factory=list)  # to be called back
    questions: list[Thing] = field(default_factory=list)  # to advisers: its desk, who has it
    reports: list[Thing] = field(default_factory=list)  # that an answer may name
    segments: list[Thing] = field(default_factory=list)
    handed: list[Thing] = field(default_factory=list)  # before at: his manager; now in: branch
    answered: int = 0  # commands, by central


@dataclass(frozen=True, slots=True)
class Turn:
    """One act: ``number`` makes its ids, ``client`` is whom it is about unless it names another."""

    rng: Random
    number: int
    staff_id: str
    client: Customer
    own: tuple[Customer, ...]
    memory: Memory

    def name(self, letter: str) -> str:
        """An id that no other act has."""
        return f"{letter}{self.number}"

    def one_of(self, things: list[T]) -> T | None:
        """One of them, the newest more often; None where there is none."""
        if not things:
            return None
        return self.rng.choice(things[-_USUAL:] if self.rng.random() < 0.5 else things)

    def others(self, most: int) -> tuple[Customer, ...]:
        """Some clients of one manager beside each other, the one of this turn first."""
        same = [one for one in self.own if one.manager_id == self.client.manager_id]
        beside = [one for one in same[: _USUAL + 1] if one != self.client]
        count = min(self.rng.randint(1, most), len(beside))
        return (self.client, *self.rng.sample(beside, count))

    def version(self) -> int:
        """Mostly any version, at times one that may be stale."""
        return self.rng.choice(_DRAWN_VERSIONS)

    def moment(self) -> str:
        """A business time that a person may name: they need not rise."""
        moment = START + timedelta(seconds=self.number // 10 + self.rng.randint(-30, 0))
        return moment_text(moment)

    def day(self, least: int, most: int) -> str:
        """A day some days from the business day."""
        return (START.date() + timedelta(days=self.rng.randint(least, most))).isoformat()

    @property
    def today(self) -> date:
        """The business day."""
        return START.date()
