"""Wires: cut between two bytes or anywhere within a message, stalled with everything in them."""

from app.commands.chaos.faults.damage import Damage
from app.commands.chaos.stage.wire import Wire

_LONGEST_BYTES = 6_000


async def cut_wire(damage: Damage) -> None:
    """Cut one now."""
    wire = _whole_wire(damage)
    if wire is not None:
        await wire.cut()
        damage.begin("wire cut", f"wire {wire.port}", wire.mend)


async def cut_in_frame(damage: Damage) -> None:
    """Let some more bytes pass, then cut: the last message arrives in part."""
    wire = _whole_wire(damage)
    if wire is not None:
        wire.cut_after(damage.rng.randint(1, _LONGEST_BYTES))
        damage.begin("wire cut in a frame", f"wire {wire.port}", wire.mend)


async def stall_wire(damage: Damage) -> None:
    """Hold everything back."""
    wire = _whole_wire(damage)
    if wire is not None:
        wire.stall()
        damage.begin("wire stalled", f"wire {wire.port}", wire.mend)


def _whole_wire(damage: Damage) -> Wire | None:
    wire = damage.rng.choice(damage.stage.wires)
    return None if damage.holds(f"wire {wire.port}") else wire
