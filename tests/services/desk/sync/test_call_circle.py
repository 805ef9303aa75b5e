"""Calls on the desks of two agents, through a real hub and worker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from models.errors import ExpectedFailure
from models.lives.teams.call import CallOutcome
from models.wire.service.teams.calls import CallCommand, FinishCall, IdentifyCall, TakeNextCall
from models.wire.service.teams.telephone import CallOffered
from services.desk.service.service_desk import ServiceDesk
from services.desk.service.teams.screen_pop import ScreenPops
from services.desk.storage.queries.teams.calls import read_call_queue, read_calls_in_hand
from services.desk.sync.hub_client import SignInFacts
from services.worker.calls.intake import Intake
from tests.services.desk.sync.test_whole_circle import (
    Condition,
    linked,
    nothing_open,
    stored,
    working,
)
from tests.support.desk_data import Desk, open_desk
from tests.support.hub_desk import running_hub
from tests.support.postgres import FixedClock
from tests.support.service_work import CLIENT, Firm, open_firm
from tests.support.trusting import PLAIN


@pytest.fixture
async def firm(demo_central: str) -> AsyncIterator[Firm]:
    """A second agent; one gold client and one ordinary one call."""
    async with open_firm(demo_central) as opened:
        await opened.ask("DELETE FROM service_call")
        await opened.ask("UPDATE client SET mobile = '13900000001' WHERE client_id = $1", CLIENT)
        await opened.ask(
            "INSERT INTO staff (branch_id, staff_id, manager_id, name, role)"
            " VALUES ('HQ', 'CC02', '*', '江一帆', 'call_centre')"
        )
        await opened.ask(
            "INSERT INTO staff_credential (branch_id, staff_id, passphrase_hash)"
            " SELECT 'HQ', 'CC02', passphrase_hash FROM staff_credential WHERE staff_id = 'CC01'"
        )
        await opened.ask(
            'UPDATE firm_setting SET value = replace(value, \'["CC01"]\', \'["CC01","CC02"]\')'
            " WHERE name = 'calls'"
        )
        yield opened


@asynccontextmanager
async def agents_desk(tmp_path: Path, staff_id: str) -> AsyncIterator[Desk]:
    (tmp_path / staff_id).mkdir()
    async with open_desk(tmp_path / staff_id, branch_id="HQ", staff_id=staff_id) as opened:
        yield opened


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with agents_desk(tmp_path, "CC01") as opened:
        yield opened


@pytest.fixture
async def other(tmp_path: Path) -> AsyncIterator[Desk]:
    async with agents_desk(tmp_path, "CC02") as opened:
        yield opened


async def code(desk: Desk, command: CallCommand) -> str:
    """Why the desk refuses; "" = it is queued."""
    service = ServiceDesk(store=desk.store, outbox=desk.outbox, clock=desk.clock)
    try:
        await service.send(command)
    except ExpectedFailure as failure:
        return failure.code
    return ""


async def they_call(firm: Firm) -> None:
    intake = Intake(firm.engine, FixedClock())
    for call_id, number in (("K1", "13988880000"), ("K2", "13900000001")):
        await intake.take(CallOffered(call_id, "2023-02-01T09:59:00+08:00", number, "95300"))


def wait(count: int) -> Condition:
    def is_so(connection: Connection) -> bool:
        return len(read_call_queue(connection)) == count and nothing_open(connection)

    return is_so


def has(staff_id: str, call_id: str) -> Condition:
    def is_so(connection: Connection) -> bool:
        mine = [row["call_id"] for row in read_calls_in_hand(connection, staff_id)]
        return mine == [call_id] and nothing_open(connection)

    return is_so


async def test_each_agent_takes_another_call_and_the_card_comes_up(
    firm: Firm, desk: Desk, other: Desk
) -> None:
    async with running_hub(firm.url) as port, working(firm.url):
        async with linked(desk, port, "CC01"), linked(other, port, "CC02"):
            await they_call(firm)
            await stored(desk, wait(2))
            await stored(other, wait(2))
            queue = await desk.store.read(read_call_queue)
            assert [(row["call_id"], row["channel"]) for row in queue] == [
                ("K2", "dedicated_line"),
                ("K1", "call_centre"),
            ]
            assert await code(desk, TakeNextCall()) == ""
            await stored(desk, has("CC01", "K2"))
            assert await code(other, TakeNextCall()) == ""
            await stored(other, has("CC02", "K1"))
            assert await code(desk, TakeNextCall()) == "CALL_IN_HAND"
            assert await code(desk, FinishCall("K1", CallOutcome.RESOLVED, "x")) == "CALL_NOT_FOUND"
            assert await code(desk, IdentifyCall("K2", "A1")) == "CALL_KNOWN_CLIENT"
            pops = ScreenPops(
                SignInFacts((f"ws://127.0.0.1:{port}",), "CC01", "demo", "desk-1", trust=PLAIN)
            )
            screen = await pops.of_call("K2")
            assert screen.card is not None
            assert (screen.card.client_id, screen.card.mobile) == (CLIENT, "139****0001")
            with pytest.raises(ExpectedFailure, match="CALL_NOT_FOUND"):
                await pops.of_call("K1")
            assert await code(desk, FinishCall("K2", CallOutcome.RESOLVED, "银证转账限额")) == ""
            await stored(desk, lambda c: nothing_open(c) and not read_calls_in_hand(c, "CC01"))
        contact = "SELECT by_staff, manager_id FROM contact WHERE contact_id = 'call-K2'"
        assert await firm.ask(contact) == [("CC01", "M001")]


async def test_what_was_taken_offline_is_nobodys(firm: Firm, desk: Desk) -> None:
    async with running_hub(firm.url) as port, working(firm.url):
        async with linked(desk, port, "CC01"):
            await stored(desk, nothing_open)
        desk.clock.moment = desk.clock.moment.replace(hour=8)  # two hours before it comes up
        assert await code(desk, TakeNextCall()) == ""
        await they_call(firm)
        async with linked(desk, port, "CC01"):
            await stored(desk, wait(2))
        [(refused,)] = await firm.ask("SELECT code FROM command_answer WHERE manager_id = 'CC01'")
        assert refused == "CALL_STALE"
