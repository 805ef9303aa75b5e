"""A setting that is approved at central comes down and judges the very next order in the engine."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import psutil

from app.central import DATABASE, SERVER_FOLDER
from app.commands.files.person import Person, enclose, have_answered
from app.frame.places import Places
from models.clients.tier import Role
from models.dates import BEIJING
from models.lives.approval import Verdict
from models.trading.order import Order, OrderState
from models.wire.ledger import PlaceOrder
from models.wire.service.approvals import DecideApproval, ProposeSetting
from services.central.connection import open_engine
from services.central.embedded import find_embedded
from services.central.session import Actor
from services.clock.clock import ReplayClock
from services.engine.trading.journal.file import read_journal
from services.engine.trading.journal.records import RequestTaken, SettingsStored
from tests.e2e.desk_work import Manager, at_desk, open_desk
from tests.e2e.home import fresh_home, pids, processes_of

DAY = "2023-02-01"
SMALLER = ProposeSetting("max_quantity", '{"main":{"limit":50}}', DAY)
EVE = datetime(2023, 1, 31, 16, 0, tzinfo=BEIJING)  # a setting holds from a later day only
MAKER, CHECKER = Actor("B001", "BM01", Role.BRANCH_MANAGER), Actor("HQ", "CO01", Role.COMPLIANCE)


def test_an_approved_setting_judges_the_next_order_in_the_engine_and_after_its_death() -> None:
    with fresh_home() as places:
        at_desk(places, _approved_while_at_work(places))
        _check_journal(places)
        assert processes_of(places) == []


async def _approved_while_at_work(places: Places) -> None:
    async with open_desk(places) as manager:
        working = await manager.leave_working_order()
        with _sleeping_worker(places):
            await asyncio.to_thread(asyncio.run, _approve(places))
        refused = await _refused(manager)
        assert "50" in refused.reason_text
        psutil.Process(killed := pids(places)["engine"]).kill()
        await manager.see("新引擎", lambda: pids(places).get("engine", killed) != killed)
        await _refused(manager)
        await manager.see_order(working, OrderState.WORKING)
        await manager.ports.orders.cancel(working)
        await manager.see_order(working, OrderState.CANCELLED)


async def _refused(manager: Manager) -> Order:
    """The desk says why not, the ticket is sent all the same, and the engine says the same."""
    ticket = await manager.instruct()

    def largest_is_exceeded() -> bool:
        lines = manager.ports.orders.check(ticket).lines
        return "MAX_SIZE" in {line.code for line in lines if not line.ok}

    await manager.see("新的单笔上限", largest_is_exceeded)
    name = await manager.ports.orders.place(ticket)
    refused = await manager.see_order(name, OrderState.REFUSED)
    assert refused.reason == "MAX_SIZE"
    return refused


@contextmanager
def _sleeping_worker(places: Places) -> Iterator[None]:
    """It lives on the trade date, where a setting for this day would come too late."""
    worker = psutil.Process(pids(places)["worker"])
    worker.suspend()
    try:
        yield
    finally:
        worker.resume()


async def _approve(places: Places) -> None:
    """Two people agree the evening before; a worker of that evening carries it out."""
    server = find_embedded(places.central / SERVER_FOLDER)
    assert server is not None
    engine = open_engine(server.url_of(DATABASE))
    clock = ReplayClock(EVE, 0, 0)
    try:
        maker, checker = Person(engine, MAKER, clock), Person(engine, CHECKER, clock)
        [asked] = enclose(maker, [SMALLER], "")
        await have_answered(maker, [asked])
        decision = DecideApproval(asked.command_id, Verdict.APPROVE, "已核对")
        await have_answered(checker, enclose(checker, [decision], asked.command_id))
    finally:
        await engine.dispose()


def _check_journal(places: Places) -> None:
    """Both sets are kept, once each, and every order names the one that judged it."""
    records = read_journal(places.engine / f"{DAY}.journal").records
    sets = [record.given for record in records if isinstance(record, SettingsStored)]
    assert [("max_quantity", SMALLER.value) in given.sections for given in sets] == [False, True]
    judged = [
        record.settings
        for record in records
        if isinstance(record, RequestTaken) and isinstance(record.request, PlaceOrder)
    ]
    before, after = (given.fingerprint for given in sets)
    assert judged == [before, after, after]
