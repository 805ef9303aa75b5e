"""Builds desks for tests: rows of clients, an open store, prices that a test sets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from models.clients.tier import RiskClass, Tier
from models.dates import beijing
from models.market.instrument import (
    Board,
    Exchange,
    Instrument,
    Phase,
    SecurityKind,
    SecurityStatus,
)
from models.market.picture import Quote
from models.rules.basis.profile import Settings
from models.tables.firm import FIRM
from models.wire.hub import Changes
from services.desk.board.board import DeskBoard
from services.desk.board.changes import DeskChanges
from services.desk.storage.file.place import StorePlace
from services.desk.storage.keys.places import KeyFile
from services.desk.storage.keys.vault import KeyVault, ScryptCost
from services.desk.storage.queries.entries import ClientEntry, Subscription
from services.desk.storage.rows import Row, complete
from services.desk.storage.store import LocalStore, open_store
from services.desk.storage.synced.changes import apply_changes
from services.desk.sync.outbox import Author, Outbox
from services.rules.loader import load_profile
from tests.support.log_lines import Line, page

PASSPHRASE = "口令 correct horse"
CHEAP = ScryptCost(n=2**4)
TODAY = date(2023, 2, 1)
TEN = beijing(TODAY, 36_000_000)


class FakeClock:
    """A clock that a test sets."""

    def __init__(self, now: datetime = TEN) -> None:
        self.moment = now

    def now(self) -> datetime:
        """The set moment."""
        return self.moment


class FakeRules:
    """The demo firm's settings on every day, until a test sets others."""

    def __init__(self) -> None:
        self.settings = load_profile(None).on(TODAY)

    def on(self, day: date) -> Settings:
        """The set ones, whatever the day."""
        return self.settings


class FakePrices:
    """Prices that a test sets; every change raises the revision."""

    def __init__(self) -> None:
        self._quotes: dict[str, Quote] = {}
        self._instruments: dict[str, Instrument] = {}
        self._revision = 0

    def set(
        self,
        symbol: str,
        last: int,
        previous: int,
        *,
        limits: tuple[int, int] = (0, 0),
        book: tuple[int, int] = (0, 0),
    ) -> None:
        """Set last and previous close; ``limits`` down and up, ``book`` bid and ask."""
        self._revision += 1
        self._quotes[symbol] = Quote(
            symbol, last, previous, last, last, last, 0, 0, book[0], book[1],
            limits[1], limits[0], Phase.CONTINUOUS, 36_000_000,
        )  # fmt: skip

    def name(self, symbol: str, name: str, status: SecurityStatus = SecurityStatus.NORMAL) -> None:
        """Announce a security."""
        self._revision += 1
        self._instruments[symbol] = Instrument(
            len(self._instruments), symbol, name, "", Exchange.SSE, Board.MAIN,
            SecurityKind.STOCK, status, "", 100_000,
        )  # fmt: skip

    def quote(self, symbol: str) -> Quote | None:
        """The newest quote."""
        return self._quotes.get(symbol)

    def instrument(self, symbol: str) -> Instrument | None:
        """The announced security."""
        return self._instruments.get(symbol)

    def revision(self) -> int:
        """Counts the changes."""
        return self._revision


def a_row(table: str, **values: str | int | bool | None) -> Row:
    """Return a whole row of a synced table for branch B1 and manager M001."""
    owned: Row = {"branch_id": "B1", "manager_id": "M001", "version": 1}
    return complete(FIRM.tables[table], owned | values)


def a_client(client_id: str, name: str = "张三", **values: str | int) -> Row:
    """Return a client row that every service can read."""
    usual: dict[str, str | int] = {
        "client_id": client_id,
        "name": name,
        "pinyin": "zhang san",
        "initials": "zs",
        "mobile": "13812345678",
        "id_no": "110101198001011234",
        "birthday": "1980-01-01",
        "opened_on": "2015-03-02",
        "tier": "ordinary",
        "risk_class": "C3",
        "risk_tested_on": "2022-03-01",
        "rate_units": 2_500,
    }
    return a_row("client", **(usual | values))


def an_entry(subscriptions: tuple[Subscription, ...] = ()) -> ClientEntry:
    """A client in memory."""
    return ClientEntry(
        "C1", "张三", "zhang san", "zs", "13812345678", Tier.GOLD, RiskClass.C3, 0, 0, "",
        ("88001234",), 0, (), subscriptions, 0,
    )  # fmt: skip


def changes(stream: str, after: int, *rows: tuple[str, Row]) -> Changes:
    """Return a batch of rows as they became, numbered from ``after`` + 1."""
    lines = [Line(after + place, table, row) for place, (table, row) in enumerate(rows, 1)]
    return page(lines, after=after, stream=stream)


@dataclass(frozen=True, slots=True)
class Desk:
    """An open store with what stands around it."""

    store: LocalStore
    changes: DeskChanges
    board: DeskBoard
    outbox: Outbox
    clock: FakeClock
    prices: FakePrices

    async def receive(self, *rows: tuple[str, Row], stream: str = "M001", after: int = 0) -> None:
        """Let rows come down and tell everybody."""
        batch = changes(stream, after, *rows)
        await self.changes.announce(
            await self.store.write(lambda connection: apply_changes(connection, batch))
        )


def vault_of(place: StorePlace) -> KeyVault:
    """Return a vault whose key derivation costs nothing."""
    return KeyVault(KeyFile(place.key_file), cost=CHEAP)


@asynccontextmanager
async def open_desk(
    folder: Path, branch_id: str = "B1", staff_id: str = "M001"
) -> AsyncIterator[Desk]:
    """Open (or make) a store in ``folder`` and close it again."""
    place = StorePlace(folder, staff_id)
    store = await open_store(place, vault_of(place), PASSPHRASE)
    told = DeskChanges()
    board, clock = DeskBoard(told), FakeClock()
    author = Author(staff_id, branch_id, f"desk-1/{store.birth}")
    outbox = Outbox(store=store, author=author, clock=clock, changes=told, board=board)
    try:
        yield Desk(store, told, board, outbox, clock, FakePrices())
    finally:
        await store.close()
