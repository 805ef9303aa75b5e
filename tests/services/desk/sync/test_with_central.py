"""A desk against the real hub and PostgreSQL with the demo firm."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection, func, select

from models.clients.card import CardQuery
from models.status import LinkState
from models.tables.firm import SYNCED
from models.wire.commands import LogContact
from services.desk.alerts.desk import LiveAlerts
from services.desk.board.firm_rules import FirmRules
from services.desk.clients.directory import Directory
from services.desk.clients.firm_tiers import FirmTiers
from services.desk.clients.roll import ClientRoll
from services.desk.storage.queries.entries import read_entries
from services.desk.storage.synced.changes import read_cursor
from services.desk.sync.hub_client import HubClient, SignInFacts
from services.link.backoff import Backoff
from tests.support.desk_data import Desk, open_desk
from tests.support.hub_desk import running_hub
from tests.support.postgres import MANAGER_CLIENTS, ask
from tests.support.trusting import PLAIN
from tests.support.waiting import until

NEVER_S = 3_600.0


@asynccontextmanager
async def desk_at(folder: Path, port: int) -> AsyncIterator[Desk]:
    """A desk of M001 in step with the hub."""
    async with open_desk(folder) as desk:
        client = HubClient(
            facts=SignInFacts((f"ws://127.0.0.1:{port}",), "M001", "demo", "desk-1", trust=PLAIN),
            store=desk.store,
            outbox=desk.outbox,
            changes=desk.changes,
            board=desk.board,
            backoff=Backoff(first_s=0.01, most_s=0.05),
            period_s=NEVER_S,
        )
        task = asyncio.create_task(client.run())
        try:
            await until(lambda: desk.board.status().central is LinkState.CONNECTED)
            yield desk
        finally:
            task.cancel()
            await asyncio.wait([task])


def counts(connection: Connection) -> dict[str, int]:
    """Rows of every synced table."""
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in SYNCED
    }


async def name_of(desk: Desk, client_id: str) -> str:
    """A client's name in the store."""
    entries = await desk.store.read(lambda c: read_entries(c, {client_id}))
    return entries[client_id].name


async def test_desk_holds_exactly_what_its_manager_may_see(
    demo_central: str, tmp_path: Path
) -> None:
    async with running_hub(demo_central) as port, desk_at(tmp_path, port) as desk:
        stored = await desk.store.read(counts)
        for table in SYNCED:
            query = f'SELECT count(*) FROM "{table.name}" WHERE manager_id = ANY($1)'
            ((central,),) = await ask(demo_central, query, ["M001", "*", "branch:B001"])
            assert stored[table.name] == central, table.name
        assert stored["client"] == MANAGER_CLIENTS
        assert len(await desk.store.read(read_entries)) == MANAGER_CLIENTS


async def test_change_at_central_is_on_the_desk_after_its_wake_up(
    demo_central: str, tmp_path: Path
) -> None:
    async with running_hub(demo_central) as port, desk_at(tmp_path, port) as desk:
        client_id = min(await desk.store.read(read_entries))
        seen: list[frozenset[str]] = []
        desk.changes.subscribe(lambda change: seen.append(change.clients))
        query = "UPDATE client SET name = '改名人', version = version + 1 WHERE client_id = $1"
        await ask(demo_central, query, client_id)
        await until(lambda: frozenset({client_id}) in seen)
        assert await name_of(desk, client_id) == "改名人"


async def test_changes_while_the_desk_was_closed_come_after_the_cursor(
    demo_central: str, tmp_path: Path
) -> None:
    async with running_hub(demo_central) as port:
        async with desk_at(tmp_path, port) as desk:
            client_id = min(await desk.store.read(read_entries))
            before = await desk.store.read(lambda c: read_cursor(c, "M001"))
        for number in range(3):
            query = "UPDATE client SET name = $2 WHERE client_id = $1"
            await ask(demo_central, query, client_id, f"第{number}名")
        async with desk_at(tmp_path, port) as desk:
            assert await name_of(desk, client_id) == "第2名"
            after = await desk.store.read(lambda c: read_cursor(c, "M001"))
            assert before is not None and after == before + 3


async def test_client_given_to_another_manager_leaves_the_desk(
    demo_central: str, tmp_path: Path
) -> None:
    async with running_hub(demo_central) as port, desk_at(tmp_path, port) as desk:
        client_id = min(await desk.store.read(read_entries))
        told: list[frozenset[str]] = []
        desk.changes.subscribe(lambda change: told.append(change.clients))
        query = "UPDATE client SET manager_id = 'M002' WHERE client_id = $1"
        await ask(demo_central, query, client_id)
        await until(lambda: any(client_id in clients for clients in told))
        assert client_id not in await desk.store.read(read_entries)


async def test_command_reaches_the_inbox_once(demo_central: str, tmp_path: Path) -> None:
    async with running_hub(demo_central) as port, desk_at(tmp_path, port) as desk:
        client_id = min(await desk.store.read(read_entries))
        at = "2023-02-01T10:00:00.000+08:00"
        contact = LogContact("K-new", client_id, "phone", "out", "谈了减仓", at)
        command_id = await desk.outbox.add(contact, client_id)
        await until(lambda: desk.board.status().outbox == 0)
        rows = await ask(demo_central, "SELECT command_id, author, key, sequence FROM inbox")
        assert rows == [(command_id, "M001", client_id, 1)]


async def test_change_arrives_although_the_hub_lost_its_database_lines(
    demo_central: str, tmp_path: Path
) -> None:
    async with running_hub(demo_central) as port, desk_at(tmp_path, port) as desk:
        cut = (
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        ((lines,),) = await ask(demo_central, cut)
        assert lines
        client_id = min(await desk.store.read(read_entries))
        told: list[frozenset[str]] = []
        desk.changes.subscribe(lambda change: told.append(change.clients))
        await ask(demo_central, "UPDATE client SET name = '后来' WHERE client_id = $1", client_id)
        await until(lambda: any(client_id in clients for clients in told))
        assert await name_of(desk, client_id) == "后来"


async def test_every_page_of_the_demo_firm_opens(demo_central: str, tmp_path: Path) -> None:
    async with running_hub(demo_central) as port, desk_at(tmp_path, port) as desk:
        roll = ClientRoll(desk.store, desk.prices)
        rules = FirmRules(desk.store)
        alerts = LiveAlerts(
            store=desk.store, roll=roll, prices=desk.prices, outbox=desk.outbox, clock=desk.clock,
            changes=desk.changes, settings=rules,
        )  # fmt: skip
        directory = Directory(
            store=desk.store, roll=roll, prices=desk.prices, clock=desk.clock, settings=rules,
            tiers=FirmTiers(settings=rules, clock=desk.clock), alert_counts=alerts.counts,
        )  # fmt: skip
        await rules.load()
        await roll.load()
        await alerts.load()
        page = await directory.find(CardQuery())
        assert len(page.cards) == MANAGER_CLIENTS
        assert page.alerted == len({one.client_id for one in await alerts.alerts()}) > 0
        for card in page.cards:
            shown = await directory.profile(card.client_id)
            value = sum(line.value_cents for line in shown.holdings)
            assert shown.card.assets_cents == shown.cash_cents + value
            assert "M001" not in {one.by_staff for one in shown.contacts}  # names, not numbers
            assert (await directory.find(CardQuery(card.account[-4:]))).cards
