"""Files that come in and go out at a desk without a store: kept as they were asked for."""

from collections.abc import Mapping
from typing import Protocol

from models.errors import ExpectedFailure
from models.files.judged import tally
from models.files.kinds import ImportKind
from models.wire.commands import ServiceCommand
from models.wire.service.approvals import RequestExport
from services.desk.files.exporting import ExportAsk, ExportedCopy, Progress
from services.desk.files.importing import ImportLine, ImportPreview
from services.desk.files.report.reports import ReportAsk, ReportCopy
from services.files.forms import FORMS
from services.files.picking import read_rows
from services.files.prepared import prepare_import


class Door(Protocol):
    """Where a command goes."""

    async def send(self, command: ServiceCommand, expected_version: int = 0) -> str:
        """Take it; return its id."""
        ...


class FakeImports:
    """Reads a file as the real one does, and knows no client."""

    def __init__(self) -> None:
        self.sent: list[ImportPreview] = []
        self.undone: list[tuple[str, str]] = []

    async def preview(
        self,
        kind: ImportKind,
        name: str,
        raw: bytes,
        *,
        day: str = "",
        mapping: Mapping[str, str] | None = None,
    ) -> ImportPreview:
        """Only the rows that cannot be read are told."""
        words = mapping or {}
        prepared = prepare_import(kind, name, raw, words)
        _, faulty = read_rows(FORMS[kind], prepared.picked.rows)
        return ImportPreview(prepared, day, tuple(faulty), tally(faulty), words)

    async def send(self, preview: ImportPreview) -> str:
        """Keep it."""
        self.sent.append(preview)
        return f"import-{len(self.sent)}"

    async def undo(self, import_id: str, reason: str) -> None:
        """Keep it."""
        self.undone.append((import_id, reason))

    async def imports(self) -> tuple[ImportLine, ...]:
        """None so far."""
        return ()


class FakeExports:
    """Asks through the door of all commands; nothing is ever approved."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def ask(self, wanted: ExportAsk) -> str:
        """Send the request."""
        ids, tiers = tuple(wanted.client_ids), tuple(wanted.tiers)
        request = RequestExport("export", ids, wanted.content, wanted.reason, tiers)
        return await self._door.send(request)

    async def fetch(
        self, approval_id: str, name: str, progress: Progress = lambda _done, _size: None
    ) -> ExportedCopy:
        """Refuse."""
        raise ExpectedFailure("导出尚未获批", "请等待复核", "EXPORT_NOT_APPROVED")


class FakeReports:
    """Has no store to make a report of."""

    async def make(
        self, ask: ReportAsk, progress: Progress = lambda _done, _size: None
    ) -> ReportCopy:
        """Refuse."""
        raise ExpectedFailure(f"找不到客户 {ask.client_id}", "请核对客户号", "CLIENT_NOT_FOUND")
