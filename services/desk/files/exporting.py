"""The desk's exports: asked for through the outbox, fetched from central once they are approved."""

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.clients.tier import Tier
from models.errors import ExpectedFailure
from models.files.kinds import ExportContent
from models.wire.hub import ExportPart, WakeUp
from models.wire.service.approvals import RequestExport
from services.desk.service.service_desk import ServiceDesk
from services.desk.sync.hub_client import SignInFacts
from services.desk.sync.line import LARGEST_BYTES, HubLine, open_line

Progress = Callable[[int, int], None]
_PART_BYTES = 1024 * 1024


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


class Exports:
    """A copy is made at central only, so that each one has its mark and its entry there."""

    def __init__(
        self, service: ServiceDesk, facts: SignInFacts, largest_bytes: int = LARGEST_BYTES
    ) -> None:
        self._service = service
        self._facts = facts
        self._largest_bytes = largest_bytes

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

        A line that breaks leaves central with a copy that was never finished; asking again makes
        another one, with a mark of its own. Raises ExpectedFailure EXPORT_… or HUB_….
        """
        address, trust = self._facts.address(), self._facts.trust
        async with open_line(address, trust, _nobody_listens, self._largest_bytes) as line:
            await line.sign_in(self._facts.ask())
            last, raw = await self._collect(line, approval_id, name, progress)
            if hashlib.sha256(raw).hexdigest() != last.file_hash:
                raise _broken()
            await line.take_export(last.export_id, last.file_hash)
        return ExportedCopy(last.mark, last.rows, last.file_hash, raw)

    async def _collect(
        self, line: HubLine, approval_id: str, name: str, progress: Progress
    ) -> tuple[ExportPart, bytes]:
        raw, part = bytearray(), None
        part_bytes = min(_PART_BYTES, self._largest_bytes // 2)
        async for part in line.export(approval_id, name, part_bytes):
            if part.done != len(raw) or not part.raw:
                raise _broken()
            raw += part.raw
            progress(len(raw), part.size)
        if part is None:
            raise _broken()
        return part, bytes(raw)


def _broken() -> ExpectedFailure:
    return ExpectedFailure("收到的导出文件不完整", "请重新导出", "EXPORT_BROKEN")


def _nobody_listens(said: WakeUp) -> None:
    """Wake-ups on a line that ends with its one answer."""
