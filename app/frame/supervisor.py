"""Starts the processes a desk needs, reuses those that run already, restarts those that die."""

import asyncio
import logging
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil

from app.frame.places import Places
from app.frame.readiness import Ready, find_ready, is_alive
from models.errors import ExpectedFailure

_LOG = logging.getLogger("supervisor")
_START_DEADLINE_S = 60.0
_STOP_DEADLINE_S = 10.0
_POLL_S = 0.05
_WATCH_S = 0.5
_MOST_BACK_OFF_S = 30.0


@dataclass(frozen=True, slots=True)
class ProcessPlan:
    """How to start one process: the words after ``workstation``, and a secret for its input.

    ``listens`` False: a process without a port of its own (a worker). ``environment`` None: ours.
    """

    name: str
    words: tuple[str, ...]
    secret: str = field(default="", repr=False)
    port: int = 0
    listens: bool = True
    environment: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ProcessEvent:
    """Something a person may want to know: ``kind`` is started, reused, died or restarted."""

    name: str
    kind: str
    text: str


class Supervisor:
    """Keeps the demo's processes alive. They outlive the desk: the next one finds them again."""

    def __init__(self, places: Places, tell: Callable[[ProcessEvent], None]) -> None:
        self._places = places
        self._tell = tell
        self._plans: dict[str, ProcessPlan] = {}
        self._ready: dict[str, Ready] = {}
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    async def ensure(self, plan: ProcessPlan) -> Ready:
        """Return the running process of ``plan``, started now if there is none.

        Raises ExpectedFailure PROCESS_FAILED with the process's own last words.
        """
        found = find_ready(self._places, plan.name)
        if found is not None:
            self._tell(ProcessEvent(plan.name, "reused", f"{plan.name} 已在运行"))
        else:
            found = await self._start(plan)
            self._tell(ProcessEvent(plan.name, "started", f"{plan.name} 已启动"))
        self._plans[plan.name] = replace(plan, port=found.port)
        self._ready[plan.name] = found
        return found

    def ready(self, name: str) -> Ready | None:
        """The process as last seen running."""
        return self._ready.get(name)

    async def watch(self) -> None:
        """Restart what dies, each with its own back-off, until cancelled."""
        loop = asyncio.get_running_loop()
        waits: dict[str, float] = {}
        due: dict[str, float] = {}
        while True:
            await asyncio.sleep(_WATCH_S)
            for name in [name for name, ready in self._ready.items() if not is_alive(ready)]:
                if name not in due:
                    self._mourn(name)
                    due[name] = loop.time() + waits.get(name, 0.0)
                elif loop.time() >= due[name]:
                    waits[name] = min(_MOST_BACK_OFF_S, 2 * waits.get(name, 0.0) + 0.5)
                    del due[name]
                    await self._revive(name)

    async def stop(self, names: tuple[str, ...]) -> None:
        """Ask these processes to end, in this order; end them by force after the deadline."""
        for name in names:
            self._plans.pop(name, None)
            ready = self._ready.pop(name, None) or find_ready(self._places, name)
            if ready is not None and is_alive(ready):
                await _end(ready)
            child = self._children.pop(name, None)
            if child is not None:
                child.terminate()  # one that never became ready
                await asyncio.to_thread(child.wait)

    def _mourn(self, name: str) -> None:
        self._tell(ProcessEvent(name, "died", f"{name} 意外退出,正在重新启动"))
        _LOG.warning("%s died", name)
        child = self._children.pop(name, None)
        if child is not None:
            child.kill()  # it is dying: only its end has to be taken note of
            child.wait()

    async def _revive(self, name: str) -> None:
        try:
            self._ready[name] = await self._start(self._plans[name])
            self._tell(ProcessEvent(name, "restarted", f"{name} 已恢复"))
        except ExpectedFailure as failure:
            self._tell(ProcessEvent(name, "died", f"{failure.title}:{failure.advice}"))

    async def _start(self, plan: ProcessPlan) -> Ready:
        child = self._children[plan.name] = self._spawn(plan)
        deadline = asyncio.get_running_loop().time() + _START_DEADLINE_S
        while asyncio.get_running_loop().time() < deadline:
            if child.poll() is not None:
                raise self._failed(plan, f"进程退出,状态 {child.returncode}")
            found = find_ready(self._places, plan.name)
            if found is not None and found.pid == child.pid:
                return found
            await asyncio.sleep(_POLL_S)
        child.kill()
        raise self._failed(plan, "60 秒内没有就绪")

    def _spawn(self, plan: ProcessPlan) -> subprocess.Popen[bytes]:
        words = [*program(), "--home", str(self._places.home), *plan.words]
        if plan.listens:
            words += ["--port", str(plan.port)]
        with self._output(plan.name).open("wb") as output:
            child = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env=plan.environment,
                start_new_session=sys.platform != "win32",
            )
        if child.stdin is not None:
            with child.stdin as pipe:
                pipe.write(plan.secret.encode() + b"\n")
        return child

    def _output(self, name: str) -> Path:
        return self._places.logs / f"{name}.out"

    def _failed(self, plan: ProcessPlan, what: str) -> ExpectedFailure:
        words = self._output(plan.name).read_text("utf-8", "replace").strip().splitlines()
        last = words[-1] if words else f"没有输出,见 {self._places.logs / plan.name}.log"
        return ExpectedFailure(f"{plan.name} 无法启动:{what}", last, "PROCESS_FAILED")


def program() -> list[str]:
    """Return how to call ourselves: the bundle's own program, or this Python with the package."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "app"]


async def _end(ready: Ready) -> None:
    try:
        process = psutil.Process(ready.pid)
        process.terminate()
        await asyncio.to_thread(process.wait, _STOP_DEADLINE_S)
    except psutil.TimeoutExpired:
        process.kill()
    except psutil.NoSuchProcess:
        _LOG.info("%s was gone already", ready.name)
