"""Nothing lost, nothing twice: several workers, killed workers, replays, a cut connection."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator

import asyncpg
import pytest
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncEngine

from models.wire.commands import Envelope, LogContact
from models.wire.hub import Changes, Pushed
from models.wire.service.tasks import AddReminder
from services.central.connection import driver_url
from services.worker.worker import Worker
from tests.support.central_work import TradedOrder, answer_all, apply, envelope, put
from tests.support.cuttable import cuttable
from tests.support.hub_desk import running_hub, signed_in
from tests.support.postgres import FixedClock, ask, engine_on
from tests.support.running_worker import running_worker, worker_process

AT = "2023-02-01T10:00:00.000+08:00"
CLIENTS = [f"C{number:06d}" for number in range(1, 9)]
_DEADLINE_S = 60


@pytest.fixture
async def engine(demo_central: str) -> AsyncIterator[AsyncEngine]:
    async with engine_on(demo_central) as engine:
        yield engine


def contact(name: str, client: str = "C000001", summary: str = "回访") -> Envelope:
    return envelope(LogContact(name, client, "phone", "out", summary, AT), client)


async def nothing_waits(url: str) -> None:
    """Return once every command is answered; fail after a minute."""
    async with asyncio.timeout(_DEADLINE_S):
        while await ask(url, "SELECT 1 FROM inbox WHERE state = 'waiting' LIMIT 1"):
            await asyncio.sleep(0.02)


async def outcomes(url: str) -> dict[object, object]:
    query = "SELECT outcome, count(*) FROM command_answer GROUP BY 1"
    return dict(await ask(url, query))  # type: ignore[arg-type]


async def test_workers_side_by_side_keep_each_clients_order(
    engine: AsyncEngine, demo_central: str
) -> None:
    rng = random.Random(5)
    sent = [contact(f"K{number}", rng.choice(CLIENTS)) for number in range(80)]
    await put(engine, sent)
    workers = [Worker(engine, FixedClock()) for _ in range(3)]
    runs = [asyncio.create_task(worker.run()) for worker in workers]
    await nothing_waits(demo_central)
    for worker in workers:
        worker.finish()
    await asyncio.gather(*runs)
    applied: dict[object, list[object]] = defaultdict(list)
    query = "SELECT subject, command_id FROM audit_entry WHERE chain = 'M001' ORDER BY number"
    for subject, command in await ask(demo_central, query):
        applied[subject].append(command)
    for client in CLIENTS:
        assert applied[client] == [one.command_id for one in sent if one.key == client]
    assert await outcomes(demo_central) == {"applied": 80}


async def test_a_killed_worker_loses_and_doubles_nothing(
    engine: AsyncEngine, demo_central: str
) -> None:
    await put(engine, [contact(f"K{number}", CLIENTS[number % 8]) for number in range(200)])
    async with asyncio.timeout(_DEADLINE_S), worker_process(demo_central) as process:
        while not await ask(demo_central, "SELECT 1 FROM applied_command LIMIT 1"):
            assert process.returncode is None
            await asyncio.sleep(0.005)
        process.kill()
        await process.wait()
    [(left,)] = await ask(demo_central, "SELECT count(*) FROM inbox WHERE state = 'waiting'")
    assert 0 < int(str(left)) < 200
    await answer_all(engine)
    assert await outcomes(demo_central) == {"applied": 200}
    both = "SELECT count(*), count(DISTINCT contact_id) FROM contact WHERE contact_id ~ '^K[0-9]'"
    assert await ask(demo_central, both) == [(200, 200)]


# What goes wrong once: a number of a sequence stays taken when all else is undone.
_ONCE = """
CREATE SEQUENCE fault;
CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF nextval('fault') = 1 THEN
        RAISE EXCEPTION 'cut' USING ERRCODE = '{code}';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fail_once {when} ON {table} FOR EACH ROW EXECUTE FUNCTION fail_once();
"""


@pytest.mark.parametrize("code", ["P0001", "40001"], ids=["counted", "lost a race"])
@pytest.mark.parametrize(
    ("table", "when"),
    [
        ("applied_command", "BEFORE INSERT"),
        ("command_answer", "BEFORE INSERT"),
        ("audit_entry", "BEFORE INSERT"),
        ("inbox", "BEFORE UPDATE OF state"),
    ],
)
async def test_what_a_command_did_stands_with_its_answer_or_not_at_all(
    engine: AsyncEngine, demo_central: str, table: str, when: str, code: str
) -> None:
    """Cut off between the two it is done anew, once; it was neither done nor answered."""
    connection = await asyncpg.connect(driver_url(demo_central))
    await connection.execute(_ONCE.format(table=table, when=when, code=code))
    await connection.close()
    told = (
        "SELECT (SELECT count(*) FROM contact WHERE contact_id = 'K1'),"
        " (SELECT count(*) FROM applied_command), (SELECT count(*) FROM command_answer),"
        " (SELECT count(*) FROM audit_entry), (SELECT count(*) FROM inbox WHERE state = 'done')"
    )
    await put(engine, [contact("K1")])
    worker = Worker(engine, FixedClock())
    assert await worker.work_once()
    assert await ask(demo_central, told) == [(0, 0, 0, 0, 0)]
    await answer_all(engine)
    assert await ask(demo_central, told) == [(1, 1, 1, 1, 1)]
    assert await outcomes(demo_central) == {"applied": 1}


async def test_a_replayed_command_gets_its_first_answer_and_changes_nothing(
    engine: AsyncEngine, demo_central: str
) -> None:
    command = contact("K1")
    await apply(engine, command, command)
    await ask(demo_central, "DELETE FROM inbox")  # pruned: only applied_command remembers
    await apply(engine, command)
    query = "SELECT outcome, version FROM command_answer WHERE command_id = $1"
    assert await ask(demo_central, query, command.command_id) == [("applied", 2)]
    assert await ask(
        demo_central,
        "SELECT (SELECT count(*) FROM contact WHERE contact_id = 'K1'),"
        " (SELECT count(*) FROM audit_entry), (SELECT count(*) FROM applied_command)",
    ) == [(1, 1, 1)]


async def test_who_takes_anothers_command_id_is_not_told_its_answer(
    engine: AsyncEngine, demo_central: str
) -> None:
    await apply(engine, replace(contact("K1", summary=""), command_id="X"))
    for table in ("inbox", "command_answer"):
        await ask(demo_central, f"DELETE FROM {table}")
    theirs = {"manager_id": "M002", "author": "M002", "command_id": "X"}
    await apply(engine, replace(contact("K2", "C000025"), **theirs))
    query = "SELECT manager_id, code FROM command_answer"
    assert await ask(demo_central, query) == [("M002", "COMMAND_FORGED")]
    assert await ask(demo_central, "SELECT 1 FROM contact WHERE contact_id = 'K2'") == []


async def test_a_command_that_breaks_the_handler_is_given_up_and_others_follow(
    engine: AsyncEngine, demo_central: str
) -> None:
    await ask(demo_central, "ALTER TABLE contact ADD CHECK (summary <> 'boom')")
    await apply(engine, contact("K1", summary="boom"), contact("K2"))
    query = "SELECT outcome, code FROM command_answer ORDER BY ctid"
    assert await ask(demo_central, query) == [("refused", "COMMAND_FAILED"), ("applied", "")]
    [(attempts, trouble)] = await ask(
        demo_central, "SELECT attempts, trouble FROM inbox WHERE trouble <> ''"
    )
    assert attempts == 3
    assert "IntegrityError" in str(trouble)


async def test_what_cannot_even_be_given_up_holds_up_nobody(
    engine: AsyncEngine, demo_central: str
) -> None:
    await ask(demo_central, "ALTER TABLE contact ADD CHECK (summary <> 'boom')")
    await ask(demo_central, "ALTER TABLE audit_entry ADD CHECK (detail NOT LIKE '%boom%')")
    await apply(engine, contact("K1", summary="boom"), contact("K2"))
    query = "SELECT outcome, code FROM command_answer ORDER BY ctid"
    assert await ask(demo_central, query) == [("refused", "COMMAND_FAILED"), ("applied", "")]


async def test_what_can_never_be_answered_ends_no_worker(
    engine: AsyncEngine, demo_central: str
) -> None:
    await ask(demo_central, "ALTER TABLE command_answer ADD CHECK (command_id <> 'poison')")
    lost = replace(contact("K1"), command_id="poison")
    await apply(engine, lost, contact("K2"))
    assert await outcomes(demo_central) == {"applied": 1}
    query = "SELECT state, trouble <> '' FROM inbox WHERE command_id = 'poison'"
    assert await ask(demo_central, query) == [("done", True)]


async def test_no_reminder_takes_the_place_of_a_task_of_central(
    engine: AsyncEngine, demo_central: str
) -> None:
    """One named as the task that tells of a refusal ended every worker at that refusal."""
    reminder = AddReminder("refused-later", "C000001", "x", "", AT)
    await ask(
        demo_central,
        "INSERT INTO task (branch_id, task_id, manager_id, state)"
        " VALUES ('B001', 'refused-later', 'M001', 'open')",
    )
    await apply(
        engine,
        envelope(reminder, "C000001", command_id="first"),
        replace(contact("K1", summary=""), command_id="later"),
    )
    query = "SELECT command_id, code FROM command_answer ORDER BY 1"
    assert await ask(demo_central, query) == [("first", "TASK_NAME"), ("later", "CONTACT_EMPTY")]


@pytest.mark.parametrize(
    "raw",
    [
        b"\xc1",
        b"\x81\xa1x" + b"\x91" * 100_000 + b"\xc0",
        b"\x81\xaacommand_id\xa2\xff\xfe",
        b"",
    ],
    ids=["unknown", "deep", "no UTF-8", "nothing"],
)
async def test_a_command_that_cannot_be_read_is_refused_in_words(
    engine: AsyncEngine, demo_central: str, raw: bytes
) -> None:
    command = contact("K1")
    await put(engine, [command])
    await ask(demo_central, "UPDATE inbox SET envelope = $1", raw)
    await answer_all(engine)
    query = "SELECT outcome, code FROM command_answer"
    assert await ask(demo_central, query) == [("refused", "COMMAND_UNKNOWN")]


async def test_a_worker_outlives_a_cut_connection(demo_central: str) -> None:
    async with (
        engine_on(demo_central) as engine,
        cuttable(demo_central) as wire,
        running_worker(wire.url),
    ):
        await put(engine, [contact(f"K{number}") for number in range(30)])
        await wire.cut()
        await wire.mend()
        await put(engine, [contact(f"L{number}") for number in range(5)])
        await nothing_waits(demo_central)
    assert await outcomes(demo_central) == {"applied": 35}


async def test_a_command_goes_up_and_its_effect_comes_down(demo_central: str) -> None:
    async with (
        running_hub(demo_central) as port,
        running_worker(demo_central),
        signed_in(port, "M001") as desk,
    ):
        told = LogContact("K1", "C000001", "phone", "out", "回访", AT)
        assert isinstance(await desk.push(desk.envelope(told, key="C000001")), Pushed)
        changes = await desk.pull("M001", 1)
        while isinstance(changes, Changes) and not changes.tables:
            await desk.wake_up("M001")
            changes = await desk.pull("M001", 1)
    assert isinstance(changes, Changes)
    assert {part.table: part.count for part in changes.tables} == {
        "client": 1,
        "command_answer": 1,
        "contact": 1,
    }


@pytest.mark.parametrize("seed", range(3))
async def test_random_orders_shuffled_replayed_and_shared_by_workers_balance(
    engine: AsyncEngine, demo_central: str, seed: int
) -> None:
    rng = random.Random(seed)
    before = await _sums(demo_central)
    orders = [await _draw_order(demo_central, rng, number) for number in range(8)]
    commands = [
        envelope(step, order.client_id) for order, fills in orders for step in order.steps(*fills)
    ]
    again = [envelope(one.command, one.key) for one in rng.sample(commands, len(commands) // 3)]
    sent = [*commands, *again, *rng.sample(commands, len(commands) // 3)]
    rng.shuffle(sent)
    await put(engine, sent)
    async with running_worker(demo_central), running_worker(demo_central):
        await nothing_waits(demo_central)
    after = await _sums(demo_central)
    bought = sum(order.quantity for order, _ in orders)
    charged = await ask(
        demo_central, "SELECT sum(commission_cents), sum(fees_cents) FROM trade_order"
    )
    commission, fees = (int(str(value)) for value in charged[0])
    spent = bought * 18_500_000 // 100 + commission + fees
    assert after["shares"] - before["shares"] == bought
    assert after["cash"] - before["cash"] == -spent
    assert after["cost"] - before["cost"] == spent
    assert after["year"] - before["year"] == commission
    assert await _unequal_balances(demo_central) == []
    states = "SELECT DISTINCT state, filled = quantity FROM trade_order"
    assert await ask(demo_central, states) == [("filled", True)]
    assert await outcomes(demo_central) == {"applied": len(commands) + len(again)}


async def _draw_order(url: str, rng: random.Random, number: int) -> tuple[TradedOrder, list[int]]:
    client = rng.choice(CLIENTS)
    [(account,)] = await ask(url, "SELECT account FROM account WHERE client_id = $1", client)
    fills = [100 * rng.randint(1, 5) for _ in range(rng.randint(1, 4))]
    return TradedOrder(client, str(account), quantity=sum(fills), name=f"R{number}"), fills


async def _sums(url: str) -> dict[str, int]:
    [row] = await ask(
        url,
        "SELECT (SELECT sum(cash_cents) FROM account), (SELECT sum(year_commission_cents) FROM"
        " client), coalesce((SELECT sum(quantity) FROM holding), 0),"
        " coalesce((SELECT sum(cost_cents) FROM holding), 0)",
    )
    return dict(zip(("cash", "year", "shares", "cost"), map(int, map(str, row)), strict=True))


async def _unequal_balances(url: str) -> list[tuple[object, ...]]:
    return await ask(
        url,
        "SELECT c.client_id FROM client c JOIN points_entry p USING (branch_id, client_id)"
        " GROUP BY 1, c.points_milli HAVING c.points_milli <> sum(p.points_milli)",
    )
