"""What an import of clients would do, before it does it (service-system S40)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

_MOBILE = re.compile(r"1[0-9]{10}")


class ImportKey(StrEnum):
    """The field that tells two clients apart."""

    CLIENT_NO = "client_no"
    NAME = "name"
    MOBILE = "mobile"
    ID_NO = "id_no"


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One client as text."""

    client_no: str = ""
    name: str = ""
    mobile: str = ""
    id_no: str = ""

    def value(self, key: ImportKey) -> str:
        """Return the value of the key field."""
        table = {
            ImportKey.CLIENT_NO: self.client_no,
            ImportKey.NAME: self.name,
            ImportKey.MOBILE: self.mobile,
            ImportKey.ID_NO: self.id_no,
        }
        return table[key]


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row (from 1) that cannot be read."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """A row (from 1) about a client known under the key ``of``: offered for merge."""

    row: int
    of: str


@dataclass(slots=True)
class ImportPreview:
    """Counts of rows; ``read`` = new + updated + unchanged + rejected + duplicates."""

    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)
    duplicates: list[DuplicateRow] = field(default_factory=list)


def preview(
    key: ImportKey, rows: Sequence[ClientRow], existing: Sequence[ClientRow]
) -> ImportPreview:
    """Return what importing ``rows`` in order would do; a row counts as existing for later ones."""
    known = _Known(key)
    for row in existing:
        known.add(row)
    told = ImportPreview()
    for number, row in enumerate(rows, 1):
        told.read += 1
        _take(told, known, number, row)
    return told


@dataclass(slots=True)
class _Known:
    """Clients by their key, and the key of each identity number."""

    key: ImportKey
    rows: dict[str, ClientRow] = field(default_factory=dict)
    key_of_person: dict[str, str] = field(default_factory=dict)

    def add(self, row: ClientRow) -> None:
        """Let ``row`` count for the rows after it."""
        key = row.value(self.key)
        before = self.rows.get(key)
        if before is not None and self.key_of_person.get(before.id_no) == key:
            del self.key_of_person[before.id_no]
        self.rows[key] = row
        if row.id_no:
            self.key_of_person.setdefault(row.id_no, key)


def _take(told: ImportPreview, known: _Known, number: int, row: ClientRow) -> None:
    fault = _fault(known.key, row)
    if fault:
        told.rejected.append(RejectedRow(number, fault))
        return
    before = known.rows.get(row.value(known.key))
    same_person = None if before else known.key_of_person.get(row.id_no)
    if same_person is not None:
        told.duplicates.append(DuplicateRow(number, same_person))
        return
    known.add(row)
    if before is None:
        told.new += 1
    elif before == row:
        told.unchanged += 1
    else:
        told.updated += 1


def _fault(key: ImportKey, row: ClientRow) -> str:
    if not _MOBILE.fullmatch(row.mobile):
        return "MOBILE_FORMAT"
    return "" if row.value(key) else "KEY_MISSING"
