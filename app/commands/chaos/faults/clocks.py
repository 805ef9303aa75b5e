"""Clocks: set back before a start; moved there and back while a process runs."""

from datetime import timedelta
from random import Random

from app.commands.chaos.faults.damage import Damage
from app.commands.chaos.stage.process import Child
from app.commands.chaos.stage.stage import set_clock

_MOST_MINUTES, _MOST_DAYS = 300, 40
_A_DAY_BACK, _DAYS, _AHEAD, _BEGINS_ANEW = 0.25, 0.4, 0.6, 0.5


async def set_clock_back(damage: Damage) -> None:
    """Start a hub or a worker again with a clock that is hours or a day behind."""
    child = damage.rng.choice([*damage.stage.hubs, *damage.stage.workers])
    if not damage.holds(child.name):
        await child.kill()
        set_clock(child, _back(damage.rng))
        damage.begin("clock set back", child.name, child.start)


async def set_desk_clock_back(damage: Damage) -> None:
    """Start a desk again with a clock that is behind."""
    desk = damage.whole_desk()
    if desk is not None:
        await desk.kill()
        set_clock(desk.child, _back(damage.rng))
        damage.begin("desk clock set back", desk.child.name, desk.start)


async def move_clock(damage: Damage) -> None:
    """Move the clock of a process as it runs, by minutes or days; later it jumps back."""
    child = damage.rng.choice(damage.stage.children)
    target = f"clock of {child.name}"
    if damage.holds(target):
        return
    shift = _jump(damage.rng)
    child.move_clock(shift)
    kind = f"{child.name[:-2]} clock moved {'ahead' if shift > timedelta() else 'back'}"
    damage.begin(kind, target, lambda: _set_right(child))
    if child in damage.stage.workers and damage.rng.random() < _BEGINS_ANEW:
        await _begin_anew(damage, child)


async def _begin_anew(damage: Damage, worker: Child) -> None:
    """What a worker does unasked it looks for when it begins, then only now and then."""
    if not damage.holds(worker.name):
        await worker.kill()
        await worker.start()
        damage.count("worker begun by a wrong clock")


def _back(rng: Random) -> timedelta:
    if rng.random() < _A_DAY_BACK:
        return timedelta(days=-1)
    return timedelta(minutes=-rng.randint(1, _MOST_MINUTES))


def _jump(rng: Random) -> timedelta:
    sign = 1 if rng.random() < _AHEAD else -1
    if rng.random() < _DAYS:
        return sign * timedelta(days=rng.randint(1, _MOST_DAYS))
    return sign * timedelta(minutes=rng.randint(1, _MOST_MINUTES))


async def _set_right(child: Child) -> None:
    child.move_clock()
