"""Finished copies that a desk has not all of yet: a line that broke goes on where it was (F27).

They lie in this process, in files without a name, and go with it, when all has arrived, or a while
after they were made. Another hub does not have them: there a copy is begun anew.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from models.errors import ExpectedFailure
from services.central.privacy.export import ExportedFile
from services.central.session import Actor

KEEP_S = 600.0
_MOST_EACH = 3  # of one person at once; the oldest goes


@dataclass(slots=True, eq=False)
class _Kept:
    owner: tuple[str, str]
    approval_id: str
    made: ExportedFile
    timer: asyncio.TimerHandle | None = None
    readers: int = 0
    is_over: bool = False


class KeptCopies:
    """Each is its maker's alone; one that is being read is closed when its last reader is done."""

    def __init__(self, keep_s: float = KEEP_S) -> None:
        self._keep_s = keep_s
        self._copies: dict[str, _Kept] = {}  # oldest first

    def keep(self, actor: Actor, approval_id: str, made: ExportedFile) -> None:
        """Take the copy over: who made it does not close it any more."""
        kept = _Kept((actor.branch_id, actor.staff_id), approval_id, made)
        loop = asyncio.get_running_loop()
        kept.timer = loop.call_later(self._keep_s, self._drop, made.export_id)
        self._copies[made.export_id] = kept
        own = [one for one in self._copies.values() if one.owner == kept.owner]
        for former in own[:-_MOST_EACH]:
            self._drop(former.made.export_id)

    @contextmanager
    def reading(self, actor: Actor, approval_id: str, export_id: str) -> Iterator[ExportedFile]:
        """Give the person's own copy to be read; ExpectedFailure EXPORT_GONE without one."""
        kept = self._copies.get(export_id)
        asked = ((actor.branch_id, actor.staff_id), approval_id)
        if kept is None or (kept.owner, kept.approval_id) != asked:
            raise ExpectedFailure("这份导出已不在这里", "将重新生成一份", "EXPORT_GONE")
        kept.readers += 1
        try:
            yield kept.made
        finally:
            kept.readers -= 1
            _close_if_over(kept)

    def forget(self, actor: Actor, export_id: str) -> None:
        """All of it has arrived."""
        kept = self._copies.get(export_id)
        if kept is not None and kept.owner == (actor.branch_id, actor.staff_id):
            self._drop(export_id)

    def close(self) -> None:
        """Let all of them go: the hub ends."""
        for export_id in tuple(self._copies):
            self._drop(export_id)

    def _drop(self, export_id: str) -> None:
        kept = self._copies.pop(export_id)
        kept.is_over = True
        if kept.timer is not None:
            kept.timer.cancel()
        _close_if_over(kept)


def _close_if_over(kept: _Kept) -> None:
    if kept.is_over and not kept.readers:
        kept.made.close()
