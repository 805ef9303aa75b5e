"""A believable in-memory desk behind ``ui.ports.DeskPorts``, for presenter and page tests."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from models.clients.alert import HoldingAlert, SecurityHolder
from models.clients.card import CardPage, CardQuery, ClientCard
from models.clients.profile import ClientProfile, ContactLine
from models.clients.tier import TIERS
from models.dates import beijing
from models.errors import ExpectedFailure
from models.status import ChangeSet, DeskStatus, LinkState
from models.wire.commands import LogContact, ServiceCommand
from services.desk.agenda.agenda import Today
from services.desk.clients.words import CHANNELS, DIRECTIONS, word
from tests.support.fake_books import FakeBooks, FakePreferences
from tests.support.fake_files import FakeExports, FakeImports, FakeReports
from tests.support.fake_firm import (
    FakeClient,
    card_of,
    make_alerts,
    make_clients,
    make_holders,
    profile_of,
)
from tests.support.fake_market import FakeMarket
from tests.support.fake_orders import FakeOrderDesk
from tests.support.fake_service import (
    FakeAccess,
    FakeAgenda,
    FakeCalls,
    FakeCatalogue,
    FakeFees,
    FakeQuestions,
    FakeSegments,
)
from ui.ports import DeskPorts, Person

Holding = tuple[str, SecurityHolder]
NOW = beijing(date(2023, 2, 1), (14 * 3600 + 32 * 60 + 8) * 1_000)


class FakeClock:
    """Time that stands until it is set."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The set time."""
        return self.moment


class FakeChanges:
    """Tells listeners at once."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[ChangeSet], None]] = []

    def subscribe(self, listener: Callable[[ChangeSet], None]) -> Callable[[], None]:
        """Add a listener; returns the way out."""
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def emit(self, changes: ChangeSet) -> None:
        """Call every listener."""
        for listener in tuple(self.listeners):
            listener(changes)


class FakeDirectory:
    """Cards and profiles of the made-up clients; counts how often it was asked."""

    def __init__(
        self,
        clients: list[FakeClient],
        market: FakeMarket,
        orders: FakeOrderDesk,
        alerts: "FakeAlertDesk",
        changes: FakeChanges,
    ) -> None:
        self.clients = clients
        self.queries: list[CardQuery] = []
        self.profiles_read: list[str] = []
        self._market = market
        self._orders = orders
        self._alerts = alerts
        self._changes = changes

    async def find(self, query: CardQuery) -> CardPage:
        """Cards that answer the query."""
        self.queries.append(query)
        counts = self._alerts.counts()
        everyone = [c for c in self.clients if c.matches(query.text)]
        shown = [
            self._card(client, counts[client.client_id])
            for client in everyone
            if (not query.tiers or client.tier in query.tiers)
            and (not query.only_alerted or counts[client.client_id])
            and (not query.client_ids or client.client_id in query.client_ids)
        ]
        shown.sort(key=lambda card: (-TIERS.index(card.tier), -card.assets_cents))
        return CardPage(
            cards=tuple(shown),
            total=len(self.clients),
            by_tier=dict(Counter(client.tier for client in self.clients)),
            alerted=sum(1 for client in self.clients if counts[client.client_id]),
        )

    async def profile(self, client_id: str) -> ClientProfile:
        """One client whole."""
        self.profiles_read.append(client_id)
        client = self._client(client_id)
        card = self._card(client, self._alerts.counts()[client_id])
        return replace(
            profile_of(client, self._market, card),
            instructions=await self._orders.instructions(client_id),
            orders=self._orders.of_client(client_id),
        )

    def add_contact(self, contact: LogContact) -> None:
        """Show a contact as pending."""
        line = ContactLine(
            contact.happened_at.replace("T", " ")[:19],
            word(CHANNELS, contact.channel),
            word(DIRECTIONS, contact.direction),
            contact.summary,
            "李晓梅",
            True,
        )
        self._client(contact.client_id).contacts.insert(0, line)

    def _client(self, client_id: str) -> FakeClient:
        for client in self.clients:
            if client.client_id == client_id:
                return client
        raise ExpectedFailure("没有这位客户", "回到客户列表重新选择", "CLIENT_NOT_FOUND")

    def _card(self, client: FakeClient, alerts: int) -> ClientCard:
        return card_of(client, self._market, alerts, self._orders.open_orders(client.client_id))


class FakeService:
    """Takes every command; a contact is shown at once."""

    def __init__(self, directory: FakeDirectory, changes: FakeChanges) -> None:
        self.sent: list[ServiceCommand] = []
        self._directory = directory
        self._changes = changes

    async def send(self, command: ServiceCommand, expected_version: int = 0) -> str:
        """Keep it and tell."""
        self.sent.append(command)
        if isinstance(command, LogContact):
            self._directory.add_contact(command)
            self._changes.emit(ChangeSet(clients=frozenset({command.client_id})))
        return f"cmd-{len(self.sent)}"


class FakeAlertDesk:
    """Alerts that can be acknowledged."""

    def __init__(
        self, alerts: list[HoldingAlert], holders: list[Holding], changes: FakeChanges
    ) -> None:
        self.items = alerts
        self._holders = holders
        self.notes: dict[str, str] = {}
        self._changes = changes

    async def alerts(self) -> tuple[HoldingAlert, ...]:
        """Severest first."""
        return tuple(self.items)

    def holders(self, symbol: str) -> tuple[SecurityHolder, ...]:
        """All clients who hold it, largest first."""
        found = [holder for held, holder in self._holders if held == symbol]
        return tuple(sorted(found, key=lambda holder: -holder.value_cents))

    async def acknowledge(self, alert_id: str, note: str) -> None:
        """Mark it and tell."""
        self.notes[alert_id] = note
        self.items = [
            replace(alert, acknowledged=True) if alert.alert_id == alert_id else alert
            for alert in self.items
        ]
        self._changes.emit(ChangeSet(alerts=True))

    def counts(self) -> Counter[str]:
        """Open alerts by client."""
        return Counter(alert.client_id for alert in self.items if not alert.acknowledged)


class FakeBoard:
    """Connections that stand as they are set."""

    def __init__(self) -> None:
        self.state = DeskStatus(
            central=LinkState.CONNECTED,
            central_text="已同步",
            feed=LinkState.CONNECTED,
            feed_text="L2 12,480 条/秒",
            engine=LinkState.CONNECTED,
            engine_text="运行中",
            outbox=0,
            market_time="14:32:08",
            phase="连续竞价",
            trade_date="2023-02-01",
            speed="1×",
        )

    def status(self) -> DeskStatus:
        """The present state."""
        return self.state


@dataclass(frozen=True, slots=True)
class FakeDesk:
    """The fakes by their own types, and ``ports`` made of them."""

    market: FakeMarket
    books: FakeBooks
    preferences: FakePreferences
    clients: FakeDirectory
    service: FakeService
    alerts: FakeAlertDesk
    orders: FakeOrderDesk
    board: FakeBoard
    changes: FakeChanges
    clock: FakeClock
    ports: DeskPorts


def fake_desk(count: int = 300) -> FakeDesk:
    """Return a desk of ``count`` clients, the same on every run."""
    market, changes = FakeMarket(), FakeChanges()
    firm = make_clients(market, count)
    orders = FakeOrderDesk(
        firm, market, lambda ids: changes.emit(ChangeSet(orders=ids, clients=_owners(ids, orders)))
    )
    alerts = FakeAlertDesk(make_alerts(firm, market), make_holders(firm, market), changes)
    directory = FakeDirectory(firm, market, orders, alerts, changes)
    board, clock = FakeBoard(), FakeClock()
    service = FakeService(directory, changes)
    books, preferences = FakeBooks(market), FakePreferences()
    ports = DeskPorts(
        person=Person("M001", "李晓梅", "manager", "B01"),
        clock=clock,
        clients=directory,
        service=service,
        imports=FakeImports(),
        exports=FakeExports(service),
        reports=FakeReports(),
        alerts=alerts,
        catalogue=FakeCatalogue(),
        access=FakeAccess(),
        agenda=FakeAgenda(Today((), (), (), ())),
        segments=FakeSegments(),
        questions=FakeQuestions(),
        calls=FakeCalls(),
        fees=FakeFees(),
        market=market,
        books=books,
        orders=orders,
        board=board,
        changes=changes,
        preferences=preferences,
    )
    return FakeDesk(
        market, books, preferences, directory, service, alerts, orders, board, changes, clock, ports
    )


def _owners(ids: frozenset[str], orders: FakeOrderDesk) -> frozenset[str]:
    return frozenset(
        order.client_id for order in orders.everything() if order.client_order_id in ids
    )
