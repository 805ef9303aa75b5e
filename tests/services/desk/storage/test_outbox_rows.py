"""What of the outbox waits, is safe at central or is held."""

from pathlib import Path

from models.wire.commands import LogContact
from services.desk.storage.outbox_rows import (
    Most,
    Waiting,
    count_outbox,
    mark_all_waiting,
    mark_held,
    mark_pushed,
    read_waiting,
    release_held,
)
from services.desk.storage.rows import execute
from tests.support.desk_data import Desk, open_desk

ALL = Most(commands=100, size=1_000_000)


async def fill(desk: Desk, count: int) -> list[str]:
    """Write so many commands; return their ids."""
    at = "2023-02-01T10:00:00+08:00"
    return [
        await desk.outbox.add(LogContact(f"K{n}", "C1", "phone", "out", "谈了", at), "C1")
        for n in range(count)
    ]


async def waiting(desk: Desk, most: Most = ALL, after: int = 0) -> list[int]:
    """Sequence numbers of what would be pushed now."""
    found = await desk.store.read(lambda c: read_waiting(c, after, most))
    return [one.sequence for one in found]


async def test_only_what_is_behind_the_mark_waits(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await fill(desk, 4)
        await desk.store.write(lambda c: mark_pushed(c, 2))
        assert await waiting(desk) == [3, 4]
        assert await waiting(desk, after=3) == [4]
        assert await desk.store.read(count_outbox) == Waiting(2, 0)
        await desk.store.write(mark_all_waiting)
        assert await waiting(desk) == [1, 2, 3, 4]


async def test_a_portion_is_bounded_by_count_and_by_size_but_never_empty(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await fill(desk, 4)
        assert await waiting(desk, Most(commands=3, size=1_000_000)) == [1, 2, 3]
        assert await waiting(desk, Most(commands=3, size=1)) == [1]


async def test_a_released_command_goes_up_again_and_what_came_after_it(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        ids = await fill(desk, 4)
        await desk.store.write(lambda c: mark_held(c, [ids[1]], 3))
        assert await waiting(desk) == [4]
        assert await desk.store.read(count_outbox) == Waiting(2, 1)
        await desk.store.write(release_held)
        assert await waiting(desk) == [2, 3, 4]
        assert await desk.store.read(count_outbox) == Waiting(3, 0)


async def test_what_an_earlier_program_pushed_waits_only_when_all_does(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await fill(desk, 3)
        old = "UPDATE outbox SET state = 'pushed' WHERE sequence = ?"
        await desk.store.write(lambda c: execute(c, old, (1,)))
        assert await waiting(desk) == [2, 3]
        await desk.store.write(mark_all_waiting)
        assert await waiting(desk) == [1, 2, 3]
