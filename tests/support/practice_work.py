"""A trainee at a practice firm: real database, hub, worker and desk, a set clock."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from models.dates import BEIJING
from models.errors import ExpectedFailure
from models.rules.access.practice.judge import Finding, Judgement, judge
from models.rules.access.practice.scenario import Scenario, span_of
from models.rules.access.practice.trace import Trace
from models.wire.commands import LogContact, ServiceCommand
from models.wire.hub import SignedIn
from services.desk.service.training.watched import WatchedServiceDesk
from services.desk.storage.person import keep_person, read_person
from services.desk.storage.synced.changes import read_cursor
from services.desk.storage.synced.provisional import open_envelopes
from services.desk.sync.hub_client import HubClient, SignInFacts, sign_in_once
from services.link.backoff import Backoff
from services.worker.practice.cast import BRANCH
from services.worker.practice.director import play_due
from services.worker.practice.firm import Start, make_practice_firm
from services.worker.practice.run import read_trace, require_run
from services.worker.practice.shelf import find_scenario
from services.worker.worker import Worker
from tests.support.desk_data import Desk, open_desk
from tests.support.hub_desk import running_hub
from tests.support.postgres import TODAY, ask, engine_on
from tests.support.trusting import PLAIN

TRAINEE = "M001"
CLIENT, SECOND = "P000001", "P000002"
_LOOK_S, _DEADLINE_S, _PACE = 0.01, 30.0, timedelta(seconds=20)


@dataclass
class Practice:
    """The trainee's side of one run."""

    url: str
    engine: AsyncEngine
    desk: Desk
    service: WatchedServiceDesk
    scenario: Scenario
    began_at: datetime
    contacts: int = 0

    async def reach(self, passed: str) -> None:
        """Let practice time go on to so long after the beginning; the script plays on."""
        target = self.began_at + span_of(passed)
        while self.desk.clock.moment < target:
            self.desk.clock.moment = min(self.desk.clock.moment + _PACE, target)
            run = await require_run(self.engine)
            while await play_due(self.engine, self.desk.clock, run):
                await self.settle()

    async def do(self, command: ServiceCommand) -> str:
        """Give a command at the desk and have it answered; return its id."""
        command_id = await self.service.send(command)
        await self.settle()
        return command_id

    async def tries(self, command: ServiceCommand) -> str:
        """Give a command that the desk refuses; return the code."""
        try:
            await self.service.send(command)
        except ExpectedFailure as refusal:
            await self.settle()
            return refusal.code
        raise AssertionError("the desk took it")

    async def says(self, words: str, client: str = CLIENT, channel: str = "phone") -> None:
        """Call a client and log it."""
        self.contacts += 1
        at = self.desk.clock.now().isoformat(timespec="milliseconds")
        name = f"K{self.contacts}"
        await self.do(LogContact(name, client, channel, "out", words, at))

    async def person(self) -> SignedIn:
        """Who works at the desk, as the hub said."""
        found = await self.desk.store.read(read_person)
        assert found is not None
        return found

    async def settle(self) -> None:
        """Wait until central has answered everything and the desk knows all of it."""
        worker = Worker(self.engine, self.desk.clock)

        async def is_settled() -> bool:
            while await worker.work_once():
                continue
            if await self.desk.store.read(open_envelopes):
                return False
            [(last,)] = await ask(
                self.url,
                "SELECT last FROM change_counter WHERE branch_id = $1 AND stream = $2",
                BRANCH,
                TRAINEE,
            )
            return last == await self.desk.store.read(lambda c: read_cursor(c, TRAINEE))

        await eventually(is_settled)

    async def is_quiet(self) -> bool:
        """Whether the hub has let go of the desk: none of its transactions runs."""
        [(running,)] = await ask(
            self.url,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND (xact_start IS NOT NULL OR state = 'active')",
        )
        return running == 0

    async def trace(self, passed: str = "") -> Trace:
        """Read the run as it stands, or as if so much time had passed without an act."""
        run = await require_run(self.engine)
        now = self.began_at + span_of(passed) if passed else self.desk.clock.now()
        return await read_trace(self.engine, run, now)

    async def end(self) -> Judgement:
        """Let the rest of the time pass and judge."""
        await self.reach(self.scenario.lasts)
        return judge(self.scenario, await self.trace())


def found(judgement: Judgement) -> dict[str, Finding]:
    """What became of each expectation."""
    return {line.name: line.finding for line in judgement.lines}


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """Return as soon as it holds; fail the test after the deadline."""
    async with asyncio.timeout(_DEADLINE_S):
        while not await holds():
            await asyncio.sleep(_LOOK_S)


def began(scenario: Scenario) -> datetime:
    """When it begins on the recorded day."""
    return datetime.combine(TODAY, time.fromisoformat(scenario.begins), BEIJING)


@asynccontextmanager
async def practising(url: str, name: str, folder: Path) -> AsyncIterator[Practice]:
    """A fresh practice firm on an empty central, with the trainee's desk signed in."""
    scenario = find_scenario(name)
    begins = began(scenario)
    async with engine_on(url) as engine, open_desk(folder, BRANCH, TRAINEE) as desk:
        await make_practice_firm(engine, Start(f"{name}-1", TRAINEE, begins, scenario))
        desk.clock.moment = begins
        async with running_hub(url, desk.clock) as port:
            facts = SignInFacts(
                (f"ws://127.0.0.1:{port}",), TRAINEE, "demo", f"desk-1/{desk.store.birth}",
                trust=PLAIN,
            )  # fmt: skip
            person = await sign_in_once(facts)
            await desk.store.write(lambda connection: keep_person(connection, person))
            client = HubClient(
                facts=facts, store=desk.store, outbox=desk.outbox, changes=desk.changes,
                board=desk.board, backoff=Backoff(0.01, 0.05),
            )  # fmt: skip
            line = asyncio.create_task(client.run())
            service = WatchedServiceDesk(store=desk.store, outbox=desk.outbox, clock=desk.clock)
            practice = Practice(url, engine, desk, service, scenario, begins)
            try:
                await practice.settle()
                yield practice
            finally:
                line.cancel()
                await asyncio.wait([line])
                await eventually(practice.is_quiet)
