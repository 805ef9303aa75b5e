"""The firm's settings and the staff's certificates at desks: by row and day, without a restart."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table, select

from models.errors import ExpectedFailure
from models.lives.approval import Verdict
from models.rules.access.exams.attempt import Held
from models.rules.basis.settings.words import Product, Sms
from models.tables.grounds import FIRM_SETTING, STAFF_CERTIFICATE
from models.tables.service import APPROVAL_QUEUE
from models.wire.commands import LogContact, ServiceCommand
from models.wire.hub import SignedIn
from models.wire.service.approvals import DecideApproval, ProposeSetting
from models.wire.service.clients import RecordRiskTest
from models.wire.service.points import RedeemPoints
from models.wire.service.products import ApplyForProduct
from services.central.handlers.firm_rules import read_settings
from services.central.sync.pruning import Keeping, prune
from services.desk.board.firm_rules import FirmRules
from services.desk.service.service_desk import ServiceDesk
from services.desk.storage.person import keep_person, read_person
from services.desk.storage.queries.firm_settings import read_certificates
from services.desk.storage.rows import Row
from tests.services.desk.sync.test_whole_circle import linked, nothing_open, stored, working
from tests.support.desk_data import Desk, a_client, open_desk
from tests.support.hub_desk import running_hub
from tests.support.postgres import TODAY, ask, engine_on
from tests.support.service_work import CLIENT, Firm, open_firm

TOMORROW = TODAY + timedelta(days=1)
AT = "2023-02-01T10:00:00.000+08:00"
REDEEM = RedeemPoints("R1", CLIENT, Sms.SMS2, 3)  # 1,200 of his 10,000 points
TEST = RecordRiskTest("T1", CLIENT, 65, False, "2023-02-01", "E1")
DEARER = ProposeSetting(
    "redeem", json.dumps({"points_per_month": {"SMS2": "4000"}}), TOMORROW.isoformat()
)
REDEEM_SETTINGS = select(FIRM_SETTING).where(FIRM_SETTING.c.name == "redeem")
NEW_SETTING = select(FIRM_SETTING).where(FIRM_SETTING.c.approval_id != "")


@pytest.fixture
async def firm(demo_central: str) -> AsyncIterator[Firm]:
    """C000001 is a gold client with 10,000 points and no product."""
    async with open_firm(demo_central) as opened:
        yield opened


@asynccontextmanager
async def at_work(
    folder: Path, port: int, staff_id: str, branch_id: str = "B001"
) -> AsyncIterator[Desk]:
    """Somebody's desk, in step with the hub."""
    async with open_desk(folder, branch_id, staff_id) as desk, linked(desk, port, staff_id):
        yield desk


def service_of(desk: Desk) -> ServiceDesk:
    return ServiceDesk(store=desk.store, outbox=desk.outbox, clock=desk.clock)


async def code(desk: Desk, command: ServiceCommand) -> str:
    """Why the desk refuses the command; "" = it is queued."""
    try:
        await service_of(desk).send(command)
    except ExpectedFailure as failure:
        return failure.code
    return ""


async def rows(desk: Desk, table: Table) -> list[Row]:
    """All rows of a table on a desk, in the order of their keys."""
    ordered = select(table).order_by(*table.primary_key.columns)
    return await desk.store.read(lambda c: [dict(row) for row in c.execute(ordered).mappings()])


async def central_rows(url: str, table: Table) -> list[tuple[object, ...]]:
    """The same of central."""
    names = ", ".join(column.name for column in table.columns)
    keys = ", ".join(f'{column.name} COLLATE "C"' for column in table.primary_key)
    return await ask(url, f"SELECT {names} FROM {table.name} ORDER BY {keys}")


async def test_an_approved_setting_is_judged_by_from_its_day_at_running_desks(
    firm: Firm, tmp_path: Path
) -> None:
    """Proposed at one desk, decided at another; a third, which was not restarted, judges by it."""
    async with (
        running_hub(firm.url) as port,
        working(firm.url),
        at_work(tmp_path, port, "M001") as manager,
        at_work(tmp_path, port, "BM01") as proposer,
        at_work(tmp_path, port, "CO01", "HQ") as checker,
    ):
        rules = FirmRules(manager.store)
        await rules.load()
        manager.changes.refresh_with(rules.refresh)
        assert await code(manager, DEARER) == "NOT_A_MAKER"
        assert await code(proposer, DEARER) == ""
        await stored(checker, lambda c: c.execute(select(APPROVAL_QUEUE)).first())
        [waiting] = await rows(checker, APPROVAL_QUEUE)
        assert await manager.store.read(lambda c: c.execute(NEW_SETTING).all()) == []
        decision = DecideApproval(str(waiting["approval_id"]), Verdict.APPROVE, "已核对")
        assert await code(checker, decision) == ""
        for desk in (manager, proposer):
            await stored(desk, lambda c: c.execute(NEW_SETTING).first())
        assert await code(manager, REDEEM) == ""
        await stored(manager, nothing_open)
        for desk in (manager, proposer):
            desk.clock.moment += timedelta(days=1)
            another = RedeemPoints("R2", CLIENT, Sms.SMS2, 3)
            assert await code(desk, another) == "INSUFFICIENT_POINTS"
        async with engine_on(firm.url) as engine, engine.connect() as connection:
            for day in (TODAY, TOMORROW, date(2019, 12, 31)):
                assert rules.on(day) == await read_settings(connection, day)
        assert rules.on(TODAY) is rules.on(TODAY) != rules.on(TOMORROW)


async def test_a_certificate_that_is_gone_locks_offline_and_unlocks_again(
    firm: Firm, tmp_path: Path
) -> None:
    ends = "UPDATE staff_certificate SET valid_to = $1, version = version + 1 WHERE staff_id = $2"
    async with running_hub(firm.url) as port, open_desk(tmp_path, "B001") as desk:
        async with linked(desk, port):
            assert await code(desk, TEST) == ""
            await ask(firm.url, ends, "2023-01-31", "M001")
            await stored(desk, lambda c: "2023-01-31" in str(c.execute(CERTIFICATES).all()))
        apply = ApplyForProduct("P1", CLIENT, Product.A, "new", 3, "client")
        assert await code(desk, TEST) == await code(desk, apply) == "CERTIFICATE_EXPIRED"
        assert await code(desk, REDEEM) == ""
        await ask(firm.url, "DELETE FROM staff_certificate WHERE staff_id = 'M001'")
        async with linked(desk, port):
            await stored(desk, lambda c: not c.execute(CERTIFICATES).all())
        assert await code(desk, apply) == "CERTIFICATE_MISSING"


CERTIFICATES = select(STAFF_CERTIFICATE.c.valid_to).where(STAFF_CERTIFICATE.c.staff_id == "M001")


async def test_each_desk_has_the_certificates_that_its_person_may_see(
    firm: Firm, tmp_path: Path
) -> None:
    await ask(
        firm.url,
        "INSERT INTO staff_certificate (branch_id, staff_id, certificate, manager_id)"
        " VALUES ('HQ', 'CC01', 'suitability', 'CC01')",
    )
    async with running_hub(firm.url) as port:
        async with at_work(tmp_path, port, "M001") as desk:
            seen = {row["staff_id"] for row in await rows(desk, STAFF_CERTIFICATE)}
            assert seen == {"M001"}
        async with at_work(tmp_path, port, "BM01") as desk:
            seen = {row["staff_id"] for row in await rows(desk, STAFF_CERTIFICATE)}
            assert {"M001", "M002", "BM01"} <= seen and "CC01" not in seen
        async with at_work(tmp_path, port, "CC01", "HQ") as desk:
            person = await desk.store.read(read_person)
            assert person is not None
            held = await desk.store.read(lambda c: read_certificates(c, person))
            assert held == {"suitability": Held(None)}
            assert len(await rows(desk, STAFF_CERTIFICATE)) == 1


async def test_a_desk_away_for_long_has_all_settings_after_pruning(
    firm: Firm, tmp_path: Path
) -> None:
    async with running_hub(firm.url) as port, open_desk(tmp_path, "B001") as desk:
        async with linked(desk, port):
            assert await rows(desk, FIRM_SETTING)
        for day in (TODAY, TOMORROW):
            await ask(
                firm.url,
                "INSERT INTO firm_setting (branch_id, name, effective_from, value)"
                " VALUES ('*', 'redeem', $1, 'null')",
                day.isoformat(),
            )
        async with engine_on(firm.url) as engine:
            await prune(engine, TOMORROW, Keeping(days=0))
        async with linked(desk, port):
            await stored(desk, lambda c: len(c.execute(REDEEM_SETTINGS).all()) == 3)
            for table in (FIRM_SETTING, STAFF_CERTIFICATE):
                here = [tuple(row.values()) for row in await rows(desk, table)]
                there = await central_rows(firm.url, table)
                assert here == [row for row in there if table is FIRM_SETTING or "M001" in row]
        assert await code(desk, REDEEM) == "REDEEM_NOT_CONFIGURED"


async def test_a_desk_without_settings_judges_by_none(tmp_path: Path) -> None:
    """It knows its clients, but central never told it what the firm has decided."""
    async with open_desk(tmp_path, "B001") as desk:
        assert await code(desk, REDEEM) == "NEVER_SIGNED_IN"
        await desk.receive(("client", a_client(CLIENT, branch_id="B001")))
        person = SignedIn("B001", "M001", "林晓岚", "manager", ("M001", "*"), "postgresql", "18")
        await desk.store.write(lambda c: keep_person(c, person))
        apply = ApplyForProduct("P1", CLIENT, Product.A, "new", 3, "client")
        for command in (REDEEM, TEST, apply, DEARER):
            assert await code(desk, command) == "FIRM_SETTINGS_NOT_CONFIGURED"
        contact = LogContact("K1", CLIENT, "phone", "out", "回访", AT)
        assert await code(desk, contact) == ""  # it rests on no setting
