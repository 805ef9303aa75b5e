"""Central's own work in the midst of the day: logs are pruned, a night is run."""

from app.commands.chaos.faults.damage import Damage
from app.commands.chaos.stage.process import Child


async def prune(damage: Damage) -> None:
    """All of the log and the answered commands go: every desk that lags has to fetch anew."""
    if not damage.holds("server") and await damage.stage.server.prune():
        damage.count("log pruned")


async def begin_night(damage: Damage) -> None:
    """Start a worker whose night is due; some are killed while they are at it."""
    worker = damage.rng.choice(damage.stage.workers)
    if damage.holds(worker.name):
        return
    await worker.kill()
    worker.set_up("[worker]", 'night_at = "00:00"')
    await worker.start()
    is_killed = damage.rng.random() < 0.5
    damage.begin("night begun", worker.name, lambda: _go_on(damage, worker, is_killed))


async def _go_on(damage: Damage, worker: Child, is_killed: bool) -> None:
    if is_killed:
        await worker.kill()
        await worker.start()
        damage.count("night killed")
