"""The scenario about orders, with the real exchange and the real engine beside the desk."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.desk.local import LocalServices, open_local_services
from models.errors import ExpectedFailure
from models.rules.access.practice.judge import Finding, Judgement, judge
from models.rules.access.practice.scenario import span_of
from models.tables.firm import CONTACT
from models.trading.instruction import Instruction, InstructionChannel, PriceType
from models.trading.order import OrderState, Side
from models.trading.ticket import Ticket
from models.wire.commands import LogContact
from services.clock.clock import ReplayClock
from services.desk.storage.person import keep_person
from services.desk.storage.store import LocalStore
from services.desk.storage.synced.provisional import open_envelopes
from services.desk.sync.hub_client import SignInFacts, sign_in_once
from services.worker.practice.cast import BRANCH
from services.worker.practice.director import play_due
from services.worker.practice.firm import Start, make_practice_firm
from services.worker.practice.run import read_trace, require_run
from services.worker.practice.shelf import find_scenario
from services.worker.worker import Worker
from tests.support.desk_data import open_desk
from tests.support.hub_desk import running_hub
from tests.support.lanes import TOKEN
from tests.support.postgres import engine_on
from tests.support.practice_work import CLIENT, TRAINEE, began, eventually, found
from tests.support.processes import running_engine, running_exchange, shown_depth
from tests.support.trusting import PLAIN

MOUTAI, ACCOUNT = "600519.SH", "YL000001"
LIMIT_UNITS, QUANTITY = 17_000_000, 100
SPEED_PERMILLE = 10_000


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the engine is."""

    clock: ReplayClock
    engine_port: int
    token: str = TOKEN

    def url(self, name: str) -> str:
        """The engine alone is asked for."""
        assert name == "engine"
        return f"ws://127.0.0.1:{self.engine_port}"


@dataclass
class Floor:
    """The trainee's desk at a running market."""

    engine: AsyncEngine
    store: LocalStore
    clock: ReplayClock
    local: LocalServices

    async def hears(self, words: str) -> None:
        """Wait until the client has said it, and central and desk know."""

        async def is_said() -> bool:
            run = await require_run(self.engine)
            await play_due(self.engine, self.clock, run)
            await self.answer()
            return any(words in one for one in await self.store.read(_heard))

        await eventually(is_said)

    async def answer(self) -> None:
        """Let central answer what waits."""
        worker = Worker(self.engine, self.clock)
        while await worker.work_once():
            continue

    async def sends(self, ticket: Ticket) -> OrderState:
        """Send an order and wait for its end."""
        name = await self.local.ports.orders.place(ticket)

        async def state() -> OrderState:
            orders = await self.local.ports.orders.orders()
            return next(one.state for one in orders if one.client_order_id == name)

        async def is_over() -> bool:
            return await state() in (OrderState.FILLED, OrderState.REFUSED)

        await eventually(is_over)
        return await state()

    async def judged(self) -> Judgement:
        """What came of it, once central has everything, as at the scenario's end."""
        run = await require_run(self.engine)
        over = run.began_at + span_of(run.scenario.lasts)

        async def is_known() -> bool:
            await self.answer()
            return not await self.store.read(open_envelopes)

        await eventually(is_known)
        return judge(run.scenario, await read_trace(self.engine, run, over))


def _heard(connection: Connection) -> list[str]:
    return list(connection.execute(select(CONTACT.c.summary)).scalars())


def instruction() -> Instruction:
    """What he said on the phone."""
    return Instruction(
        instruction_id="",
        client_id=CLIENT,
        account=ACCOUNT,
        day="",
        symbol=MOUTAI,
        side=Side.SELL,
        quantity=QUANTITY,
        price_units=LIMIT_UNITS,
        price_type=PriceType.LIMIT,
        channel=InstructionChannel.RECORDED_CALL,
        evidence_ref="REC-YL-0001",
        read_back=True,
        identity_checked=True,
        recorded_by="",
        recorded_at="",
    )


def ticket(instruction_id: str) -> Ticket:
    """The order that follows an instruction."""
    return Ticket(CLIENT, ACCOUNT, MOUTAI, Side.SELL, QUANTITY, LIMIT_UNITS, instruction_id)


@asynccontextmanager
async def on_the_floor(url: str, folder: Path) -> AsyncIterator[Floor]:
    """A practice firm whose script has begun, its market open, the trainee at his desk."""
    scenario = find_scenario("instruction")
    opens = began(scenario)
    clock = ReplayClock(opens, time.time_ns(), SPEED_PERMILLE)
    async with (
        engine_on(url) as engine,
        open_desk(folder, BRANCH, TRAINEE) as desk,
        running_exchange(clock) as exchange,
        running_engine(clock, exchange, folder) as engine_port,
        running_hub(url, clock) as hub_port,
    ):
        await make_practice_firm(engine, Start("instruction-1", TRAINEE, clock.now(), scenario))
        await shown_depth(engine_port, MOUTAI)
        facts = SignInFacts(
            (f"ws://127.0.0.1:{hub_port}",), TRAINEE, "demo", f"desk-1/{desk.store.birth}",
            trust=PLAIN,
        )  # fmt: skip
        person = await sign_in_once(facts)
        await desk.store.write(lambda connection: keep_person(connection, person))
        told: list[ExpectedFailure] = []
        crashes: list[BaseException] = []
        local = await open_local_services(
            desk.store, Reach(clock, engine_port), facts, person, told.append, crashes.append
        )
        try:
            yield Floor(engine, desk.store, clock, local)
        finally:
            await local.close()
        assert not crashes


async def test_instruction_then_order_then_word_to_the_client_earns_everything(
    empty_central: str, tmp_path: Path
) -> None:
    async with on_the_floor(empty_central, tmp_path) as floor:
        await floor.hears("贵州茅台")
        orders = floor.local.ports.orders
        await orders.prepare(CLIENT)
        told = await orders.record_instruction(instruction())
        assert await floor.sends(ticket(told.instruction_id)) is OrderState.FILLED
        await floor.hears("卖了没有")
        at = floor.clock.now().isoformat(timespec="milliseconds")
        words = LogContact("K1", CLIENT, "phone", "out", "卖出委托已全部成交", at)
        await floor.local.ports.service.send(words)
        judgement = await floor.judged()
    assert judgement.earned == judgement.most == 100 * 100, judgement


async def test_an_order_without_instruction_is_a_forbidden_act_though_the_engine_refuses_it(
    empty_central: str, tmp_path: Path
) -> None:
    async with on_the_floor(empty_central, tmp_path) as floor:
        await floor.hears("贵州茅台")
        await floor.local.ports.orders.prepare(CLIENT)
        assert await floor.sends(ticket("")) is OrderState.REFUSED
        judgement = await floor.judged()
    assert found(judgement) == {
        "records": Finding.MISSING,
        "places": Finding.MISSING,
        "tells": Finding.MISSING,
        "no_bare_order": Finding.BROKEN,
    }
    [bare] = [line for line in judgement.lines if line.name == "no_bare_order"]
    assert [(row.act, row.outcome) for row in bare.shown] == [("place_order", "NO_INSTRUCTION")]
    assert judgement.earned == 0
