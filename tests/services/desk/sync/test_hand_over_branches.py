"""A client goes to another branch: two desks lose all of him, two gain him; so asks head office."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from models.errors import ExpectedFailure
from models.lives.approval import Verdict
from models.tables.firm import CLIENT as CLIENT_TABLE
from models.tables.firm import CONTACT, SYNCED
from models.tables.local import PROVISIONAL_BASE, PROVISIONAL_MARK, ROW_ASIDE
from models.tables.service import APPROVAL, APPROVAL_QUEUE
from models.wire.commands import LogContact
from models.wire.service.approvals import DecideApproval
from models.wire.service.clients import HandOverClients
from services.desk.service.service_desk import ServiceDesk
from tests.services.desk.sync.test_hand_over_circle import has_client, lost_client, rows
from tests.services.desk.sync.test_whole_circle import linked, nothing_open, stored, working
from tests.support.desk_data import TEN, Desk, open_desk
from tests.support.hub_desk import running_hub
from tests.support.service_work import CLIENT, OTHER, Firm, open_firm

TODAY = "2023-02-01"
GIVE = HandOverClients((CLIENT, OTHER), "M011", TODAY, "客户迁居", to_branch="B002")
PEOPLE = {"M001": "B001", "BM01": "B001", "M011": "B002", "BM02": "B002", "CO01": "HQ"}
Desks = dict[str, Desk]


@pytest.fixture
async def firm(demo_central: str) -> AsyncIterator[Firm]:
    async with open_firm(demo_central) as opened:
        yield opened


@pytest.fixture
async def desks(tmp_path: Path) -> AsyncIterator[Desks]:
    async with AsyncExitStack() as stack:
        opened: Desks = {}
        for person, branch in PEOPLE.items():
            (tmp_path / person).mkdir()
            desk = open_desk(tmp_path / person, branch_id=branch, staff_id=person)
            opened[person] = await stack.enter_async_context(desk)
        yield opened


@asynccontextmanager
async def online(firm: Firm, desks: Desks, *people: str) -> AsyncIterator[None]:
    """These people's desks in step with a hub; a worker answers."""
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(running_hub(firm.url))
        await stack.enter_async_context(working(firm.url))
        for person in people:
            await stack.enter_async_context(linked(desks[person], port, person))
        yield


async def send(desk: Desk, command: object) -> str:
    """As a person at a desk does it."""
    service = ServiceDesk(store=desk.store, outbox=desk.outbox, clock=desk.clock)
    return await service.send(command)  # type: ignore[arg-type]  # whatever the test gives


async def agree(desk: Desk, approval_id: str) -> None:
    """Decide what has come into the queue."""
    queued = select(APPROVAL_QUEUE).where(APPROVAL_QUEUE.c.approval_id == approval_id)
    await stored(desk, lambda c: c.execute(queued).first() is not None)
    await send(desk, DecideApproval(approval_id, Verdict.APPROVE, "同意"))


def has_contact(contact_id: str) -> Callable[[Connection], bool]:
    """Whether a store has it."""
    query = select(CONTACT).where(CONTACT.c.contact_id == contact_id)
    return lambda connection: connection.execute(query).first() is not None


async def moved(desks: Desks) -> None:
    """Wait until everybody's store tells of it."""
    for person in ("M001", "BM01"):
        await stored(desks[person], lost_client)
    for person in ("M011", "BM02"):
        await stored(desks[person], lambda c: has_client(c, "M011"))


async def test_two_desks_lose_all_of_him_and_two_gain_him(firm: Firm, desks: Desks) -> None:
    async with online(firm, desks, *PEOPLE):
        for person in ("M001", "BM01"):
            await stored(desks[person], lambda c: has_client(c, "M001"))
        asked = await send(desks["BM01"], GIVE)
        await agree(desks["BM02"], asked)
        await moved(desks)
        for desk in desks.values():
            await stored(desk, nothing_open)
            for table in (ROW_ASIDE, PROVISIONAL_MARK, PROVISIONAL_BASE):
                assert await rows(desk, table) == []
        for person in ("M001", "BM01", "CO01"):
            for table in (one for one in SYNCED if "client_id" in one.columns):
                left = [r for r in await rows(desks[person], table) if r["client_id"] == CLIENT]
                assert left == [], (person, table.name)
        central = "SELECT count(*)::int FROM points_entry WHERE client_id = $1"
        entries = await firm.ask(central, CLIENT)
        for person in ("M011", "BM02"):
            [kept] = [
                r for r in await rows(desks[person], CLIENT_TABLE) if r["client_id"] == CLIENT
            ]
            assert (kept["branch_id"], kept["manager_id"]) == ("B002", "M011")
            posted = [
                row
                for table in SYNCED
                if table.name == "points_entry"
                for row in await rows(desks[person], table)
                if row["client_id"] == CLIENT
            ]
            assert [(len(posted),)] == entries
        assert [r["state"] for r in await rows(desks["BM01"], APPROVAL)] == ["approved"]
        assert await rows(desks["BM02"], APPROVAL) == []


async def test_head_office_asks_from_its_own_desk(firm: Firm, desks: Desks) -> None:
    async with online(firm, desks, "M001", "BM01", "M011", "BM02", "CO01"):
        await stored(desks["CO01"], nothing_open)
        for command, reason in (
            (HandOverClients((CLIENT,), "M002", TODAY, "调整", "B001", "B002"), "HAND_OVER_TAKER"),
            (HandOverClients((CLIENT,), "M011", TODAY, " ", "B001", "B002"), "REASON_MISSING"),
        ):
            with pytest.raises(ExpectedFailure) as refused:
                await send(desks["CO01"], command)
            assert refused.value.code == reason
        await stored(desks["M001"], lambda c: has_client(c, "M001"))
        with pytest.raises(ExpectedFailure) as denied:
            await send(desks["M001"], GIVE)
        assert denied.value.code == "HAND_OVER_BRANCH_ASKS"
        wish = HandOverClients((CLIENT, OTHER), "M011", TODAY, "总部调整", "B001", "B002")
        asked = await send(desks["CO01"], wish)
        await agree(desks["BM02"], asked)
        await moved(desks)
        over = select(APPROVAL).where(
            APPROVAL.c.approval_id == asked, APPROVAL.c.state == "approved"
        )
        await stored(desks["CO01"], lambda c: c.execute(over).first() is not None)
        await stored(desks["CO01"], nothing_open)


async def test_what_lay_in_the_former_desks_outboxes_reaches_him(firm: Firm, desks: Desks) -> None:
    async with online(firm, desks, "M001", "BM01"):
        for person in ("M001", "BM01"):
            await stored(desks[person], lambda c: has_client(c, "M001"))
        asked = await send(desks["BM01"], GIVE)
        await stored(desks["BM01"], nothing_open)
    for person in ("M001", "BM01"):
        desks[person].clock.moment = TEN - timedelta(minutes=1)
        spoken = LogContact(
            f"K-{person}", CLIENT, "phone", "out", "谈", f"{TODAY}T09:58:00.000+08:00"
        )
        await desks[person].outbox.add(spoken, CLIENT)
    async with online(firm, desks, "BM02"):
        await agree(desks["BM02"], asked)
        await stored(desks["BM02"], lambda c: has_client(c, "M011"))
    async with online(firm, desks, "M001", "BM01", "M011"):
        for person in ("M001", "BM01"):
            await stored(desks[person], lost_client)
            await stored(desks[person], nothing_open)
            left = [r for r in await rows(desks[person], CONTACT) if r["client_id"] == CLIENT]
            assert left == []
            await stored(desks["M011"], has_contact(f"K-{person}"))
