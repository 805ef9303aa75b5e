"""What a real firm keeps of practice: handed in by its own person, judged again, once."""

from datetime import datetime

import msgspec
import pytest

from models.dates import BEIJING
from models.rules.access.practice.judge import judge
from models.rules.access.practice.result import Result, hash_of, pack
from models.rules.access.practice.scenario import span_of
from models.rules.access.practice.trace import Trace
from models.wire.service.training import RecordAttempt, RecordPractice
from services.central.session import Actor, acting
from services.worker.practice.shelf import find_scenario
from tests.support.service_work import CLIENT, Firm

TEN = datetime(2023, 2, 1, 10, tzinfo=BEIJING)


def result(trainee: str = "M001", *, is_over: bool = True, run_id: str = "product-1") -> Result:
    """A run in which nothing was done."""
    scenario = find_scenario("product")
    until = TEN + span_of(scenario.lasts) if is_over else TEN
    trace = Trace(TEN, until, (), ())
    return Result(run_id, trainee, TEN, scenario, trace, judge(scenario, trace))


def handed(told: Result) -> RecordPractice:
    """The command that hands it in."""
    return RecordPractice(told.run_id, *pack(told))


async def hand_in(firm: Firm, command: RecordPractice, by: str = "M001") -> str:
    """Hand it in; its outcome."""
    return await firm.code(await firm.do(command, by, key="", manager_id=by))


async def seen_by(firm: Firm, staff_id: str, role: str) -> int:
    """How many records somebody sees with SQL."""
    async with acting(firm.engine, Actor("B001", staff_id, role)) as connection:
        found = await connection.exec_driver_sql("SELECT count(*) FROM practice_record")
        return int(found.scalar_one())


async def test_a_result_is_kept_for_its_maker_and_his_branch_manager_without_certificate(
    firm: Firm,
) -> None:
    before = await firm.ask("SELECT count(*), max(version) FROM staff_certificate")
    assert await hand_in(firm, handed(result())) == "applied"
    [row] = await firm.ask(
        "SELECT staff_id, manager_id, scenario, most, title FROM practice_record"
    )
    assert row == ("M001", "M001", "product", 10_000, "产品 A:从申请到复核通过")
    assert await seen_by(firm, "M001", "manager") == 1
    assert await seen_by(firm, "BM01", "branch_manager") == 1
    assert await seen_by(firm, "M002", "manager") == 0
    assert await firm.ask("SELECT count(*), max(version) FROM staff_certificate") == before


async def test_it_is_kept_once_and_stands_in_the_audit_trail_by_its_hash(firm: Firm) -> None:
    command = handed(result())
    assert await hand_in(firm, command) == "applied"
    assert await hand_in(firm, command) == "DUPLICATE"
    told = await firm.ask("SELECT detail FROM audit_entry WHERE action = 'record_practice'")
    details = [msgspec.json.decode(str(detail)) for (detail,) in told]
    assert [one["sha256"] for one in details] == 2 * [command.result_hash]
    assert all("result" not in one for one in details)


@pytest.mark.parametrize(
    ("code", "command"),
    [
        ("RESULT_OTHERS", handed(result("M002"))),
        ("PRACTICE_NOT_OVER", handed(result(is_over=False))),
        ("RESULT_HASH", msgspec.structs.replace(handed(result()), result_hash="0")),
        ("RESULT_OTHERS", msgspec.structs.replace(handed(result()), run_id="product-2")),
        ("RESULT_FORM", RecordPractice("product-1", b"{", hash_of(b"{"))),
    ],
)
async def test_what_is_not_ones_own_whole_result_is_refused(
    firm: Firm, code: str, command: RecordPractice
) -> None:
    assert await hand_in(firm, command) == code
    assert await firm.ask("SELECT FROM practice_record") == []


async def test_a_better_score_than_the_trace_shows_is_refused(firm: Firm) -> None:
    told = result()
    judged = msgspec.structs.replace(told.judgement, earned=told.judgement.most)
    assert await hand_in(firm, handed(msgspec.structs.replace(told, judgement=judged))) == (
        "RESULT_WRONG"
    )


async def test_attempts_are_noted_on_practice_desks_only(firm: Firm) -> None:
    sent = await firm.do(RecordAttempt(CLIENT, "apply_for_product", "TIER_NOT_ELIGIBLE", {}))
    assert await firm.code(sent) == "PRACTICE_ONLY"
