"""Loads one file: every line is added, known already, or rejected with a reason that is kept."""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import msgspec
from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.dates import moment_text
from models.errors import ExpectedFailure
from models.lives.imports import LoadState
from models.tables.grounds import WHOLE_FIRM
from models.tables.nights import LOADED_FILE, REJECTED_LINE
from services.central.audit import AuditLine, add_audit
from services.central.connection import central_faults, driver_of
from services.central.handlers.files.loads import keep_nights_away
from services.central.session import NIGHT, acting, become
from services.files.fields import Unreadable
from services.worker.loads.assets import ASSETS
from services.worker.loads.form import Add, Check, Form
from services.worker.loads.forms import ACTIONS, BALLOTS, CLOSES, IPOS, NEWS
from services.worker.loads.settlement import SETTLEMENT
from services.worker.nights.step import night_is_running

_ALL = (SETTLEMENT, ASSETS, CLOSES, NEWS, ACTIONS, IPOS, BALLOTS)
FORMS: dict[str, Form] = {form.kind: form for form in _ALL}
_MOST_CONTENT = 200
_MOST_FAULTS = 200
# Lines are kept before what came of all of them is.
_LOAD_COMES_LAST = text("SET CONSTRAINTS fk_rejected_line_branch_id_kind_load_id DEFERRED")
_MEMORY = text("SELECT set_config('work_mem', '128MB', true), set_config('jit', 'off', true)")


@dataclass(frozen=True, slots=True)
class LoadReport:
    """``read`` = ``added`` + ``known`` + ``rejected``; ``reasons`` counts the rejected ones.

    ``faults`` are the first of them. ``again``: the very same file was loaded before, nothing was
    done. ``load_id`` names the load, also for taking it back; "" = it was only tried.
    """

    kind: str
    name: str
    read: int
    added: int
    known: int
    rejected: int
    reasons: Mapping[str, int]
    faults: tuple["RejectedLine", ...] = ()
    again: bool = False
    load_id: str = ""


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """A line of the file that was not taken, and why."""

    line: int
    reason: str
    content: str


async def load_file(
    engine: AsyncEngine, now: datetime, kind: str, name: str, raw: bytes
) -> LoadReport:
    """Load a CSV file (UTF-8, a header line) whole or not at all.

    Raises ExpectedFailure LOAD_KIND, LOAD_ENCODING, LOAD_COLUMNS, NIGHT_RUNNING, CENTRAL_DOWN.
    """
    with central_faults():
        async with acting(engine, NIGHT) as connection:
            return await _judge_and_load(connection, now, kind, name, raw)


async def try_file(
    engine: AsyncEngine, now: datetime, kind: str, name: str, raw: bytes
) -> LoadReport:
    """Judge every line as ``load_file`` does, and write nothing; raises the same."""
    with central_faults():
        async with engine.connect() as connection:
            try:
                await become(connection, NIGHT)
                report = await _judge_and_load(connection, now, kind, name, raw)
                return report if report.again else replace(report, load_id="")
            finally:
                await connection.rollback()


async def _judge_and_load(
    connection: AsyncConnection, now: datetime, kind: str, name: str, raw: bytes
) -> LoadReport:
    form = FORMS.get(kind)
    if form is None:
        raise ExpectedFailure(
            f"不认识的文件种类「{kind}」", f"可用:{'、'.join(FORMS)}", "LOAD_KIND"
        )
    lines = _rows(form, raw)
    file_id = hashlib.sha256(raw).hexdigest()
    if not await keep_nights_away(connection):
        raise night_is_running()
    earlier = await _earlier(connection, form, file_id)
    if earlier is not None:
        return earlier
    return await _load(connection, form, await _named(connection, form, file_id, name, now), lines)


@dataclass(frozen=True, slots=True)
class _File:
    file_id: str
    name: str
    now: datetime
    number: int
    load_id: str


async def _named(
    connection: AsyncConnection, form: Form, file_id: str, name: str, now: datetime
) -> _File:
    query = select(func.coalesce(func.max(LOADED_FILE.c.number), 0) + 1)
    number = int(await connection.scalar(query) or 1)
    return _File(file_id, name, now, number, f"{form.kind}-{number}")


async def _load(
    connection: AsyncConnection, form: Form, file: _File, lines: Iterable[list[str]]
) -> LoadReport:
    await connection.execute(_MEMORY)
    await connection.execute(_LOAD_COMES_LAST)
    await connection.execute(text(form.stage))
    rejected: list[RejectedLine] = []
    driver = await driver_of(connection)
    records = list(_records(form, lines, rejected))
    columns = ["line", *(field.name for field in form.fields)]
    await driver.copy_records_to_table("stage", records=records, columns=columns, timeout=None)
    await connection.execute(text("ANALYZE stage"))
    await _write_rejected(connection, form, file, rejected)
    added = await _move(connection, form, file)
    report = await _report(connection, form, file, len(records) + len(rejected), added)
    await _write_down(connection, file, report)
    return report


async def _move(connection: AsyncConnection, form: Form, file: _File) -> int:
    given = {
        "kind": form.kind,
        "load_id": file.load_id,
        "now": moment_text(file.now),
        **await form.values(connection, file.now.date()),
    }
    added = 0
    for move in form.all_moves:
        statement = move.sql_of(form.key) if isinstance(move, Check) else move.sql
        done = await connection.execute(text(statement), given)
        added += done.rowcount if isinstance(move, Add) else 0
    return added


def _rows(form: Form, raw: bytes) -> Iterator[list[str]]:
    try:
        lines = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    except UnicodeDecodeError as fault:
        raise ExpectedFailure(
            "文件不是 UTF-8 编码", "请另存为 UTF-8 编码的 CSV 后再试", "LOAD_ENCODING"
        ) from fault
    wanted = [field.name for field in form.fields]
    if next(lines, []) != wanted:
        raise ExpectedFailure(
            f"{form.title}文件的列不对", f"第一行应为:{','.join(wanted)}", "LOAD_COLUMNS"
        )
    return lines


def _records(
    form: Form, lines: Iterable[list[str]], rejected: list[RejectedLine]
) -> Iterator[tuple[object, ...]]:
    readers = [field.read for field in form.fields]
    for number, line in enumerate(lines, 2):
        if not line:
            continue
        try:
            if len(line) != len(readers):
                raise Unreadable("COLUMNS")
            yield (number, *(read(text.strip()) for read, text in zip(readers, line, strict=True)))
        except Unreadable as fault:
            rejected.append(RejectedLine(number, fault.reason, ",".join(line)[:_MOST_CONTENT]))


async def _earlier(connection: AsyncConnection, form: Form, file_id: str) -> LoadReport | None:
    loaded = LOADED_FILE.c
    found = await connection.execute(
        select(
            loaded.load_id,
            loaded.name,
            loaded.read,
            loaded.added,
            loaded.known,
            loaded.rejected,
        ).where(
            loaded.branch_id == WHOLE_FIRM,
            loaded.kind == form.kind,
            loaded.file_id == file_id,
            loaded.state == LoadState.LOADED.value,
        )
    )
    row = found.one_or_none()
    if row is None:
        return None
    reasons = await _reasons(connection, form.kind, row.load_id)
    faults = await _faults(connection, form.kind, row.load_id)
    load_id, name, read, added, known, rejected = row
    return LoadReport(
        form.kind, name, read, added, known, rejected, reasons, faults, again=True, load_id=load_id
    )


async def _write_rejected(
    connection: AsyncConnection, form: Form, file: _File, rejected: list[RejectedLine]
) -> None:
    if rejected:
        key = {"branch_id": WHOLE_FIRM, "kind": form.kind, "load_id": file.load_id}
        await connection.execute(insert(REJECTED_LINE), [key | asdict(line) for line in rejected])


async def _report(
    connection: AsyncConnection, form: Form, file: _File, read: int, added: int
) -> LoadReport:
    reasons = await _reasons(connection, form.kind, file.load_id)
    faults = await _faults(connection, form.kind, file.load_id)
    rejected = sum(reasons.values())
    known = read - added - rejected
    return LoadReport(
        form.kind, file.name, read, added, known, rejected, reasons, faults, load_id=file.load_id
    )


async def _reasons(connection: AsyncConnection, kind: str, load_id: str) -> dict[str, int]:
    found = await connection.execute(
        text(
            "SELECT reason, count(*) FROM rejected_line WHERE branch_id = '*' AND kind = :kind"
            " AND load_id = :load_id GROUP BY 1 ORDER BY 1"
        ),
        {"kind": kind, "load_id": load_id},
    )
    return {str(reason): int(count) for reason, count in found}


async def _faults(connection: AsyncConnection, kind: str, load_id: str) -> tuple[RejectedLine, ...]:
    line = REJECTED_LINE.c
    found = await connection.execute(
        select(line.line, line.reason, line.content)
        .where(line.branch_id == WHOLE_FIRM, line.kind == kind, line.load_id == load_id)
        .order_by(line.line)
        .limit(_MOST_FAULTS)
    )
    return tuple(RejectedLine(*row) for row in found)


async def _write_down(connection: AsyncConnection, file: _File, report: LoadReport) -> None:
    now = moment_text(file.now)
    row = {
        "branch_id": WHOLE_FIRM,
        "kind": report.kind,
        "load_id": file.load_id,
        "number": file.number,
        "file_id": file.file_id,
        "name": file.name,
        "loaded_at": now,
        "state": LoadState.LOADED.value,
        "nights_begun": await connection.scalar(text("SELECT nights_begun()")),
        "read": report.read,
        "added": report.added,
        "known": report.known,
        "rejected": report.rejected,
    }
    await connection.execute(insert(LOADED_FILE).values(row))
    line = AuditLine(
        branch_id=WHOLE_FIRM,
        chain=WHOLE_FIRM,
        at=now,
        author="night",
        action=f"load.{report.kind}",
        subject=file.load_id,
        command_id="",
        outcome="applied",
        detail=msgspec.json.encode(asdict(replace(report, faults=()))).decode(),
    )
    await add_audit(connection, line)
