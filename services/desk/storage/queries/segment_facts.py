"""What segments and the agenda ask of each client beside his list line."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, select

from models.lives.consent import ConsentEntry, ConsentForm
from models.rules.messages.send_gate import Purpose
from models.tables.firm import CLIENT
from models.tables.service import CONSENT

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Days as they are stored, None where there is none; ``consents`` in no order."""

    birthday: date | None
    risk_tested_on: date | None
    consents: tuple[ConsentEntry, ...] = field(default=())


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


def _entry(row: RowMapping) -> ConsentEntry:
    return ConsentEntry(
        Purpose(row["purpose"]),
        row["channel"],
        ConsentForm(row["form"]),
        datetime.fromisoformat(row["at"]),
    )
