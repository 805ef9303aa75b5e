"""Names the export or client report that a file came from; an export also without its marks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncEngine

from models.tables.central import AUDIT_ENTRY
from models.tables.files import EXPORT_COPY
from models.wire.service.clients import RecordReport
from services.files.table import FileTable
from services.files.writing.marks import PRINT_BYTES, marks_in, prints_of

_COPY = EXPORT_COPY.c
_REPORT = "record_report"
_FEWEST_ALIKE = 3  # rows: fewer may be alike by chance


@dataclass(frozen=True, slots=True)
class Traced:
    """An export, and by what a file is known as its: ``file``, ``mark`` or ``content``.

    ``matches``: rows of the file that say so. ``is_finished``: all of it reached who asked for it.
    """

    export_id: str
    person: str
    approval_id: str
    begun_at: str
    name: str
    mark: str
    rows: int
    by: str
    matches: int
    is_finished: bool


async def trace_file(engine: AsyncEngine, table: FileTable) -> tuple[Traced, ...]:
    """Return the exports that a file came from, the surest first; acts with the owner's rights."""
    marks = marks_in(table.rows)
    known = [column for column in EXPORT_COPY.columns if column.name != "fingerprint"]
    sure = select(*known).where(
        (_COPY.file_hash == table.file_hash) | _COPY.mark.in_(sorted(marks))
    )
    async with engine.connect() as connection:
        found = (await connection.execute(sure)).mappings().all()
        if found:
            return tuple(_by_marks(found, table, marks))
        copies = (await connection.execute(select(EXPORT_COPY))).mappings().all()
    return tuple(_by_content(copies, table))


@dataclass(frozen=True, slots=True)
class TracedReport:
    """A client report that a file is a copy of, by ``file`` or ``mark``; as its command told it."""

    report_id: str
    person: str
    made_at: str
    clients: tuple[str, ...]
    period: tuple[str, str]
    form: str
    clear: bool
    reason: str
    mark: str
    outcome: str
    by: str


async def trace_report(
    engine: AsyncEngine, file_hash: str, marks: Iterable[str]
) -> tuple[TracedReport, ...]:
    """Return the reports that a file came from; acts with the owner's rights."""
    entry, known = AUDIT_ENTRY.c, frozenset(marks)
    query = select(entry.author, entry.outcome, entry.detail).where(entry.action == _REPORT)
    async with engine.connect() as connection:
        rows = (await connection.execute(query.order_by(entry.at, entry.number))).all()
    found: list[TracedReport] = []
    for person, outcome, detail in rows:
        report = msgspec.json.decode(detail, type=RecordReport)
        if report.file_hash == file_hash or report.mark in known:
            by = "file" if report.file_hash == file_hash else "mark"
            found.append(_report(report, person, outcome, by))
    return tuple(sorted(found, key=lambda one: one.by != "file"))


def _report(report: RecordReport, person: str, outcome: str, by: str) -> TracedReport:
    return TracedReport(
        report_id=report.report_id,
        person=person,
        made_at=report.made_at,
        clients=report.client_ids,
        period=(report.period_from, report.period_to),
        form=report.form,
        clear=report.clear,
        reason=report.reason,
        mark=report.mark,
        outcome=outcome,
        by=by,
    )


def _by_marks(
    found: Sequence[RowMapping], table: FileTable, marks: dict[str, int]
) -> Iterator[Traced]:
    def sureness(row: RowMapping) -> tuple[bool, int]:
        return row["file_hash"] != table.file_hash, -marks.get(row["mark"], 0)

    for row in sorted(found, key=sureness):
        same = row["file_hash"] == table.file_hash
        matches = row["rows"] if same else marks[row["mark"]]
        yield _traced(row, "file" if same else "mark", matches)


def _by_content(copies: Sequence[RowMapping], table: FileTable) -> list[Traced]:
    rows = prints_of(table.rows)
    traced = []
    for copy in copies:
        packed = bytes(copy["fingerprint"] or b"")
        kept = {packed[at : at + PRINT_BYTES] for at in range(0, len(packed), PRINT_BYTES)}
        alike = sum(row in kept for row in rows)
        if alike >= min(_FEWEST_ALIKE, max(len(kept), 1)):
            traced.append(_traced(copy, "content", alike))
    return sorted(traced, key=lambda one: (-one.matches, one.begun_at))


def _traced(row: RowMapping, by: str, matches: int) -> Traced:
    return Traced(
        export_id=row["export_id"],
        person=row["person"],
        approval_id=row["approval_id"],
        begun_at=row["begun_at"],
        name=row["name"],
        mark=row["mark"],
        rows=row["rows"],
        by=by,
        matches=matches,
        is_finished=row["taken_at"] != "",
    )
