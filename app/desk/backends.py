"""Brings up what stands behind the window, in order, and says how far it is."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from app.central import keep_central, prepare_central, stop_central
from app.desk.line import Crash, start_line
from app.frame.memory import with_large_pages
from app.frame.places import Places
from app.frame.session import MarketSession, join_session
from app.frame.settings import Settings
from app.frame.supervisor import ProcessEvent, ProcessPlan, Supervisor
from models.errors import ExpectedFailure
from services.clock.clock import Clock, clock_from_text

PROCESSES = ("engine", "worker", "hub", "exchange", "replay")  # the order in which they are stopped


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one step is; ``all`` 0 = cannot be counted."""

    step: str
    text: str
    done: int = 0
    all: int = 0
    failed: bool = False


@dataclass(slots=True)
class Backends:
    """The supervised processes of one desk; a failed one leaves the others at work."""

    places: Places
    settings: Settings
    token: str
    tell: Callable[[Progress], None]
    session: MarketSession = field(init=False)
    clock: Clock = field(init=False)
    supervisor: Supervisor = field(init=False)
    failures: list[ExpectedFailure] = field(default_factory=list)
    _database: str = ""
    _leaving: asyncio.Event = field(default_factory=asyncio.Event)
    _watching: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session = join_session(self.places, self.settings.exchange, PROCESSES)
        self.clock = clock_from_text(self.session.clock_text)
        self.supervisor = Supervisor(self.places, self._happened)

    async def start(self) -> None:
        """Start or find all processes; what fails is in ``failures`` and told."""
        async with asyncio.TaskGroup() as sides:
            sides.create_task(self._market_side())
            sides.create_task(self._central_side())

    def watch(self, crash: Crash) -> None:
        """Bring back what dies, until ``leave``."""
        self._watching.append(start_line("supervisor", self.supervisor.watch(), crash))
        if self._database and not self.settings.central.url:
            keeping = keep_central(places=self.places, stop=self._leaving)
            self._watching.append(start_line("central", keeping, crash))

    async def leave(self) -> None:
        """Watch no longer; what runs goes on."""
        self._leaving.set()
        for line in self._watching:
            if line.get_name() != "central":  # ends by itself, never in the middle of a start
                line.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)

    async def stop(self) -> None:
        """End all processes in order; the embedded database last."""
        await self.supervisor.stop(PROCESSES)
        if not self.settings.central.url and not self.settings.hub.urls:
            await asyncio.to_thread(stop_central, self.places)

    @property
    def _market(self) -> str:
        """The process that sends the feed."""
        return "replay" if self.session.replay else "exchange"

    def url(self, name: str) -> str:
        """Where a process listens; "" while it is not known."""
        ready = self.supervisor.ready(name)
        return f"ws://127.0.0.1:{ready.port}" if ready is not None else ""

    def hub_urls(self) -> tuple[str, ...]:
        """Where hubs listen: the firm's, else our own; none while that is not known."""
        ready = self.supervisor.ready("hub")
        scheme = "ws" if self.settings.hub.plain else "wss"
        own = (f"{scheme}://127.0.0.1:{ready.port}",) if ready is not None else ()
        return self.settings.hub.urls or own

    async def _market_side(self) -> None:
        name = "行情回放" if self.session.replay else "模拟交易所"
        if await self._step("exchange", name, self._exchange):
            await self._step("engine", "交易引擎", self._engine)

    async def _central_side(self) -> None:
        if self.settings.hub.urls:
            return
        if await self._step("central", "中心数据库", self._central):
            async with asyncio.TaskGroup() as steps:
                steps.create_task(self._step("hub", "中心门户", self._hub))
                steps.create_task(self._step("worker", "后台工作进程", self._worker))

    async def _step(self, step: str, name: str, action: Callable[[], Awaitable[None]]) -> bool:
        self.tell(Progress(step, f"{name}:正在启动…"))
        try:
            await action()
        except ExpectedFailure as failure:
            self.failures.append(failure)
            self.tell(Progress(step, f"{name}:{failure.title}", failed=True))
            return False
        self.tell(Progress(step, f"{name}:就绪", 1, 1))
        return True

    async def _central(self) -> None:
        def count(done: int, whole: int, text: str) -> None:
            self.tell(Progress("central", f"中心数据库:{text}", done, whole))

        self._database = await prepare_central(
            settings=self.settings, places=self.places, clock=self.clock, progress=count
        )

    async def _exchange(self) -> None:
        words = (self.session.replay,) if self.session.replay else ()
        await self._ensure(self._market, words, port=self.settings.exchange.port)

    async def _engine(self) -> None:
        words: tuple[str, ...] = ("engine", "--clock", self.session.clock_text)
        words += ("--exchange-url", self.url(self._market))
        words += ("--replay",) if self.session.replay else ()
        plan = ProcessPlan(
            "engine",
            words,
            self.token,
            self.settings.engine.port,
            environment=with_large_pages(),
        )
        await self.supervisor.ensure(plan)

    async def _hub(self) -> None:
        words = ("--stdin-secret",)
        await self._ensure("hub", words, self._database, self.settings.hub.port)

    async def _worker(self) -> None:
        await self._ensure("worker", ("--stdin-secret",), self._database, listens=False)

    async def _ensure(
        self,
        name: str,
        words: tuple[str, ...],
        secret: str = "",
        port: int = 0,
        listens: bool = True,
    ) -> None:
        words = (name, "--clock", self.session.clock_text, *words)
        await self.supervisor.ensure(ProcessPlan(name, words, secret, port, listens))

    def _happened(self, event: ProcessEvent) -> None:
        failed = event.kind == "died"
        self.tell(Progress(event.name, event.text, failed=failed))
