"""Files through inbox and worker: prepared as a desk does, judged, approved, taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy.ext.asyncio import AsyncEngine

from models.files.kinds import ImportKind
from models.wire.commands import Envelope
from models.wire.service.files import UndoImport
from services.central.privacy.export import make_export
from services.central.session import Actor
from services.files.prepared import prepare_import
from tests.support.central_work import put
from tests.support.service_work import Firm

DAY = "2023-02-01"
HEAD = "客户号,姓名,手机,证件号码,性别,出生日期,开户日期,资金账号,客户经理"
_ids = count(1)


def id_no(number: int) -> str:
    """An identity number that fits its check digit."""
    body = f"31990019800101{number:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def text_file(head: str, *lines: str) -> bytes:
    """A CSV file in UTF-8."""
    return "\n".join((head, *lines)).encode()


async def ask_import(
    firm: Firm, raw: bytes, kind: ImportKind = ImportKind.CLIENTS, by: str = "M001"
) -> tuple[str, Envelope]:
    """Send a file up and have it judged; return the import's id and its request."""
    import_id = f"imp-{next(_ids)}"
    commands = prepare_import(kind, "file.csv", raw).commands(import_id, DAY)
    sent = [firm.enclose(command, by, key=import_id) for command in commands]
    await put(firm.engine, sent)
    await firm.work()
    return import_id, sent[-1]


async def do_import(
    firm: Firm, raw: bytes, kind: ImportKind = ImportKind.CLIENTS, by: str = "M001"
) -> str:
    """Send it up and have it approved; return its id."""
    import_id, asked = await ask_import(firm, raw, kind, by)
    assert await firm.code(asked) == "applied"
    assert await firm.code(await firm.decide(asked)) == "applied"
    return import_id


async def ask_undo(firm: Firm, import_id: str, by: str = "M001") -> Envelope:
    """Ask for an import to be taken back."""
    return await firm.do(UndoImport(import_id, "导错文件"), by, key=import_id)


async def batch_of(firm: Firm, import_id: str) -> tuple[object, ...]:
    """State and counts: read, added, changed, known, duplicates, rejected."""
    [row] = await firm.ask(
        "SELECT state, read, added, changed, known, duplicates, rejected FROM import_batch"
        " WHERE import_id = $1",
        import_id,
    )
    return row


async def reasons_of(firm: Firm, import_id: str) -> Sequence[tuple[object, ...]]:
    """Row, field and reason of what is not applied."""
    return await firm.ask(
        "SELECT row, field, reason, about FROM import_row WHERE import_id = $1 AND reason <> ''"
        " ORDER BY row",
        import_id,
    )


@dataclass(frozen=True, slots=True)
class WholeCopy:
    """A copy of an export with all its bytes."""

    export_id: str
    mark: str
    rows: int
    file_hash: str
    raw: bytes


async def export_whole(
    engine: AsyncEngine, actor: Actor, approval_id: str, name: str, now: datetime
) -> WholeCopy:
    """Have a copy made and read it to its end."""
    async with make_export(engine, actor, approval_id, name, now) as made:
        raw = b"".join(made.parts(1_000))
        assert len(raw) == made.size
        return WholeCopy(made.export_id, made.mark, made.rows, made.file_hash, raw)
