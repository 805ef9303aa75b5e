"""The desk's exports: asked for through the outbox, fetched from central once they are approved."""

import asyncio
import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from models.clients.tier import Tier
from models.errors import ExpectedFailure
from models.files.kinds import ExportContent
from models.wire.hub import ExportPart, WakeUp
from models.wire.service.approvals import RequestExport
from services.desk.service.service_desk import ServiceDesk
from services.desk.sync.hub_client import SignInFacts
from services.desk.sync.line import LARGEST_BYTES, Begun, HubLine, open_line
from services.link.backoff import Backoff

Progress = Callable[[int, int], None]
_PART_BYTES = 1024 * 1024
_PATIENCE_S = 60.0  # without one byte more
_MOST_COPIES = 3  # begun for one fetch: each stands in the audit trail
_CUT = frozenset(
    {"HUB_LOST", "HUB_TIMEOUT", "HUB_REFUSED", "HUB_NETWORK", "HUB_UNKNOWN", "CENTRAL_DOWN"}
)


def _nobody_watches(_done: int, _size: int) -> None:
    """Progress that is not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportAsk:
    """What is asked for; no ``client_ids`` = all, of ``tiers`` where some are named."""

    content: ExportContent
    reason: str
    client_ids: Sequence[str] = ()
    tiers: Sequence[Tier] = ()
    clear: bool = False
    until: str = ""


@dataclass(frozen=True, slots=True)
class ExportedCopy:
    """A whole copy; ``mark`` stands in it, ``file_hash`` is its SHA-256."""

    mark: str
    rows: int
    file_hash: str
    raw: bytes


@dataclass(slots=True)
class _Arrived:
    """What is here of a copy, in memory only: nothing half is ever left behind."""

    raw: bytearray = field(default_factory=bytearray)
    last: ExportPart | None = None
    copies: int = 0

    @property
    def begun(self) -> Begun | None:
        """What a new line goes on with."""
        return Begun(self.last.export_id, len(self.raw)) if self.last else None

    @property
    def is_whole(self) -> bool:
        """Whether the last byte is here."""
        return self.last is not None and len(self.raw) == self.last.size

    def add(self, part: ExportPart) -> None:
        """Put the part behind the others; ExpectedFailure EXPORT_BROKEN where it does not fit."""
        if self.last is not None and part.export_id != self.last.export_id:
            raise _broken()
        if part.done != len(self.raw) or not part.raw:
            raise _broken()
        self.raw += part.raw
        self.last = part

    def forget(self) -> None:
        """Begin anew."""
        self.raw.clear()
        self.last = None


class Exports:
    """A copy is made at central only, so that each one has its mark and its entry there."""

    def __init__(
        self,
        service: ServiceDesk,
        facts: SignInFacts,
        largest_bytes: int = LARGEST_BYTES,
        patience_s: float = _PATIENCE_S,
    ) -> None:
        self._service = service
        self._facts = facts
        self._largest_bytes = largest_bytes
        self._patience_s = patience_s

    async def ask(self, wanted: ExportAsk) -> str:
        """Queue the request; return the number under which it is approved and fetched."""
        command = RequestExport(
            uuid.uuid4().hex,
            tuple(wanted.client_ids),
            wanted.content,
            wanted.reason.strip(),
            tuple(wanted.tiers),
            wanted.clear,
            wanted.until,
        )
        return await self._service.send(command)

    async def fetch(
        self, approval_id: str, name: str, progress: Progress = _nobody_watches
    ) -> ExportedCopy:
        """Have a copy made and return it whole; ``progress`` is told bytes done and in all.

        A line that breaks is opened again, and the copy goes on where it was; where the hub has it
        no more another one is begun, with a mark of its own. Raises ExpectedFailure EXPORT_… or
        HUB_…, when nothing more has come for a minute.
        """
        arrived, backoff, attempt = _Arrived(), Backoff(), 0
        clock = asyncio.get_running_loop().time
        heard, known = clock(), 0
        while True:
            try:
                return await self._go_on(arrived, (approval_id, name), attempt, progress)
            except ExpectedFailure as failure:
                if len(arrived.raw) != known:
                    heard, known = clock(), len(arrived.raw)
                    backoff.reset()
                if not arrived.copies or clock() - heard > self._patience_s:
                    raise
                attempt += self._step_after(failure, arrived)
            await backoff.pause()

    def _step_after(self, failure: ExpectedFailure, arrived: _Arrived) -> int:
        """Return 1 for the next hub, 0 for the same again; raise what no waiting cures."""
        if failure.code == "EXPORT_GONE" and arrived.copies < _MOST_COPIES:
            arrived.forget()
            return 0
        is_too_often = arrived.last is None and arrived.copies == _MOST_COPIES
        if failure.code not in _CUT or is_too_often:
            raise failure
        return 0 if failure.code == "HUB_LOST" else 1

    async def _go_on(
        self, arrived: _Arrived, wanted: tuple[str, str], attempt: int, progress: Progress
    ) -> ExportedCopy:
        address, trust = self._facts.address(attempt), self._facts.trust
        async with open_line(address, trust, _nobody_listens, self._largest_bytes) as line:
            await line.sign_in(self._facts.ask())
            if not arrived.is_whole:
                await self._collect(line, wanted, arrived, progress)
            last, raw = arrived.last, bytes(arrived.raw)
            if last is None or hashlib.sha256(raw).hexdigest() != last.file_hash:
                raise _broken()
            await line.take_export(last.export_id, last.file_hash)
        return ExportedCopy(last.mark, last.rows, last.file_hash, raw)

    async def _collect(
        self, line: HubLine, wanted: tuple[str, str], arrived: _Arrived, progress: Progress
    ) -> None:
        part_bytes = min(_PART_BYTES, self._largest_bytes // 2)
        arrived.copies += arrived.begun is None
        async for part in line.export(*wanted, part_bytes, arrived.begun):
            arrived.add(part)
            progress(len(arrived.raw), part.size)


def _broken() -> ExpectedFailure:
    return ExpectedFailure("收到的导出文件不完整", "请重新导出", "EXPORT_BROKEN")


def _nobody_listens(said: WakeUp) -> None:
    """Wake-ups on a line that ends with its one answer."""
