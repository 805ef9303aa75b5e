"""The practice firm: marked, apart, played once, and its trace tells what it does not tell."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from models.errors import ExpectedFailure
from models.files.kinds import ExportContent
from models.lives.approval import Verdict
from models.wire.codec import encode
from models.wire.service.approvals import DecideApproval, RequestExport
from services.central.session import Actor, acting
from services.central.sync.inbox import Sealed, put_commands
from services.worker.practice.cast import BRANCH, CHECKER
from services.worker.practice.director import play_due
from services.worker.practice.firm import Start, make_practice_firm
from services.worker.practice.run import find_run, require_run
from services.worker.practice.shelf import find_scenario
from tests.support.central_work import envelope
from tests.support.file_work import export_whole
from tests.support.postgres import ask, engine_on
from tests.support.practice_work import CLIENT, TRAINEE, began, practising


async def test_who_signs_in_is_told_that_it_is_practice_and_all_names_say_so(
    empty_central: str, tmp_path: Path
) -> None:
    async with practising(empty_central, "suitability", tmp_path) as practice:
        person = await practice.person()
        named = await ask(empty_central, "SELECT name FROM client UNION ALL SELECT name FROM staff")
        [(branch,)] = await ask(
            empty_central, "SELECT value FROM firm_setting WHERE name = 'branch'"
        )
    assert person.practice == "suitability-1"
    assert all(str(name).endswith("(演练)") for (name,) in named)
    assert "演练" in str(branch)


async def test_nobody_but_the_trainee_can_sign_in(empty_central: str, tmp_path: Path) -> None:
    async with practising(empty_central, "suitability", tmp_path):
        names = await ask(empty_central, "SELECT staff_id FROM staff_credential")
    assert names == [(TRAINEE,)]


async def test_a_firm_with_people_never_becomes_a_practice_firm(demo_central: str) -> None:
    scenario = find_scenario("product")
    async with engine_on(demo_central) as engine:
        start = Start("product-1", TRAINEE, began(scenario), scenario)
        with pytest.raises(Exception, match="PRACTICE_NOT_EMPTY"):
            await make_practice_firm(engine, start)
        assert await find_run(engine) is None
        with pytest.raises(ExpectedFailure) as refused:
            await require_run(engine)
    assert refused.value.code == "PRACTICE_NOT_FOUND"


async def test_a_practice_firm_stays_one(empty_central: str, tmp_path: Path) -> None:
    async with practising(empty_central, "product", tmp_path):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="PRACTICE_NOT_EMPTY"):
            await ask(empty_central, "UPDATE central_identity SET run_id = ''")


async def test_an_approved_export_does_not_leave(empty_central: str, tmp_path: Path) -> None:
    async with practising(empty_central, "product", tmp_path) as practice:
        asked = RequestExport("EX1", (CLIENT,), ExportContent.CLIENTS, "练习")
        approval = await practice.do(asked)
        decision = envelope(
            DecideApproval(approval, Verdict.APPROVE, ""), "EX1", author=CHECKER,
            branch_id=BRANCH, manager_id=TRAINEE,
        )  # fmt: skip
        checker = Actor(BRANCH, CHECKER, "branch_manager")
        async with acting(practice.engine, checker) as connection:
            now = practice.desk.clock.now()
            await put_commands(connection, [Sealed(decision, encode(decision))], now)
        await practice.settle()
        [(state,)] = await ask(empty_central, "SELECT state FROM approval")
        trainee = Actor(BRANCH, TRAINEE, "manager")
        with pytest.raises(ExpectedFailure) as refused:
            await export_whole(practice.engine, trainee, approval, "x.csv", now)
    assert (state, refused.value.code) == ("approved", "PRACTICE_FIRM")


async def test_two_directors_play_every_step_once(empty_central: str, tmp_path: Path) -> None:
    async with practising(empty_central, "complaint", tmp_path) as practice:
        practice.desk.clock.moment = practice.began_at.replace(minute=2)
        run = await require_run(practice.engine)
        await asyncio.gather(
            *(play_due(practice.engine, practice.desk.clock, run) for _ in range(4))
        )
        await practice.settle()
        contacts = await ask(empty_central, "SELECT contact_id FROM contact ORDER BY 1")
        tasks = await ask(empty_central, "SELECT task_id FROM task WHERE kind = 'reminder'")
        news = await ask(empty_central, "SELECT event_id FROM security_event")
    assert contacts == [("step:complains",)]
    assert tasks == [("step:complains/task",)]
    assert news == [("step:news",)]


async def test_nothing_is_played_after_the_end(empty_central: str, tmp_path: Path) -> None:
    async with practising(empty_central, "complaint", tmp_path) as practice:
        practice.desk.clock.moment = practice.began_at.replace(hour=11)
        run = await require_run(practice.engine)
        assert await play_due(practice.engine, practice.desk.clock, run) == 0


async def test_a_command_that_never_arrived_is_told_as_a_gap(
    empty_central: str, tmp_path: Path
) -> None:
    async with practising(empty_central, "suitability", tmp_path) as practice:
        await practice.says("一")
        await practice.says("二")
        await practice.says("三")
        assert (await practice.trace()).gaps == ()
        await ask(empty_central, "DELETE FROM inbox WHERE sequence = 2")
        [gap] = (await practice.trace()).gaps
    assert "1 条命令没有送达" in gap
