"""The desk's local services, wired: memory over the store, fed by hub and engine."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.desk.line import Crash, start_line
from models.errors import ExpectedFailure
from models.status import ChangeSet
from models.wire.hub import SignedIn
from services.clock.clock import Clock
from services.desk.agenda.agenda import Agenda
from services.desk.alerts.desk import LiveAlerts
from services.desk.board.board import DeskBoard
from services.desk.board.catalogue import ProductCatalogue
from services.desk.board.changes import DeskChanges
from services.desk.board.fees import FeeBook
from services.desk.board.firm_rules import FirmRules
from services.desk.board.preferences import Preferences
from services.desk.board.service_access import ServiceAccess
from services.desk.clients.directory import Directory
from services.desk.clients.firm_tiers import FirmTiers
from services.desk.clients.marks import MarkKeeper
from services.desk.clients.roll import ClientRoll
from services.desk.clients.segments import SegmentClients
from services.desk.files.exporting import Exports
from services.desk.files.importing import Imports
from services.desk.files.report.reports import Reports
from services.desk.files.report.unmasking import Unmasking
from services.desk.market.licensed import LicensedBooks
from services.desk.market.watch import MarketWatch
from services.desk.orders.day_rules import DayRules
from services.desk.orders.order_desk import OrderDesk
from services.desk.service.service_desk import ServiceDesk
from services.desk.service.teams.call_board import CallBoard
from services.desk.service.teams.question_board import QuestionBoard
from services.desk.service.teams.screen_pop import ScreenPops
from services.desk.service.training.watched import WatchedServiceDesk
from services.desk.storage.store import LocalStore
from services.desk.sync.hub_client import HubClient, SignInFacts
from services.desk.sync.order_store import OrderStore
from services.desk.sync.outbox import Author, Outbox
from services.link.backoff import Backoff
from services.link.desk.ledger_client import LedgerClient
from services.link.desk.view_client import ViewClient
from ui.ports import DeskPorts, Person

Notice = Callable[[ExpectedFailure], None]


class Reach(Protocol):
    """Where the processes behind the window are; app.desk.backends.Backends is one."""

    @property
    def clock(self) -> Clock:
        """The session's clock."""
        ...

    @property
    def token(self) -> str:
        """The engine's launch token."""
        ...

    def url(self, name: str) -> str:
        """Where a process listens; "" while it is not known."""
        ...


@dataclass(slots=True)
class LocalServices:
    """What the window is given, and the lines that feed it; ``close`` ends them."""

    ports: DeskPorts
    person: SignedIn
    lines: tuple[asyncio.Task[None], ...]

    async def close(self) -> None:
        """End all lines and wait for them."""
        for line in self.lines:
            line.cancel()
        await asyncio.gather(*self.lines, return_exceptions=True)


async def open_local_services(
    store: LocalStore,
    backends: Reach,
    facts: SignInFacts,
    person: SignedIn,
    notice: Notice,
    crash: Crash,
) -> LocalServices:
    """Load what the store holds, then connect to hub and engine in the background."""
    parts = _Parts(store, backends.clock, facts, person, notice)
    await parts.load()
    engine = backends.url("engine")
    view = ViewClient(
        url=f"{engine}/view", token=backends.token, listener=parts.market, backoff=Backoff()
    )
    parts.market.send_watches_to(view.watch)
    ledger = LedgerClient(
        url=f"{engine}/ledger", token=backends.token, listener=parts.orders.talk, backoff=Backoff()
    )
    await parts.orders.open(ledger)
    runs = {
        "hub": parts.hub.run(),
        "ledger": ledger.run(),
        "view": view.run(),
        "alerts": parts.alerts.run(),
        "marks": parts.marks.run(),
    }
    lines = tuple(start_line(name, run, crash) for name, run in runs.items())
    return LocalServices(parts.ports(), person, lines)


class _Parts:
    """All services of one person at one desk, in the order in which they lean on each other."""

    def __init__(
        self, store: LocalStore, clock: Clock, facts: SignInFacts, person: SignedIn, notice: Notice
    ) -> None:
        author = Author(person.staff_id, person.branch_id, facts.desk)
        self._clock = clock
        self._person = person
        self.changes = DeskChanges()
        self.board = DeskBoard(self.changes)
        self.market = MarketWatch(self.board)
        self.settings = FirmRules(store)
        self.roll = ClientRoll(store, self.market)
        outbox = Outbox(
            store=store, author=author, clock=clock, changes=self.changes, board=self.board
        )
        self.alerts = self._alerts(store, outbox)
        self.directory = self._directory(store)
        self.segments = SegmentClients(
            store=store, roll=self.roll, settings=self.settings, clock=clock
        )
        self.agenda = self._agenda(store)
        self.catalogue = ProductCatalogue(store=store, clock=clock)
        self.access = ServiceAccess(clients=self.roll, settings=self.settings, clock=clock)
        self.fees = FeeBook(store)
        self.questions = QuestionBoard(store)
        self.calls = CallBoard(store=store, staff_id=person.staff_id, screens=ScreenPops(facts))
        rules = DayRules(clock, self.settings)
        orders = OrderStore(store=store, outbox=outbox, clock=clock)
        self.orders = self._orders(orders, rules, notice)
        self.books = self._books(outbox, rules)
        serves = WatchedServiceDesk if person.practice else ServiceDesk
        self.service = serves(store=store, outbox=outbox, clock=clock)
        self.imports = Imports(store=store, outbox=outbox, clock=clock, person=person)
        self.exports = Exports(self.service, facts)
        self.marks = MarkKeeper(store=store, roll=self.roll, prices=self.market, clock=clock)
        self.reports = self._reports(store, facts)
        self.preferences = Preferences(store)
        self.hub = self._hub(facts, store, outbox)

    async def load(self) -> None:
        """Fill the memory from the store and keep it in step from then on."""
        await self.settings.load()
        await self.roll.load()
        await self.alerts.load()
        await self.segments.load()
        await self.agenda.load()
        await self.preferences.load()
        self._watch_holdings()
        self.changes.refresh_with(self.settings.refresh)
        self.changes.refresh_with(self.roll.refresh)
        self.changes.refresh_with(self.alerts.refresh)
        self.changes.refresh_with(self.segments.refresh)
        self.changes.refresh_with(self.agenda.refresh)
        self.changes.refresh_with(self.orders.refresh)
        self.changes.refresh_with(self._follow_holdings)

    def ports(self) -> DeskPorts:
        """Return what the window needs."""
        person = self._person
        return DeskPorts(
            person=Person(
                person.staff_id, person.name, person.role, person.branch_id, person.practice
            ),
            clock=self._clock,
            clients=self.directory,
            service=self.service,
            imports=self.imports,
            exports=self.exports,
            reports=self.reports,
            alerts=self.alerts,
            catalogue=self.catalogue,
            access=self.access,
            agenda=self.agenda,
            segments=self.segments,
            questions=self.questions,
            calls=self.calls,
            fees=self.fees,
            market=self.market,
            books=self.books,
            orders=self.orders,
            board=self.board,
            changes=self.changes,
            preferences=self.preferences,
        )

    def _alerts(self, store: LocalStore, outbox: Outbox) -> LiveAlerts:
        return LiveAlerts(
            store=store,
            roll=self.roll,
            prices=self.market,
            outbox=outbox,
            clock=self._clock,
            changes=self.changes,
            settings=self.settings,
        )

    def _agenda(self, store: LocalStore) -> Agenda:
        return Agenda(
            store=store,
            roll=self.roll,
            clients=self.segments,
            settings=self.settings,
            clock=self._clock,
            alerts=self.alerts.alerts,
        )

    def _directory(self, store: LocalStore) -> Directory:
        return Directory(
            store=store,
            roll=self.roll,
            prices=self.market,
            clock=self._clock,
            settings=self.settings,
            tiers=FirmTiers(settings=self.settings, clock=self._clock),
            alert_counts=self.alerts.counts,
        )

    def _orders(self, store: OrderStore, rules: DayRules, notice: Notice) -> OrderDesk:
        return OrderDesk(
            store=store,
            market=self.market,
            clock=self._clock,
            rules=rules,
            settings=self.settings,
            staff_id=self._person.staff_id,
            board=self.board,
            notice=notice,
            feed_fault=self.board.feed_fault,
        )

    def _books(self, outbox: Outbox, rules: DayRules) -> LicensedBooks:
        return LicensedBooks(
            market=self.market,
            clients=self.roll,
            rules=rules,
            clock=self._clock,
            outbox=outbox,
        )

    def _reports(self, store: LocalStore, facts: SignInFacts) -> Reports:
        return Reports(
            store=store,
            service=self.service,
            clock=self._clock,
            rules=self.settings,
            tiers=FirmTiers(settings=self.settings, clock=self._clock),
            person=self._person,
            unmasking=Unmasking(facts, self._person),
            keep_marks=self.marks.keep,
        )

    def _hub(self, facts: SignInFacts, store: LocalStore, outbox: Outbox) -> HubClient:
        return HubClient(
            facts=facts,
            store=store,
            outbox=outbox,
            changes=self.changes,
            board=self.board,
            backoff=Backoff(most_s=30.0),
        )

    async def _follow_holdings(self, change: ChangeSet) -> None:
        if change.clients or change.whole:
            self._watch_holdings()

    def _watch_holdings(self) -> None:
        held = (held.symbol for entry in self.roll.entries for held in entry.holdings)
        self.market.show_quotes("holdings", frozenset(held))
