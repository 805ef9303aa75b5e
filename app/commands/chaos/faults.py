"""Random faults: what is broken, for how long, and how it is healed again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from app.commands.chaos.stage.desk_line import DeskLine
from app.commands.chaos.stage.process import Child
from app.commands.chaos.stage.stage import Stage, clock_text
from app.commands.chaos.talk import Forget, Replay

_LONGEST_STEPS = 25
_MOST_BACK_MINUTES = 300

Heal = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class _Open:
    """A fault that is at work: what it holds, and until which step."""

    target: str
    until: int
    heal: Heal


@dataclass(slots=True)
class Faults:
    """Breaks one thing after the other; no thing twice at once. ``told`` counts by kind."""

    rng: Random
    stage: Stage
    told: dict[str, int] = field(default_factory=dict)
    _open: list[_Open] = field(default_factory=list)

    async def break_something(self, step: int) -> None:
        """Draw a fault and let it happen, unless its target is broken already."""
        kinds = [
            self._kill_desk,
            self._kill_process,
            self._kill_process,
            self._kill_server,
            self._kill_backend,
            self._cut_wire,
            self._cut_wire,
            self._stall_wire,
            self._freeze,
            self._fill_disk,
            self._set_clock_back,
            self._replay,
            self._forget,
            self._prune,
        ]
        await self.rng.choice(kinds)(step)

    async def heal_due(self, step: int) -> None:
        """Heal what has lasted long enough."""
        for fault in [one for one in self._open if one.until <= step]:
            self._open.remove(fault)
            await fault.heal()

    async def heal_all(self) -> None:
        """Heal everything: from here on the firm has to come to rest by itself."""
        while self._open:
            await self._open.pop().heal()
        for disk in self.stage.disks.values():
            disk.free()
        for wire in self.stage.wires:
            await wire.mend()
        await self.stage.server.heal()

    def _holds(self, target: str) -> bool:
        return any(one.target == target for one in self._open)

    def _begin(self, kind: str, target: str, step: int, heal: Heal) -> None:
        self.told[kind] = self.told.get(kind, 0) + 1
        self._open.append(_Open(target, step + self.rng.randint(1, _LONGEST_STEPS), heal))

    async def _kill_desk(self, step: int) -> None:
        desk = self.rng.choice(self.stage.desks)
        if not self._holds(desk.child.name):
            await desk.kill()
            self._begin("desk killed", desk.child.name, step, desk.start)

    async def _kill_process(self, step: int) -> None:
        child = self.rng.choice([*self.stage.hubs, *self.stage.workers])
        if not self._holds(child.name):
            await child.kill()
            self._begin(f"{child.name[:-2]} killed", child.name, step, child.start)

    async def _kill_server(self, step: int) -> None:
        if not self._holds("server"):
            self.stage.server.kill()
            self._begin("server killed", "server", step, self._heal_server)

    async def _kill_backend(self, step: int) -> None:
        if not self._holds("server"):
            await self.stage.server.kill_backend(self.rng)
            self._begin("backend killed", "server", step, self._heal_server)

    async def _heal_server(self) -> None:
        self.stage.disks["central"].free()  # it cannot recover without room
        await self.stage.server.heal()

    async def _cut_wire(self, step: int) -> None:
        wire = self.rng.choice(self.stage.wires)
        if not self._holds(f"wire {wire.port}"):
            await wire.cut()
            self._begin("wire cut", f"wire {wire.port}", step, wire.mend)

    async def _stall_wire(self, step: int) -> None:
        wire = self.rng.choice(self.stage.wires)
        if not self._holds(f"wire {wire.port}"):
            wire.stall()
            self._begin("wire stalled", f"wire {wire.port}", step, wire.mend)

    async def _freeze(self, step: int) -> None:
        child = self.rng.choice(self.stage.children)
        if not self._holds(child.name):
            child.freeze()
            self._begin("process frozen", child.name, step, lambda: _thaw(child))

    async def _fill_disk(self, step: int) -> None:
        name = self.rng.choice(list(self.stage.disks))
        disk = self.stage.disks[name]
        if disk.is_real and not self._holds(f"disk {name}"):
            disk.fill()
            self._begin(f"{name} disk filled", f"disk {name}", step, lambda: self._free(name))

    async def _free(self, name: str) -> None:
        self.stage.disks[name].free()
        if name == "central" and not self._holds("server"):
            await self.stage.server.heal()  # a full disk may have ended it

    async def _set_clock_back(self, step: int) -> None:
        child = self.rng.choice([*self.stage.hubs, *self.stage.workers])
        if self._holds(child.name):
            return
        await child.kill()
        place = child.words.index("--clock") + 1
        back = timedelta(minutes=-self.rng.randint(1, _MOST_BACK_MINUTES))
        child.words = (*child.words[:place], clock_text(back), *child.words[place + 1 :])
        self._begin("clock set back", child.name, step, child.start)

    async def _replay(self, step: int) -> None:
        desk = self._living_desk()
        if desk is not None:
            desk.ask(Replay)
            self.told["outbox replayed"] = self.told.get("outbox replayed", 0) + 1

    async def _forget(self, step: int) -> None:
        desk = self._living_desk()
        if desk is not None:
            desk.ask(Forget)
            self.told["fetched anew"] = self.told.get("fetched anew", 0) + 1

    async def _prune(self, step: int) -> None:
        """All of the log and the answered commands go: every desk that lags has to resync."""
        if not self._holds("server") and await self.stage.server.prune():
            self.told["log pruned"] = self.told.get("log pruned", 0) + 1

    def _living_desk(self) -> DeskLine | None:
        desk = self.rng.choice(self.stage.desks)
        return None if self._holds(desk.child.name) else desk


async def _thaw(child: Child) -> None:
    child.thaw()
