"""Takes the outbox up to central, in order; what central's door refuses is held, not lost."""

import asyncio
from typing import TypeAlias

from models.errors import ExpectedFailure
from services.desk.board.board import DeskBoard
from services.desk.storage.outbox_rows import (
    Most,
    Packed,
    count_held,
    count_waiting,
    mark_held,
    mark_pushed,
    read_waiting,
    release_held,
)
from services.desk.storage.store import LocalStore
from services.desk.sync.line import HubLine

_MOST = Most(commands=5_000, size=3_000_000)  # the hub takes messages of 8 MB
Portion: TypeAlias = tuple[Packed, ...]
_REFUSALS_OF_ONE = frozenset({"FORBIDDEN"})


class Uploader:
    """Pushes waiting commands; they stay stored until central has answered each."""

    def __init__(self, store: LocalStore, board: DeskBoard) -> None:
        self._store = store
        self._board = board
        self.held_count = 0

    async def push(self, line: HubLine) -> None:
        """Push until nothing waits.

        While one portion is on its way the one before is marked and the next one read.
        """
        commands = await self._waiting(0)
        safe: Portion = ()
        while commands:
            beside = asyncio.create_task(self._mark_and_read(safe, commands[-1].sequence))
            try:
                safe = await self._push_together(line, commands)
                commands = await beside
            finally:
                beside.cancel()
                await asyncio.wait([beside])
            if not commands:
                commands, safe = await self._mark_and_read(safe, 0), ()
        self.held_count = await self._store.read(count_held)
        self._board.set_outbox(await self._store.read(count_waiting))

    async def try_held_again(self) -> None:
        """Let held commands wait once more: rights may have been given meanwhile."""
        await self._store.write(release_held)

    async def _mark_and_read(self, safe: Portion, after: int) -> Portion:
        # Should a power cut lose the mark, they are pushed again: central keeps each once.
        if safe:
            await self._store.write_batch(lambda connection: mark_pushed(connection, safe))
        return await self._waiting(after)

    async def _waiting(self, after: int) -> Portion:
        return await self._store.read(lambda c: read_waiting(c, after, _MOST))

    async def _push_together(self, line: HubLine, commands: Portion) -> Portion:
        try:
            return await self._push(line, commands)
        except ExpectedFailure as failure:
            if failure.code not in _REFUSALS_OF_ONE:
                raise
            return await self._push_one_by_one(line, commands)

    async def _push_one_by_one(self, line: HubLine, commands: Portion) -> Portion:
        safe: list[Packed] = []
        for command in commands:
            try:
                safe += await self._push(line, (command,))
            except ExpectedFailure as failure:
                if failure.code not in _REFUSALS_OF_ONE:
                    raise
                await self._hold(command.command_id)
        return tuple(safe)

    async def _push(self, line: HubLine, commands: Portion) -> Portion:
        safe = await line.push(tuple(one.envelope for one in commands))
        if not safe:
            raise ExpectedFailure("总部没有确认收到操作", "稍后自动重试", "WIRE_BAD_MESSAGE")
        found = frozenset(safe)
        return tuple(one for one in commands if one.command_id in found)

    async def _hold(self, command_id: str) -> None:
        await self._store.write(lambda connection: mark_held(connection, command_id))
