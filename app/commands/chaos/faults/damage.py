"""The book of what is broken: by what target, until which step, and how it is healed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

from app.commands.chaos.stage.desk_line import DeskLine
from app.commands.chaos.stage.stage import Stage, set_clock

_LONGEST_STEPS = 25

Heal = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class _Open:
    """A fault that is at work: what it holds, and until which step."""

    target: str
    until: int
    heal: Heal


@dataclass(slots=True)
class Damage:
    """No thing is broken twice at once. ``told`` counts faults by kind."""

    rng: Random
    stage: Stage
    step: int = 0
    told: dict[str, int] = field(default_factory=dict)
    _open: list[_Open] = field(default_factory=list)

    def holds(self, target: str) -> bool:
        """Whether the target is broken already."""
        return any(one.target == target for one in self._open)

    def begin(self, kind: str, target: str, heal: Heal) -> None:
        """Count a fault and have it healed some steps later."""
        self.count(kind)
        self._open.append(_Open(target, self.step + self.rng.randint(1, _LONGEST_STEPS), heal))

    def count(self, kind: str) -> None:
        """Count a fault that heals by itself."""
        self.told[kind] = self.told.get(kind, 0) + 1

    def whole_desk(self) -> DeskLine | None:
        """A desk that nothing is done to just now, else None."""
        desk = self.rng.choice(self.stage.desks)
        return None if self.holds(desk.child.name) else desk

    async def heal_due(self) -> None:
        """Heal what has lasted long enough."""
        for fault in [one for one in self._open if one.until <= self.step]:
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
        await self._set_a_clock_right()

    async def _set_a_clock_right(self) -> None:
        """Let one worker tell the time: by a clock that is behind nothing is overdue."""
        worker = self.stage.workers[0]
        await worker.kill()
        set_clock(worker)
        await worker.start()
