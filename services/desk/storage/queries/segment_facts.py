"""Saved segments, and what they and the agenda ask of each client beside his list line."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, select

from models.clients.segments.rule import SegmentRule, read_rule
from models.errors import ExpectedFailure
from models.lives.consent import ConsentEntry, ConsentForm
from models.rules.messages.send_gate import Purpose
from models.tables.firm import CLIENT
from models.tables.service import CONSENT
from models.tables.staff.plans import SEGMENT
from services.desk.storage.rows import Row, key_of, row_text
from services.desk.storage.synced.provisional import provisional_keys

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Days as they are stored, None where there is none; ``consents`` in no order."""

    birthday: date | None
    risk_tested_on: date | None
    consents: tuple[ConsentEntry, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class SavedSegment:
    """A rule that this person has saved; ``is_pending`` = central has not answered to it yet.

    ``rule`` None = it cannot be asked here, ``fault`` says why (a newer desk may have saved it).
    """

    segment_id: str
    name: str
    rule: SegmentRule | None
    fault: str
    version: int
    is_pending: bool


def read_segments(connection: Connection, owner: str) -> tuple[SavedSegment, ...]:
    """Return the saved segments of one person by name, none left out but the deleted ones."""
    table, pending = SEGMENT.c, provisional_keys(connection, SEGMENT)
    query = select(SEGMENT).where(table.manager_id == owner, table.deleted_at == "")
    rows = connection.execute(query.order_by(table.name, table.segment_id)).mappings()
    return tuple(_saved(dict(row), pending) for row in rows)


def read_person_facts(
    connection: Connection, client_ids: Collection[str] | None = None
) -> dict[str, PersonFacts]:
    """Return the facts of these clients (all of them by default), by client id."""
    if client_ids is None:
        return _read(connection, None)
    wanted, found = sorted(client_ids), dict[str, PersonFacts]()
    for start in range(0, len(wanted), _CHUNK):
        found |= _read(connection, wanted[start : start + _CHUNK])
    return found


def _read(connection: Connection, ids: list[str] | None) -> dict[str, PersonFacts]:
    clients = select(CLIENT.c.client_id, CLIENT.c.birthday, CLIENT.c.risk_tested_on)
    consents = select(CONSENT)
    if ids is not None:
        clients = clients.where(CLIENT.c.client_id.in_(ids))
        consents = consents.where(CONSENT.c.client_id.in_(ids))
    entries: defaultdict[str, list[ConsentEntry]] = defaultdict(list)
    for row in connection.execute(consents).mappings():
        entries[row["client_id"]].append(_entry(row))
    return {
        row.client_id: PersonFacts(
            day_or_none(row.birthday),
            day_or_none(row.risk_tested_on),
            tuple(entries[row.client_id]),
        )
        for row in connection.execute(clients)
    }


def day_or_none(text: str) -> date | None:
    """Return a stored day; what cannot be read is not known."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _saved(row: Row, pending: Collection[str]) -> SavedSegment:
    rule, fault = None, ""
    try:
        rule = read_rule(str(row["rule"]))
    except ExpectedFailure as failure:
        fault = failure.title
    return SavedSegment(
        segment_id=str(row["segment_id"]),
        name=str(row["name"]),
        rule=rule,
        fault=fault,
        version=int(row["version"] or 0),
        is_pending=row_text(key_of(SEGMENT, row)) in pending,
    )


def _entry(row: RowMapping) -> ConsentEntry:
    return ConsentEntry(
        Purpose(row["purpose"]),
        row["channel"],
        ConsentForm(row["form"]),
        datetime.fromisoformat(row["at"]),
    )
