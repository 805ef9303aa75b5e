"""A file made ready to go up: its rows found, packed and named, as the commands that carry them."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.errors import ExpectedFailure
from models.files.kinds import ImportKind
from models.wire.service.files import FileCommand, RequestImport, StageImport
from services.files.forms import FORMS
from services.files.packing import digest_of, pack_rows
from services.files.picking import Picked, pick
from services.files.table import read_table


@dataclass(frozen=True, slots=True)
class PreparedImport:
    """What was read of a file, and the parts in which it travels."""

    kind: ImportKind
    picked: Picked
    parts: tuple[bytes, ...]

    def commands(self, import_id: str, day: str) -> tuple[FileCommand, ...]:
        """Return the commands in the order in which they have to be sent, under one key."""
        request = RequestImport(
            import_id,
            self.kind,
            self.picked.name,
            self.picked.file_hash,
            "" if self.kind is ImportKind.CLIENTS else day,
            len(self.parts),
            digest_of(self.parts),
        )
        stages = (StageImport(import_id, at, part) for at, part in enumerate(self.parts))
        return (*stages, request)


def prepare_import(
    kind: ImportKind, name: str, raw: bytes, mapping: Mapping[str, str] | None = None
) -> PreparedImport:
    """Read a file and pack its rows; ExpectedFailure FILE_…"""
    return _prepared(kind, pick(FORMS[kind], read_table(name, raw), mapping))


def _prepared(kind: ImportKind, picked: Picked) -> PreparedImport:
    return PreparedImport(kind, picked, tuple(pack_rows(picked.rows)))


def prepare_statement(
    name: str, raw: bytes, mapping: Mapping[str, str] | None = None
) -> PreparedImport:
    """Do the same for a statement whose header tells whether it is of holdings or of cash."""
    table = read_table(name, raw)
    try:
        return _prepared(ImportKind.HOLDINGS, pick(FORMS[ImportKind.HOLDINGS], table, mapping))
    except ExpectedFailure as failure:
        if failure.code != "FILE_COLUMNS":
            raise
    return _prepared(ImportKind.CASH, pick(FORMS[ImportKind.CASH], table, mapping))
