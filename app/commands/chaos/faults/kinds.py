"""All kinds of faults, by weight."""

from collections.abc import Awaitable, Callable

from app.commands.chaos.faults import central, clocks, disks, processes, stores, wires
from app.commands.chaos.faults.damage import Damage

Break = Callable[[Damage], Awaitable[None]]

KINDS: tuple[tuple[int, Break], ...] = (
    (3, processes.kill_desk),
    (6, processes.kill_process),
    (2, processes.kill_server),
    (2, processes.kill_backend),
    (4, processes.freeze),
    (2, processes.freeze_server),
    (2, processes.freeze_backend),
    (2, clocks.set_clock_back),
    (1, clocks.set_desk_clock_back),
    (5, clocks.move_clock),
    (4, wires.cut_wire),
    (4, wires.cut_in_frame),
    (3, wires.stall_wire),
    (4, disks.fill_disk),
    (2, disks.limit_files),
    (3, stores.replay_outbox),
    (2, stores.fetch_anew),
    (2, stores.stay_away),
    (3, stores.back_up),
    (2, stores.restore),
    (2, stores.upgrade),
    (2, central.prune),
    (2, central.begin_night),
)


async def break_something(damage: Damage) -> None:
    """Draw a fault and let it happen, unless its target is broken already."""
    weights, kinds = zip(*KINDS, strict=True)
    await damage.rng.choices(kinds, weights)[0](damage)
