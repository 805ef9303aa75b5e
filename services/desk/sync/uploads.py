"""Takes the outbox up to central, in order; what central's door refuses is held, not lost."""

import asyncio
from typing import TypeAlias

from models.errors import ExpectedFailure
from services.desk.board.board import DeskBoard
from services.desk.storage.outbox_rows import (
    Most,
    Packed,
    Waiting,
    count_outbox,
    mark_held,
    mark_pushed,
    read_waiting,
    release_held,
)
from services.desk.storage.store import LocalStore
from services.desk.sync.line import HubLine

_MOST = Most(commands=10_000, size=3_500_000)  # the hub takes messages of 8 MB
_Portion: TypeAlias = tuple[Packed, ...]
_OnItsWay: TypeAlias = asyncio.Task[None]


class Uploader:
    """Pushes waiting commands; they stay stored until central has answered each."""

    def __init__(self, store: LocalStore, board: DeskBoard) -> None:
        self._store = store
        self._board = board
        self.held_count = 0

    async def push(self, line: HubLine) -> None:
        """Push until nothing waits.

        While one portion is on its way the next one is read and sent after it; should the first
        fail, central refuses the second.
        """
        before: _OnItsWay | None = None
        newest: _OnItsWay | None = None
        after = 0
        try:
            while portion := await self._waiting(after):
                after = portion[-1].sequence
                if before is not None:
                    await before
                before, newest = newest, asyncio.create_task(self._push(line, portion, newest))
            if newest is not None:
                await newest
        finally:
            await _give_up(before, newest)
        await self._tell_counts()

    async def try_held_again(self) -> None:
        """Let held commands wait once more: rights may have been given meanwhile."""
        await self._store.write(release_held)

    async def _waiting(self, after: int) -> _Portion:
        return await self._store.read(lambda c: read_waiting(c, after, _MOST))

    async def _push(self, line: HubLine, portion: _Portion, before: "_OnItsWay | None") -> None:
        pushed = await line.push(tuple(one.envelope for one in portion))
        if before is not None:
            await before
        if {*pushed.command_ids, *pushed.refused} != {one.command_id for one in portion}:
            raise ExpectedFailure("总部没有确认收到操作", "稍后自动重试", "WIRE_BAD_MESSAGE")
        last = portion[-1].sequence
        if pushed.refused:
            await self._store.write(lambda connection: mark_held(connection, pushed.refused, last))
            return
        # Should a power cut lose the mark, they are pushed again: central keeps each once.
        await self._store.write_batch(lambda connection: mark_pushed(connection, last))

    async def _tell_counts(self) -> None:
        counts: Waiting = await self._store.read(count_outbox)
        self.held_count = counts.held
        self._board.set_outbox(counts.all)


async def _give_up(*tasks: _OnItsWay | None) -> None:
    open_ones = [task for task in tasks if task is not None]
    for task in open_ones:
        task.cancel()
    await asyncio.gather(*open_ones, return_exceptions=True)
