"""A certificate's life from a desk through a real hub and worker and back (F25, S42)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.worker import run_worker
from models.errors import ExpectedFailure
from models.lives.exam import ExamState
from models.rules.basis.settings.words import Feature
from models.wire.commands import ServiceCommand
from models.wire.hub import SignedIn
from models.wire.service.clients import RecordRiskTest
from models.wire.service.training import BeginExam, RevokeCertificate, SubmitExam
from services.desk.service.service_desk import ServiceDesk
from services.desk.service.training.overview import AttemptLine, TrainingOverview, read_training
from services.desk.storage.person import read_person
from services.desk.storage.synced.provisional import open_envelopes
from tests.services.desk.sync.test_whole_circle import linked, nothing_open, stored
from tests.support.desk_data import Desk, open_desk
from tests.support.exam_work import right_answers
from tests.support.hub_desk import running_hub
from tests.support.postgres import ask
from tests.support.service_work import CLIENT, Firm, open_firm
from tests.support.waiting import DEADLINE_S


@pytest.fixture
async def firm(demo_central: str) -> AsyncIterator[Firm]:
    async with open_firm(demo_central) as opened:
        yield opened


@asynccontextmanager
async def a_worker(url: str, desk: Desk) -> AsyncIterator[None]:
    """A worker that lives by the desk's clock."""
    stop = asyncio.Event()
    work = asyncio.create_task(
        run_worker(database_url=url, clock=desk.clock, night_at="", ready=lambda _: None, stop=stop)
    )
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(work, DEADLINE_S)


async def code(desk: Desk, command: ServiceCommand) -> str:
    try:
        await ServiceDesk(store=desk.store, outbox=desk.outbox, clock=desk.clock).send(command)
    except ExpectedFailure as failure:
        return failure.code
    return ""


def told_by(desk: Desk, connection: Connection) -> TrainingOverview:
    person = read_person(connection)
    assert isinstance(person, SignedIn)
    return read_training(connection, person, desk.clock.now())


def attempt(desk: Desk, connection: Connection, name: str) -> AttemptLine | None:
    lines = (one for exam in told_by(desk, connection).exams for one in exam.attempts)
    return next((one for one in lines if one.attempt_id == name), None)


async def ended(desk: Desk, name: str, state: ExamState) -> None:
    """Wait until the desk knows how it came out."""

    def is_known(connection: Connection) -> bool:
        found = attempt(desk, connection, name)
        return found is not None and found.state == state.value

    await stored(desk, is_known)


async def lock(desk: Desk, feature: Feature) -> tuple[str, str]:
    told = await desk.store.read(lambda c: told_by(desk, c))
    return next((one.reason, one.opened_by) for one in told.features if one.feature is feature)


async def test_fail_wait_pass_unlock_expire_revoke(firm: Firm, tmp_path: Path) -> None:
    tests = [RecordRiskTest(f"T{n}", CLIENT, 65, False, "2023-02-01", "E1") for n in range(4)]
    await ask(firm.url, "DELETE FROM staff_certificate WHERE staff_id = 'M001'")
    async with (
        running_hub(firm.url) as port,
        open_desk(tmp_path, "B001") as desk,
        a_worker(firm.url, desk),
    ):
        async with linked(desk, port):
            assert await lock(desk, Feature.RISK_TEST) == ("CERTIFICATE_MISSING", "suitability")
            assert await code(desk, tests[0]) == "CERTIFICATE_MISSING"
            assert await code(desk, BeginExam("A1", "suitability")) == ""
            await ended(desk, "A1", ExamState.BEGUN)
            paper = await desk.store.read(lambda c: attempt(desk, c, "A1"))
            assert paper is not None and len(paper.paper) == 12
            assert await code(desk, SubmitExam("A1", {})) == ""
            await ended(desk, "A1", ExamState.FAILED)
            assert await code(desk, BeginExam("A2", "suitability")) == "EXAM_WAIT"
            desk.clock.moment += timedelta(days=1)
            assert await code(desk, BeginExam("A2", "suitability")) == ""
            await ended(desk, "A2", ExamState.BEGUN)
        answers = await right_answers(firm, "A2")
        desk.clock.moment += timedelta(minutes=29)
        assert await code(desk, SubmitExam("A2", answers)) == ""  # offline, in time
        desk.clock.moment += timedelta(hours=3)
        assert await code(desk, tests[0]) == "CERTIFICATE_MISSING"
        async with linked(desk, port):
            await ended(desk, "A2", ExamState.PASSED)
            assert await lock(desk, Feature.RISK_TEST) == ("", "")
            assert await code(desk, tests[1]) == ""
            await stored(desk, nothing_open)
            [(told,)] = await ask(firm.url, "SELECT count(*) FROM risk_test WHERE test_id = 'T1'")
            assert told == 1
            desk.clock.moment += timedelta(days=732)
            assert await code(desk, tests[2]) == "CERTIFICATE_EXPIRED"
            assert await lock(desk, Feature.RISK_TEST) == ("CERTIFICATE_EXPIRED", "suitability")
            desk.clock.moment -= timedelta(days=732)
            assert await code(desk, tests[2]) == ""
            await stored(desk, nothing_open)
        await revoke(tmp_path, desk, port)
        async with linked(desk, port):
            await stored(desk, lambda c: told_by(desk, c).features[0].reason != "")
            assert await code(desk, tests[3]) == "CERTIFICATE_REVOKED"
            assert not await desk.store.read(open_envelopes)


async def revoke(folder: Path, desk: Desk, port: int) -> None:
    """Compliance at a desk of its own takes M001's certificate away."""
    async with open_desk(folder, "HQ", "CO01") as compliance, linked(compliance, port, "CO01"):
        compliance.clock.moment = desk.clock.moment
        command = RevokeCertificate("B001", "M001", "suitability", "违规代客操作")
        assert await code(compliance, command) == ""
        await stored(compliance, nothing_open)
