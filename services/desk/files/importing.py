"""The desk's imports: a file is tried on the rows that are here, then queued whole, offline too."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, select

from models.clients.tier import Role
from models.errors import ExpectedFailure
from models.files.clients import Importer, judge_clients
from models.files.judged import Judged, Line, Tally, tally
from models.files.kinds import ImportKind
from models.files.statements import StatementDays, judge_statements
from models.status import ChangeSet
from models.tables.files import IMPORT_BATCH
from models.wire.hub import SignedIn
from models.wire.service.files import UndoImport
from services.clock.clock import Clock
from services.desk.files.local_book import read_account_book, read_client_book, read_managers
from services.desk.storage.rows import read_setting, write_setting
from services.desk.storage.store import LocalStore
from services.desk.storage.synced.touched import together
from services.desk.sync.outbox import Outbox
from services.files.forms import FORMS
from services.files.picking import read_rows
from services.files.prepared import PreparedImport, prepare_import

_words = msgspec.json.Decoder(dict[str, str])


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do by what this desk knows; central judges again by what is there then.

    ``rows`` are all of the file's, in its order; nothing is sent or changed by a preview.
    """

    prepared: PreparedImport
    day: str
    rows: tuple[Judged, ...]
    counts: Tally
    mapping: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One import as this desk knows it; ``state`` "" = not yet judged at central (待同步)."""

    import_id: str
    kind: ImportKind
    name: str
    made_at: str
    state: str
    counts: Tally
    faults: str


class Imports:
    """Previews, sends and takes back; everything goes through the outbox."""

    def __init__(
        self, *, store: LocalStore, outbox: Outbox, clock: Clock, person: SignedIn
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock
        self._person = person

    async def preview(
        self,
        kind: ImportKind,
        name: str,
        raw: bytes,
        *,
        day: str = "",
        mapping: Mapping[str, str] | None = None,
    ) -> ImportPreview:
        """Read a file and tell what would become of each row; ExpectedFailure FILE_….

        ``day`` is that of a statement, "" = today; without a ``mapping`` of headers to fields the
        one that was last sent for this kind is used.
        """
        today = self._clock.now().date().isoformat()
        return await self._store.read(
            lambda connection: self._preview(connection, kind, name, raw, day or today, mapping)
        )

    async def send(self, preview: ImportPreview) -> str:
        """Queue all parts and the request in one transaction; return the import's id.

        Raises ExpectedFailure IMPORT_NOTHING where no row would be written.
        """
        if not preview.counts.applies:
            raise ExpectedFailure(
                "文件中没有要写入的行", "已有的不会重复导入;有误的请按提示更正", "IMPORT_NOTHING"
            )
        import_id = uuid.uuid4().hex
        changed = await self._store.write(lambda c: self._enclose(c, preview, import_id))
        await self._outbox.tell(changed)
        return import_id

    async def undo(self, import_id: str, reason: str) -> None:
        """Ask for a whole import to be taken back."""
        if not reason.strip():
            raise ExpectedFailure("没有写明理由", "请写一句为什么撤销", "REASON_MISSING")
        await self._outbox.add(UndoImport(import_id, reason.strip()), import_id)

    async def imports(self) -> tuple[ImportLine, ...]:
        """Imports that this person may see, newest first."""
        return await self._store.read(_read_imports)

    def _preview(
        self,
        connection: Connection,
        kind: ImportKind,
        name: str,
        raw: bytes,
        day: str,
        mapping: Mapping[str, str] | None,
    ) -> ImportPreview:
        words = _remembered(connection, kind) if mapping is None else mapping
        prepared = prepare_import(kind, name, raw, words)
        lines, faulty = read_rows(FORMS[kind], prepared.picked.rows)
        judged = self._judge(connection, kind, lines, day)
        rows = tuple(sorted([*faulty, *judged], key=lambda one: one.row))
        return ImportPreview(prepared, day, rows, tally(rows), words)

    def _judge(
        self, connection: Connection, kind: ImportKind, lines: list[Line], day: str
    ) -> Iterable[Judged]:
        today = self._clock.now().date().isoformat()
        if kind is not ImportKind.CLIENTS:
            days = StatementDays(day, today)
            return judge_statements(kind, lines, read_account_book(connection), days)
        managers = frozenset[str]()
        if self._person.role == Role.BRANCH_MANAGER:
            managers = read_managers(connection, self._person.branch_id)
        importer = Importer(self._person.staff_id, today, managers)
        return judge_clients(lines, read_client_book(connection), importer)

    def _enclose(self, connection: Connection, preview: ImportPreview, import_id: str) -> ChangeSet:
        kind = preview.prepared.kind
        write_setting(
            connection, _setting(kind), msgspec.json.encode(dict(preview.mapping)).decode()
        )
        commands = preview.prepared.commands(import_id, preview.day)
        told = [self._outbox.enclose(connection, one, import_id)[1] for one in commands]
        return together(told)


def _setting(kind: ImportKind) -> str:
    return f"import_columns_{kind}"


def _remembered(connection: Connection, kind: ImportKind) -> dict[str, str]:
    text = read_setting(connection, _setting(kind))
    return _words.decode(text) if text else {}


def _read_imports(connection: Connection) -> tuple[ImportLine, ...]:
    table = IMPORT_BATCH.c
    rows = connection.execute(
        select(IMPORT_BATCH).order_by(table.made_at.desc(), table.import_id)
    ).mappings()
    return tuple(
        ImportLine(
            row["import_id"],
            ImportKind(row["kind"]),
            row["name"],
            row["made_at"],
            row["state"],
            Tally(
                row["read"], row["added"], row["changed"], row["known"], row["duplicates"],
                row["rejected"],
            ),
            row["faults"],
        )
        for row in rows
    )  # fmt: skip
