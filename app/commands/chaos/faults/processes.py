"""Processes: killed, frozen; PostgreSQL killed, frozen, whole or one connection of it."""

from app.commands.chaos.faults.damage import Damage
from app.commands.chaos.stage.process import Child


async def kill_desk(damage: Damage) -> None:
    """Kill a desk."""
    desk = damage.whole_desk()
    if desk is not None:
        await desk.kill()
        damage.begin("desk killed", desk.child.name, desk.start)


async def kill_process(damage: Damage) -> None:
    """Kill a hub or a worker."""
    child = damage.rng.choice([*damage.stage.hubs, *damage.stage.workers])
    if not damage.holds(child.name):
        await child.kill()
        damage.begin(f"{child.name[:-2]} killed", child.name, child.start)


async def kill_server(damage: Damage) -> None:
    """Kill PostgreSQL."""
    if not damage.holds("server"):
        damage.stage.server.kill()
        damage.begin("server killed", "server", lambda: _heal_server(damage))


async def kill_backend(damage: Damage) -> None:
    """Kill one connection of PostgreSQL: it throws everybody out and recovers."""
    if not damage.holds("server"):
        await damage.stage.server.kill_backend(damage.rng)
        damage.begin("backend killed", "server", lambda: _heal_server(damage))


async def freeze(damage: Damage) -> None:
    """Let a process stand still, its locks held."""
    child = damage.rng.choice(damage.stage.children)
    if not damage.holds(child.name):
        child.freeze()
        kind = f"{child.name.rpartition('-')[0]} frozen"
        damage.begin(kind, child.name, lambda: _thaw(child))


async def freeze_server(damage: Damage) -> None:
    """Let all of PostgreSQL stand still: whoever asks it waits, and nobody is told why."""
    if not damage.holds("server") and damage.stage.server.freeze():
        damage.begin("server frozen", "server", lambda: _heal_server(damage))


async def freeze_backend(damage: Damage) -> None:
    """Let one connection of PostgreSQL stand still, with the rows that it has locked."""
    if not damage.holds("server") and await damage.stage.server.freeze_backend(damage.rng):
        damage.begin("backend frozen", "server", lambda: _heal_server(damage))


async def _heal_server(damage: Damage) -> None:
    damage.stage.disks["central"].free()  # it cannot recover without room
    await damage.stage.server.heal()


async def _thaw(child: Child) -> None:
    child.thaw()
