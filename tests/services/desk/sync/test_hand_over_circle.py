"""A client goes from desk to desk: one loses all of him, one gains him, the branch has him once."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, select

from models.errors import ExpectedFailure
from models.lives.approval import Verdict
from models.rules.basis.settings.words import Sms
from models.tables.firm import CLIENT as CLIENT_TABLE
from models.tables.firm import CONTACT, SYNCED, TASK
from models.tables.local import PROVISIONAL_BASE, PROVISIONAL_MARK, ROW_ASIDE
from models.tables.service import APPROVAL, APPROVAL_QUEUE
from models.wire.commands import LogContact
from models.wire.service.approvals import DecideApproval, WithdrawApproval
from models.wire.service.clients import HandOverClients
from models.wire.service.points import RecordReferral, RedeemPoints
from services.desk.clients.roll import ClientRoll
from services.desk.clients.segments import SegmentClients
from services.desk.service.service_desk import ServiceDesk
from services.desk.storage.rows import Row
from services.desk.storage.search.find import find_clients
from tests.services.desk.sync.test_whole_circle import linked, nothing_open, stored, working
from tests.support.desk_data import TEN, Desk, FakeRules, open_desk
from tests.support.hub_desk import running_hub
from tests.support.service_work import CLIENT, OTHER, Firm, open_firm
from tests.support.waiting import until

TODAY = "2023-02-01"
GIVE = HandOverClients((CLIENT, OTHER), "M002", TODAY, "区域调整")


@pytest.fixture
async def firm(demo_central: str) -> AsyncIterator[Firm]:
    async with open_firm(demo_central) as opened:
        yield opened


class Desks:
    """Three desks: the former manager's, the new one's, their branch manager's."""

    def __init__(self, former: Desk, new: Desk, branch: Desk) -> None:
        self.former, self.new, self.branch = former, new, branch
        self._people = ((former, "M001"), (new, "M002"), (branch, "BM01"))

    @asynccontextmanager
    async def online(self, firm: Firm) -> AsyncIterator[None]:
        """All of them in step with a hub; a worker answers."""
        async with AsyncExitStack() as stack:
            port = await stack.enter_async_context(running_hub(firm.url))
            await stack.enter_async_context(working(firm.url))
            for desk, person in self._people:
                await stack.enter_async_context(linked(desk, port, person))
            yield

    async def send(self, desk: Desk, command: object) -> str:
        """As a person at a desk does it."""
        service = ServiceDesk(store=desk.store, outbox=desk.outbox, clock=desk.clock)
        return await service.send(command)  # type: ignore[arg-type]  # whatever the test gives


@pytest.fixture
async def desks(tmp_path: Path) -> AsyncIterator[Desks]:
    for name in "abc":
        (tmp_path / name).mkdir()
    async with (
        open_desk(tmp_path / "a", branch_id="B001") as former,
        open_desk(tmp_path / "b", branch_id="B001", staff_id="M002") as new,
        open_desk(tmp_path / "c", branch_id="B001", staff_id="BM01") as branch,
    ):
        yield Desks(former, new, branch)


async def rows(desk: Desk, table: Table) -> list[Row]:
    return await desk.store.read(
        lambda connection: [dict(row) for row in connection.execute(select(table)).mappings()]
    )


def has_client(connection: Connection, manager: str) -> bool:
    query = select(CLIENT_TABLE.c.client_id).where(
        CLIENT_TABLE.c.client_id == CLIENT, CLIENT_TABLE.c.manager_id == manager
    )
    return connection.execute(query).first() is not None


def lost_client(connection: Connection) -> bool:
    query = select(CLIENT_TABLE.c.client_id).where(CLIENT_TABLE.c.client_id == CLIENT)
    return connection.execute(query).first() is None


async def decide(desks: Desks, approval_id: str) -> None:
    queue = select(APPROVAL_QUEUE).where(APPROVAL_QUEUE.c.approval_id == approval_id)
    await stored(desks.branch, lambda c: c.execute(queue).first() is not None)
    await desks.send(desks.branch, DecideApproval(approval_id, Verdict.APPROVE, "同意"))


async def hand_over(desks: Desks, command: HandOverClients = GIVE) -> None:
    """Asked for at the former manager's desk, agreed to at the branch manager's."""
    await decide(desks, await desks.send(desks.former, command))
    await stored(desks.former, lost_client)
    await stored(desks.new, lambda c: has_client(c, "M002"))
    await stored(desks.branch, lambda c: has_client(c, "M002"))
    for desk in (desks.former, desks.branch):
        await stored(desk, nothing_open)


async def test_one_desk_loses_all_of_him_one_gains_him_and_the_branch_keeps_him_once(
    firm: Firm, desks: Desks
) -> None:
    async with desks.online(firm):
        await stored(desks.former, lambda c: has_client(c, "M001"))
        await stored(desks.branch, lambda c: has_client(c, "M001"))
        [before] = [r for r in await rows(desks.former, CLIENT_TABLE) if r["client_id"] == CLIENT]
        text = str(before["initials"])
        await hand_over(desks)
        for table in (one for one in SYNCED if "client_id" in one.columns):
            left = [row for row in await rows(desks.former, table) if row["client_id"] == CLIENT]
            assert left == [], table.name
        found = await desks.former.store.read(lambda c: find_clients(c, text))
        assert CLIENT not in {name for group in found for name in group}
        found = await desks.new.store.read(lambda c: find_clients(c, text))
        assert CLIENT in {name for group in found for name in group}
        for desk in (desks.new, desks.branch):
            kept = [r for r in await rows(desk, CLIENT_TABLE) if r["client_id"] == CLIENT]
            assert [(r["name"], r["mobile"], r["manager_id"]) for r in kept] == [
                (before["name"], before["mobile"], "M002")
            ]
        for desk in (desks.former, desks.new, desks.branch):
            for table in (ROW_ASIDE, PROVISIONAL_MARK, PROVISIONAL_BASE):
                assert await rows(desk, table) == []
            assert [r["state"] for r in await rows(desk, APPROVAL)] in (["approved"], [])
        tasks = [r for r in await rows(desks.new, TASK) if r["kind"] == "hand_over"]
        assert [row["title"] for row in tasks] == ["接收移交客户 2 位"]


async def test_memory_follows_the_client(firm: Firm, desks: Desks) -> None:
    async with desks.online(firm):
        await stored(desks.former, lambda c: has_client(c, "M001"))
        known: list[tuple[ClientRoll, SegmentClients]] = []
        for desk in (desks.former, desks.new):
            roll = ClientRoll(desk.store, desk.prices)
            clients = SegmentClients(
                store=desk.store, roll=roll, settings=FakeRules(), clock=desk.clock
            )
            await roll.load()
            await clients.load()
            desk.changes.refresh_with(roll.refresh)
            desk.changes.refresh_with(clients.refresh)
            known.append((roll, clients))
        await hand_over(desks)
        (old_roll, old_clients), (new_roll, new_clients) = known
        await until(lambda: knows(new_clients) and not knows(old_clients))
        assert old_roll.entry(CLIENT) is None
        assert new_roll.entry(CLIENT) is not None


def knows(clients: SegmentClients) -> bool:
    try:
        return clients.facts(CLIENT).client_id == CLIENT
    except ExpectedFailure:
        return False


async def test_what_lay_in_the_former_managers_outbox_reaches_the_client(
    firm: Firm, desks: Desks
) -> None:
    async with desks.online(firm):
        await stored(desks.former, lambda c: has_client(c, "M001"))
        asked = await desks.send(desks.former, GIVE)
        await stored(desks.former, nothing_open)
        await stored(desks.branch, lambda c: has_client(c, "M001"))
    desks.former.clock.moment = TEN - timedelta(minutes=1)
    spoken = LogContact("K1", CLIENT, "phone", "out", "谈了减仓", f"{TODAY}T09:58:00.000+08:00")
    await desks.former.outbox.add(spoken, CLIENT)
    async with running_hub(firm.url) as port, working(firm.url):
        async with linked(desks.branch, port, "BM01"):
            await decide(desks, asked)
            await stored(desks.branch, lambda c: has_client(c, "M002"))
        async with linked(desks.former, port), linked(desks.new, port, "M002"):
            await stored(desks.former, lost_client)
            await stored(desks.former, nothing_open)
            contacts = select(CONTACT).where(CONTACT.c.contact_id == "K1")
            await stored(desks.new, lambda c: c.execute(contacts).first() is not None)
    assert [r for r in await rows(desks.former, CONTACT) if r["client_id"] == CLIENT] == []
    [came] = [r for r in await rows(desks.new, CONTACT) if r["contact_id"] == "K1"]
    assert (came["by_staff"], came["manager_id"]) == ("M001", "M002")


async def test_the_new_managers_desk_takes_back_what_the_former_one_asked_for(
    firm: Firm, desks: Desks
) -> None:
    async with desks.online(firm):
        await stored(desks.former, lambda c: has_client(c, "M001"))
        asked = await desks.send(desks.former, RedeemPoints("R1", CLIENT, Sms.SMS2, 3))
        await stored(desks.former, nothing_open)
        await hand_over(desks)
        known = select(APPROVAL).where(APPROVAL.c.approval_id == asked)
        await stored(desks.new, lambda c: c.execute(known).first() is not None)
        with pytest.raises(ExpectedFailure) as refused:
            await desks.send(desks.branch, WithdrawApproval(asked, "不要了"))
        assert refused.value.code == "NOT_THE_MAKER"
        await desks.send(desks.new, WithdrawApproval(asked, "不要了"))
        await stored(desks.new, nothing_open)
        over = known.where(APPROVAL.c.state == "withdrawn")
        await stored(desks.branch, lambda c: c.execute(over).first() is not None)
    assert await firm.ask("SELECT manager_id, state FROM points_hold") == [("M002", "released")]


async def test_the_desk_says_no_before_anything_is_queued(firm: Firm, desks: Desks) -> None:
    async with desks.online(firm):
        await stored(desks.former, lambda c: has_client(c, "M001"))
        await stored(desks.former, nothing_open)
    for command, code in (
        (HandOverClients((CLIENT,), "M009", TODAY, "调整"), "HAND_OVER_TAKER"),
        (HandOverClients((CLIENT,), "M001", TODAY, "调整"), "HAND_OVER_SAME"),
        (HandOverClients((CLIENT,), "M002", TODAY, " "), "REASON_MISSING"),
        (HandOverClients(("C000060",), "M002", TODAY, "调整"), "CLIENT_NOT_FOUND"),
        (HandOverClients((CLIENT,), "M002", "2023-01-31", "调整"), "HAND_OVER_DAYS"),
    ):
        with pytest.raises(ExpectedFailure) as refused:
            await desks.send(desks.former, command)
        assert refused.value.code == code


async def test_a_referrer_of_another_manager_is_judged_at_central(firm: Firm, desks: Desks) -> None:
    theirs = "C000060"
    await firm.ask("UPDATE client SET opened_on = '2023-01-20' WHERE client_id = $1", theirs)
    async with desks.online(firm):
        mine = select(CLIENT_TABLE).where(CLIENT_TABLE.c.client_id == theirs)
        await stored(desks.new, lambda c: c.execute(mine).first() is not None)
        await stored(desks.branch, lambda c: c.execute(mine).first() is not None)
        with pytest.raises(ExpectedFailure) as refused:
            await desks.send(desks.new, RecordReferral(theirs, theirs, "2023-01-10"))
        assert refused.value.code == "SELF_REFERRAL"
        await decide(
            desks, await desks.send(desks.new, RecordReferral(CLIENT, theirs, "2023-01-10"))
        )
        await stored(desks.branch, nothing_open)
    posted = "SELECT manager_id, client_id FROM points_entry WHERE entry_id = $1"
    assert await firm.ask(posted, f"referral-{theirs}") == [("M001", CLIENT)]
