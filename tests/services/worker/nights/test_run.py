"""A night may be stopped anywhere and begun again; nothing is done twice, nobody disturbs it."""

import asyncio
import sys
from dataclasses import replace
from datetime import date, datetime, time

import asyncpg
import pytest
from sqlalchemy import text

from models.dates import BEIJING
from models.errors import ExpectedFailure
from models.tables.nights import COMMISSION_ENTRY
from services.central.audit import broken_links
from services.central.connection import driver_url
from services.worker.loads.load import load_file
from services.worker.nights import run
from services.worker.nights.plan import STEPS
from services.worker.nights.run import Nights
from services.worker.nights.step import NotDue, Step, statement
from services.worker.nights.watch import NightWatch
from tests.support.night_firm import NightFirm, counts_of, open_night_firm, owner, state_of
from tests.support.postgres import FixedClock, engine_on

DAY = date(2023, 2, 1)
TABLES = (
    "client",
    "points_entry",
    "client_tier",
    "tier_rating",
    "subscription",
    "task",
    "timeline",
    "client_alert",
    "asset_day",
    "commission_baseline",
)
_WAIT_S = 20
_CLOSES = b"symbol,day,name,close,previous_close,status\nX,2023-02-01,,1,1,normal"


def evening(day: date, at: time = time(18, 30)) -> FixedClock:
    return FixedClock(datetime.combine(day, at, BEIJING))


async def contents(firm: NightFirm) -> dict[str, list[tuple[object, ...]]]:
    """All that a night writes, versions left out: they count the attempts."""
    found = {}
    for table in TABLES:
        rows = await firm.ask(f"SELECT to_jsonb(t) - 'version' FROM {table} t ORDER BY 1")
        found[table] = rows
    return found


@pytest.mark.parametrize("killed_in", ["asset_day", "points_entry", "task", "client_alert"])
async def test_a_killed_night_goes_on_where_it_was(demo_central: str, killed_in: str) -> None:
    """Another transaction holds the table, the night waits for it there, and is killed."""
    async with engine_on(demo_central) as engine:
        firm = NightFirm(demo_central, engine)
        blocker = await asyncpg.connect(driver_url(demo_central))
        async with blocker.transaction():
            await blocker.execute(f"LOCK TABLE {killed_in} IN SHARE MODE")
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.support.night_child", demo_central, DAY.isoformat()
            )
            await until_waiting(firm, killed_in)
            child.kill()
            await child.wait()
            await until_gone(firm)
        await blocker.close()
        report = await firm.night(DAY)
        assert {step.state for step in report.steps} == {"done", "skipped"}
        attempts = await firm.ask("SELECT max(attempts) FROM night_run")
        assert attempts == [(2,)]
        resumed = await contents(firm)
        assert await firm.ask("SELECT * FROM points_unequal") == []
        again = await firm.night(DAY, again=True)
        assert {count for step in again.steps for count in step.counts.values()} == {0}
        assert await contents(firm) == resumed
        async with engine.connect() as connection:
            assert await broken_links(connection) == ()


async def until_waiting(firm: NightFirm, table: str) -> None:
    query = (
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = $1::regclass"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    async with asyncio.timeout(_WAIT_S):
        while await firm.ask(query, table) == [(0,)]:
            continue


async def until_gone(firm: NightFirm) -> None:
    """The server has noticed the death and let the night's lock go."""
    query = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
    held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    waiting = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted"
    async with asyncio.timeout(_WAIT_S):
        await firm.ask(waiting)
        while await firm.ask(held) != [(0,)]:
            await firm.ask(query)


async def test_an_interrupted_step_counts_each_row_once(empty_central: str) -> None:
    async with open_night_firm(empty_central, 2) as firm:
        entry = {"kind": "commission", "trade_date": "2023-02-01", "booked_on": "2023-02-01"}
        await firm.add(
            COMMISSION_ENTRY,
            (owner(n) | entry | {"entry_id": f"T{n}", "amount_cents": 100} for n in range(2)),
        )
        step = next(one for one in STEPS if one.name == "commission")
        broken = Step(
            step.name,
            step.title,
            step.values,
            (*step.statements, statement("", "SELECT 1 / (:branch_id = '*')::int")),
        )
        with pytest.raises(Exception, match="division by zero"):
            await Nights(firm.engine, evening(DAY), (broken,)).run(DAY)
        [(state, trouble)] = await firm.ask("SELECT state, trouble FROM night_run")
        assert state == "failed" and "division by zero" in str(trouble)
        report = await firm.night(DAY, "commission")
        assert counts_of(report, "commission") == {"posted": 2, "corrected": 0}


_TOLD = (
    "INSERT INTO timeline (branch_id, entry_id, manager_id, client_id)"
    " VALUES ('B001', '{name}', 'M001', 'C000001')"
)


async def test_a_night_that_is_in_a_commands_way_begins_its_part_again(demo_central: str) -> None:
    """Night: the stream's counter, then a client; command: the client, then the counter."""
    moves = "UPDATE client SET version = version + 1 WHERE client_id = 'C000002'"
    halt = "SELECT pg_advisory_xact_lock(77)"
    steps = [statement("", _TOLD.format(name="n1")), statement("", halt), statement("", moves)]
    async with engine_on(demo_central) as engine:
        firm = NightFirm(demo_central, engine)
        gate, command = [await asyncpg.connect(driver_url(demo_central)) for _ in range(2)]
        await gate.execute("SELECT pg_advisory_lock(77)")
        await command.execute("SET deadlock_timeout = '1min'")  # the night finds it, and yields
        night = Nights(engine, evening(DAY), [replace(STEPS[0], statements=tuple(steps))])
        running = asyncio.create_task(night.run(DAY))
        await until_blocked(firm, 1)
        async with command.transaction():
            await command.execute("SELECT FROM client WHERE client_id = 'C000002' FOR UPDATE")
            telling = asyncio.create_task(command.execute(_TOLD.format(name="c1")))
            await until_blocked(firm, 2)
            await gate.execute("SELECT pg_advisory_unlock(77)")
            await telling
        report = await running
        assert [step.state for step in report.steps] == ["done"]
        told = await firm.ask("SELECT entry_id FROM timeline ORDER BY 1")
        assert told == [("c1",), ("n1",)]
        for connection in (gate, command):
            await connection.close()


async def until_blocked(firm: NightFirm, count: int) -> None:
    """Wait until so many connections wait for a lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    async with asyncio.timeout(_WAIT_S):
        while await firm.ask(waiting) != [(count,)]:
            await asyncio.sleep(0)


async def test_parts_are_whole_streams(empty_central: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_CLIENTS_A_PART", 3)
    async with open_night_firm(empty_central, 5) as firm:  # 3 of M001, 2 of M002
        touch = statement(
            "seen",
            "UPDATE client SET version = version FROM ({own}) o"
            " WHERE client.client_id = o.client_id",
        )
        one = Step("parts", "", STEPS[0].values, (touch,))
        report = await Nights(firm.engine, evening(DAY), (one,)).run(DAY)
        assert counts_of(report, "parts") == {"seen": 5}


async def test_a_file_is_not_loaded_into_a_running_night(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        async with Nights(firm.engine, evening(DAY))._alone():
            with pytest.raises(ExpectedFailure) as failure:
                await load_file(firm.engine, evening(DAY).now(), "closes", "x", _CLOSES)
        assert failure.value.code == "NIGHT_RUNNING"
        loaded = await load_file(firm.engine, evening(DAY).now(), "closes", "x", _CLOSES)
        assert loaded.added == 1


async def test_an_interrupted_night_is_newer_than_the_one_before(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        await firm.night(DAY, "release", "figures")
        report = await firm.night(date(2023, 1, 31), "release")
        assert state_of(report, "release") == ("skipped", "LATER_NIGHT_DONE")


async def test_two_nights_do_not_run_at_once(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        async with Nights(firm.engine, evening(DAY))._alone():
            with pytest.raises(ExpectedFailure) as failure:
                await firm.night(DAY)
        assert failure.value.code == "NIGHT_RUNNING"
        await firm.night(DAY)


async def test_each_step_has_one_audit_entry(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        await firm.night(DAY)
        await firm.night(DAY)
        found = await firm.ask("SELECT action FROM audit_entry WHERE chain = '*' ORDER BY number")
        assert [action for (action,) in found] == [f"night.{step.name}" for step in STEPS]


async def test_a_step_that_is_not_due_says_why(empty_central: str) -> None:
    async def never(*_: object) -> dict[str, object]:
        raise NotDue("NOT_TODAY")

    async with open_night_firm(empty_central, 1) as firm:
        step = Step("idle", "", never, ())
        report = await Nights(firm.engine, evening(DAY), (step,)).run(DAY)
        assert state_of(report, "idle") == ("skipped", "NOT_TODAY")
        assert await firm.ask("SELECT outcome FROM audit_entry") == [("NOT_TODAY",)]


async def test_the_night_changes_travel_to_the_desks(demo_central: str) -> None:
    async with engine_on(demo_central) as engine:
        firm = NightFirm(demo_central, engine)
        await firm.night(DAY)
        query = "SELECT count(*) FROM change_log WHERE table_name = 'client_alert' AND stream = $1"
        told = await firm.ask(query, "M001")
        assert told == await firm.ask(
            "SELECT count(*) FROM client_alert WHERE manager_id = $1", "M001"
        )
        gaps = await firm.ask(
            "SELECT stream FROM change_log JOIN change_counter USING (branch_id, stream)"
            " GROUP BY branch_id, stream, last, pruned_to HAVING count(*) <> last - pruned_to"
        )
        assert gaps == []


async def test_the_watch_catches_up_on_missed_nights(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        await firm.night(date(2023, 1, 30))
        early = evening(DAY, time(18, 29))
        assert not await NightWatch(Nights(firm.engine, early), early, "18:30").look()
        clock = evening(DAY)
        watch = NightWatch(Nights(firm.engine, clock), clock, "18:30")
        assert await watch.look()
        assert not await watch.look()
        found = await firm.ask("SELECT DISTINCT day FROM night_run ORDER BY 1")
        assert [day for (day,) in found] == ["2023-01-30", "2023-01-31", "2023-02-01"]


async def test_a_watch_that_fails_tries_again(empty_central: str) -> None:
    clock = evening(DAY)
    async with engine_on(empty_central) as engine:
        watch = NightWatch(Nights(engine, clock), clock, "18:30")
        async with engine.begin() as connection:
            await connection.execute(text("ALTER TABLE night_run RENAME TO away"))
        assert not await watch.look()
        async with engine.begin() as connection:
            await connection.execute(text("ALTER TABLE away RENAME TO night_run"))
        assert await watch.look()
