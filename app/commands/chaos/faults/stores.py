"""Stores of desks: pushed and fetched once more, brought back, found in an older form."""

import asyncio

from app.commands.chaos.faults.damage import Damage
from app.commands.chaos.stage.old_store import bring_back, make_older
from app.commands.chaos.talk import Forget, Replay


async def replay_outbox(damage: Damage) -> None:
    """Push everything unanswered again."""
    desk = damage.whole_desk()
    if desk is not None:
        desk.ask(Replay)
        damage.count("outbox replayed")


async def fetch_anew(damage: Damage) -> None:
    """Lose the cursors; the log is pruned while everything is fetched."""
    desk = damage.whole_desk()
    if desk is None:
        return
    desk.ask(Forget)
    damage.count("fetched anew")
    if not damage.holds("server") and await damage.stage.server.prune():
        damage.count("log pruned in a pull")


async def stay_away(damage: Damage) -> None:
    """Keep a desk away until everything that it has missed is pruned."""
    desk = damage.whole_desk()
    if desk is None:
        return

    async def come_back() -> None:
        await damage.stage.server.prune()
        await desk.start()

    await desk.kill()
    damage.begin("desk away too long", desk.child.name, come_back)


async def back_up(damage: Damage) -> None:
    """Let a desk back its store up, while it goes on working."""
    desk = damage.whole_desk()
    if desk is not None:
        desk.back_up()
        damage.count("store backed up")


async def restore(damage: Damage) -> None:
    """Bring a backup back: its cursors are old, its outbox holds what was answered long ago."""
    desk = damage.whole_desk()
    if desk is None or desk.saved is None:
        return
    saved = desk.saved
    await desk.kill()
    if await asyncio.to_thread(bring_back, desk.place, saved.file, f"{damage.step:04d}"):
        desk.go_back_to(saved)
        damage.begin("backup restored", desk.child.name, desk.start)
    else:
        damage.begin("backup not restored", desk.child.name, desk.start)


async def upgrade(damage: Damage) -> None:
    """Kill a desk and find its store as an older program would have left it, outbox and all."""
    desk = damage.whole_desk()
    if desk is None:
        return
    await desk.kill()
    is_older = await asyncio.to_thread(make_older, desk.place)
    kind = "store upgraded" if is_older else "desk killed"
    damage.begin(kind, desk.child.name, desk.start)
