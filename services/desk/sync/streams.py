"""Brings the streams of changes down: after the cursor, or all of it anew."""

import asyncio
from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from models.errors import ExpectedFailure
from models.wire.hub import Changes, SnapshotPart
from services.desk.board.changes import DeskChanges
from services.desk.storage.outbox_rows import mark_all_waiting
from services.desk.storage.search.index import has_stale_words
from services.desk.storage.store import LocalStore
from services.desk.storage.synced.changes import StreamGap, apply_changes, read_cursor
from services.desk.storage.synced.snapshot import begin_snapshot, finish_snapshot, keep_part
from services.desk.sync import words
from services.desk.sync.line import HubLine

_FIRST_ROWS = 1_000  # nothing can be stored before these are here
_GROWTH = 3  # so many more come while a batch is stored: central reads quicker than a desk writes
_MOST_ROWS = 20_000  # a larger transaction moves each page of the file less often


class StreamKeeper:
    """Stores what comes, in the order of its numbers, and tells the desk what changed."""

    def __init__(
        self, store: LocalStore, changes: DeskChanges, progress: Callable[[str], None]
    ) -> None:
        self._store = store
        self._changes = changes
        self._progress = progress

    async def catch_up(self, line: HubLine, stream: str, news: Sequence[Changes]) -> None:
        """Store what a wake-up brought; pull where it brought nothing, or does not follow."""
        if not news:
            await self.pull(line, stream)
            return
        for batch in news:
            if not await self._store_batch(batch):
                await self.pull(line, stream)
                return
        await self._index()

    async def pull(self, line: HubLine, stream: str) -> None:
        """Fetch all that is new; where numbers are missing, fetch the stream anew once.

        Raises ExpectedFailure STREAM_GAP when central's numbers still do not follow.
        """
        if not await self._follow(line, stream):
            await self._fetch_anew(line, stream)
            if not await self._follow(line, stream):
                raise ExpectedFailure("总部的变更编号不连续", "请通知技术支持", "STREAM_GAP")
        await self._index()

    async def _follow(self, line: HubLine, stream: str) -> bool:
        after = await self._store.read(lambda connection: read_cursor(connection, stream))
        if after is None:
            return False
        batch = await line.pull(stream, after, _FIRST_ROWS)
        while _is_part(batch):
            stored, batch = await self._store_and_pull(line, batch)
            if not stored:
                return False
        return await self._store_batch(batch)

    async def _store_and_pull(self, line: HubLine, batch: Changes) -> tuple[bool, Changes]:
        """Store a batch while the next one is on its way."""
        rows = min(_GROWTH * (batch.until - batch.after), _MOST_ROWS)
        coming = asyncio.create_task(line.pull(batch.stream, batch.until, rows))
        try:
            stored = await self._store_batch(batch)
            return stored, await coming
        finally:
            coming.cancel()
            await asyncio.wait([coming])

    async def _store_batch(self, batch: Changes) -> bool:
        try:
            told = await self._store.write_part(lambda connection: apply_changes(connection, batch))
        except StreamGap:
            return False
        await self._changes.announce(told)
        return True

    async def _index(self) -> None:
        """The rows are stored and shown: now let them be found by their words."""
        if await self._store.read(has_stale_words):
            await self._store.write_batch(_nothing_more)

    async def _fetch_anew(self, line: HubLine, stream: str) -> None:
        await self._store.write_batch(begin_snapshot)
        last: SnapshotPart | None = None
        async for part in line.snapshot(stream):
            await self._keep(part)
            self._progress(words.fetching(part))
            last = part
        if last is not None:
            await self._finish(last)

    async def _keep(self, part: SnapshotPart) -> None:
        await self._store.write_batch(lambda connection: keep_part(connection, part))

    async def _finish(self, part: SnapshotPart) -> None:
        told = await self._store.write(lambda connection: finish_snapshot(connection, part))
        await self._store.write(mark_all_waiting)
        await self._changes.announce(told)


def _is_part(batch: Changes) -> bool:
    """Whether more is to be pulled after it."""
    return batch.after < batch.until < batch.last and not batch.pruned


def _nothing_more(_: Connection) -> None:
    """A transaction that only works off what earlier ones noted."""
