"""What a household's commands change on this desk at once (待同步).

Effects are laid anew whenever a row below them changes. A member whom the same command has moved
already counts as not yet moved, so that it makes the same rows each time.
"""

from collections.abc import Iterable, Iterator

from models.tables.service import HOUSEHOLD, HOUSEHOLD_MEMBER
from models.wire.commands import Envelope
from models.wire.service.clients import (
    FormHousehold,
    MergeHouseholds,
    SplitHousehold,
    UndoHouseholdChange,
)
from services.desk.storage.rows import Row
from services.desk.storage.synced.effects.present import Effect, Rows, owned


def household_effects(envelope: Envelope, rows: Rows) -> Iterator[Effect]:
    """Yield the rows as the command makes them."""
    match envelope.command:
        case FormHousehold() as command:
            yield _household(envelope, command.household_id, command.name)
            home = command.household_id
            yield from _joined(envelope, command.client_ids, home, home)
        case MergeHouseholds() as command:
            leaving = _present(envelope, rows, command.household_id, command.change_id)
            yield from _moved(envelope, leaving, command.into, command.change_id)
        case SplitHousehold() as command:
            yield _household(envelope, command.new_household_id, command.name)
            members = _present(envelope, rows, command.household_id, command.change_id)
            leaving = [row for row in members if row["client_id"] in command.client_ids]
            yield from _moved(envelope, leaving, command.new_household_id, command.change_id)
        case UndoHouseholdChange() as command:
            yield from _undone(envelope, command.change_id, rows)
        case _:
            return


def _household(envelope: Envelope, household_id: str, name: str) -> Effect:
    named: Row = {"household_id": household_id, "name": name, "formed_at": envelope.created_at}
    return HOUSEHOLD, owned(envelope) | named


def _present(envelope: Envelope, rows: Rows, household_id: str, change_id: str) -> list[Row]:
    where: Row = {"branch_id": envelope.branch_id, "household_id": household_id}
    members = rows.find(HOUSEHOLD_MEMBER, where)
    return [row for row in members if row["left_by"] in ("", change_id)]


def _moved(
    envelope: Envelope, leaving: list[Row], household_id: str, change_id: str
) -> Iterator[Effect]:
    for row in leaving:
        yield HOUSEHOLD_MEMBER, row | {"left_by": change_id}
    client_ids = [str(row["client_id"]) for row in leaving]
    yield from _joined(envelope, client_ids, household_id, change_id)


def _joined(
    envelope: Envelope, client_ids: Iterable[str], household_id: str, change_id: str
) -> Iterator[Effect]:
    for client_id in client_ids:
        joined: Row = {"client_id": client_id, "joined_by": change_id, "left_by": ""}
        yield HOUSEHOLD_MEMBER, owned(envelope) | joined | {"household_id": household_id}


def _undone(envelope: Envelope, change_id: str, rows: Rows) -> Iterator[Effect]:
    undo, branch = f"undo-{change_id}", {"branch_id": envelope.branch_id}
    joined = rows.find(HOUSEHOLD_MEMBER, branch | {"joined_by": change_id})
    moved = [row for row in joined if row["left_by"] in ("", undo)]
    for row in moved:
        yield HOUSEHOLD_MEMBER, row | {"left_by": undo}
    for row in moved:
        was: Row = {"client_id": row["client_id"], "left_by": change_id}
        for before in rows.find(HOUSEHOLD_MEMBER, branch | was):
            yield HOUSEHOLD_MEMBER, before | {"left_by": ""}
