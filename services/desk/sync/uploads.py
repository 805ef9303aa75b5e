"""Takes the outbox up to central, in order; what central's door refuses is held, not lost."""

import asyncio

from models.errors import ExpectedFailure
from services.desk.board.board import DeskBoard
from services.desk.storage.outbox_rows import (
    Packed,
    Portion,
    count_held,
    count_waiting,
    mark_held,
    mark_pushed,
    read_waiting,
    release_held,
)
from services.desk.storage.store import LocalStore
from services.desk.sync.line import HubLine

_PORTION = Portion(commands=5_000, size=3_000_000)  # the hub takes messages of 8 MB
_REFUSALS_OF_ONE = frozenset({"FORBIDDEN"})


class Uploader:
    """Pushes waiting commands; they stay stored until central has answered each."""

    def __init__(self, store: LocalStore, board: DeskBoard) -> None:
        self._store = store
        self._board = board
        self.held_count = 0

    async def push(self, line: HubLine) -> None:
        """Push until nothing waits; the next portion is read while one is on its way."""
        commands = await self._waiting(0)
        while commands:
            behind = commands[-1].sequence
            ahead = asyncio.create_task(self._waiting(behind), name="outbox")
            try:
                await self._push_together(line, commands)
                commands = await ahead or await self._waiting(0)
            finally:
                ahead.cancel()
                await asyncio.wait([ahead])
        self.held_count = await self._store.read(count_held)
        self._board.set_outbox(await self._store.read(count_waiting))

    async def _waiting(self, after: int) -> tuple[Packed, ...]:
        return await self._store.read(lambda c: read_waiting(c, after, _PORTION))

    async def try_held_again(self) -> None:
        """Let held commands wait once more: rights may have been given meanwhile."""
        await self._store.write(release_held)

    async def _push_together(self, line: HubLine, commands: tuple[Packed, ...]) -> None:
        try:
            await self._push(line, commands)
        except ExpectedFailure as failure:
            if failure.code not in _REFUSALS_OF_ONE:
                raise
            await self._push_one_by_one(line, commands)

    async def _push_one_by_one(self, line: HubLine, commands: tuple[Packed, ...]) -> None:
        for command in commands:
            try:
                await self._push(line, (command,))
            except ExpectedFailure as failure:
                if failure.code not in _REFUSALS_OF_ONE:
                    raise
                await self._hold(command.command_id)

    async def _push(self, line: HubLine, commands: tuple[Packed, ...]) -> None:
        safe = await line.push(tuple(one.envelope for one in commands))
        if not safe:
            raise ExpectedFailure("总部没有确认收到操作", "稍后自动重试", "WIRE_BAD_MESSAGE")
        # Should a power cut lose the mark, they are pushed again: central keeps each once.
        await self._store.write_batch(lambda connection: mark_pushed(connection, safe))

    async def _hold(self, command_id: str) -> None:
        await self._store.write(lambda connection: mark_held(connection, command_id))
