"""RequestImport: every row is judged and written down, then a second person is asked."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import insert, select, text

from models.dates import day_of
from models.errors import ExpectedFailure
from models.files.judged import Judged, Outcome, Tally, tally
from models.files.kinds import IMPORT_TITLES, ImportKind
from models.lives.imports import ImportState
from models.rules.basis.settings.words import ApprovalKind
from models.tables.files import IMPORT_BATCH
from models.wire.service.files import RequestImport
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.files.batch import as_importer, named, require_allowed
from services.central.handlers.files.judge import judge_rows
from services.central.handlers.files.stage import take_parts
from services.central.handlers.work import Refused, Work, now_text
from services.files.forms import FORMS
from services.files.packing import digest_of, unpack_rows
from services.files.picking import PickedRow
from services.files.table import MOST_ROWS
from services.files.words import advice_on

_MOST_FAULTS, _MOST_SHOWN = 200, 20
_LAST_ROW = 2**31
_ROW_FAULTS = ("", "ROW_TOO_SHORT", "ROW_TOO_WIDE")
_TEXTS = ("outcome", "reason", "field", "about", "owner", "client_id", "account", "symbol")
_FIELDS = {"field": "at"}  # columns of import_row that are called otherwise
_WRITE = text(
    f"""
    INSERT INTO import_row (branch_id, import_id, manager_id, row, {", ".join(_TEXTS)},
        before, after)
    SELECT :branch_id, :import_id, :manager_id, *
    FROM unnest(CAST(:row AS bigint[]), {", ".join(f"CAST(:{name} AS text[])" for name in _TEXTS)},
        CAST(:before AS jsonb[]), CAST(:after AS jsonb[]))
    """
)


async def request_import(work: Work, command: RequestImport) -> None:
    """Judge, and ask unless nothing would be written."""
    await require_allowed(work, (command.kind,))
    _require_day(work, command)
    async with as_importer(work):
        await _require_new(work, command.import_id)
        rows = _unpacked(command, await take_parts(work, command.import_id))
        judged = await judge_rows(work, command, rows)
        counts = tally(judged)
        await _add_batch(work, command, counts, _faults(command, judged))
        await _write(work, command, judged)
    if counts.applies:
        await ask_approval(work, _proposal(command, counts, judged))


def _require_day(work: Work, command: RequestImport) -> None:
    if command.kind is not ImportKind.CLIENTS and day_of(command.day) > work.day:
        raise Refused("DATE_FUTURE", "对账单日期不能晚于今天")


async def _require_new(work: Work, import_id: str) -> None:
    batch = IMPORT_BATCH.c
    query = select(batch.import_id).where(
        batch.branch_id == work.branch_id, batch.import_id == import_id
    )
    if await work.connection.scalar(query) is not None:
        raise Refused("DUPLICATE", f"导入 {import_id} 已经提交过")


def _unpacked(command: RequestImport, parts: Sequence[bytes]) -> list[PickedRow]:
    """Return the rows exactly as they were sent."""
    if len(parts) != command.parts or digest_of(parts) != command.digest:
        raise Refused("IMPORT_PARTS_MISSING", "导入的数据不完整,请重新导入该文件")
    try:
        rows = [row for part in parts for row in unpack_rows(part)]
    except ExpectedFailure as fault:
        raise Refused(fault.code, fault.title) from fault
    numbers = {row for row, fault, _ in rows if 0 < row < _LAST_ROW and fault in _ROW_FAULTS}
    if len(numbers) != len(rows) or len(rows) > MOST_ROWS:
        raise Refused("IMPORT_PART_BROKEN", "导入的数据有误,请重新导入该文件")
    return rows


async def _write(work: Work, command: RequestImport, judged: Sequence[Judged]) -> None:
    columns: dict[str, object] = {
        name: [str(getattr(one, _FIELDS.get(name, name))) for one in judged] for name in _TEXTS
    }
    columns |= {
        "row": [one.row for one in judged],
        "before": [_json(one.before) for one in judged],
        "after": [_json(one.after) for one in judged],
        "manager_id": work.envelope.manager_id,
    }
    await work.connection.execute(_WRITE, named(work, command.import_id) | columns)


async def _add_batch(work: Work, command: RequestImport, counts: Tally, faults: str) -> None:
    state = ImportState.PENDING if counts.applies else ImportState.KNOWN
    row = work.owner | {
        "import_id": command.import_id,
        "kind": command.kind.value,
        "name": command.name,
        "file_hash": command.file_hash,
        "digest": command.digest,
        "author": work.actor.staff_id,
        "day": command.day,
        "made_at": now_text(work),
        "state": state.value,
        "approval_id": work.envelope.command_id if counts.applies else "",
        "read": counts.read,
        "added": counts.added,
        "changed": counts.changed,
        "known": counts.known,
        "duplicates": counts.duplicates,
        "rejected": counts.rejected,
        "faults": faults,
    }
    await work.connection.execute(insert(IMPORT_BATCH).values(row))


def _faults(command: RequestImport, judged: Sequence[Judged]) -> str:
    form = FORMS[command.kind]
    faulty = [one for one in judged if one.reason][:_MOST_FAULTS]
    return _json(
        [
            {
                "row": one.row,
                "field": form.title_of(one.at),
                "reason": one.reason,
                "advice": advice_on(one.reason),
                "about": one.about,
            }
            for one in faulty
        ]
    )


def _proposal(command: RequestImport, counts: Tally, judged: Sequence[Judged]) -> Proposal:
    written = [one for one in judged if one.outcome in (Outcome.NEW, Outcome.CHANGED)]
    title = f"导入{IMPORT_TITLES[command.kind]}:新增 {counts.added}、变更 {counts.changed}"
    return Proposal(
        kind=ApprovalKind.IMPORT,
        client_id=None,
        title=f"{title}({command.name})",
        before={},
        after={
            "import_id": command.import_id,
            "kind": command.kind.value,
            "file": command.name,
            "sha256": command.file_hash,
            "day": command.day,
            "read": counts.read,
            "added": counts.added,
            "changed": counts.changed,
            "known": counts.known,
            "duplicates": counts.duplicates,
            "rejected": counts.rejected,
            "reasons": counts.reasons,
            "first": [_shown(command.kind, one) for one in written[:_MOST_SHOWN]],
        },
    )


def _shown(kind: ImportKind, one: Judged) -> dict[str, object]:
    """What the second person sees of a row: numbers of accounts, of people only which fields."""
    told: dict[str, object] = {"row": one.row, "client": one.client_id, "does": one.outcome.value}
    if kind is ImportKind.CLIENTS:
        return told | {"fields": sorted(set(one.after) - {"pinyin", "initials"})}
    return told | {
        "account": one.account,
        "symbol": one.symbol,
        "before": dict(one.before),
        "after": dict(one.after),
    }


def _json(told: object) -> str:
    return msgspec.json.encode(told).decode()
