"""Disks: filled to the last byte; and files of a desk that may not grow any more."""

from app.commands.chaos.faults.damage import Damage

_MOST_KIB = 2_048


async def fill_disk(damage: Damage) -> None:
    """Leave no byte, to PostgreSQL or to the desks."""
    name = damage.rng.choice(list(damage.stage.disks))
    disk = damage.stage.disks[name]
    if disk.is_real and not damage.holds(f"disk {name}"):
        disk.fill()
        damage.begin(f"{name} disk filled", f"disk {name}", lambda: _free(damage, name))


async def limit_files(damage: Damage) -> None:
    """Let a desk write no file beyond a size, as a quota does; needs no file system of its own."""
    desk = damage.whole_desk()
    if desk is not None and desk.child.limit_files(1024 * damage.rng.randint(0, _MOST_KIB)):
        damage.begin("desk files limited", desk.child.name, desk.child.lift_limit)


async def _free(damage: Damage, name: str) -> None:
    damage.stage.disks[name].free()
    if name == "central" and not damage.holds("server"):
        await damage.stage.server.heal()  # a full disk may have ended it
