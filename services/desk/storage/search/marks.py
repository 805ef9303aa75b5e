"""Triggers that note whose words may have changed, whoever writes and however."""

from collections.abc import Iterator

from sqlalchemy import Connection

from models.tables.firm import ACCOUNT, CLIENT
from models.tables.local import SEARCH_STALE
from services.desk.storage.search.rank import band_sql

_OF_CLIENT = ("name", "pinyin", "initials", "mobile", "tier")
_BAND_OF = "average_assets_cents"


def lay_triggers(connection: Connection) -> None:
    """Make the triggers as this program has them."""
    for name, statement in _triggers():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE TRIGGER {name} {statement}")


def _triggers() -> Iterator[tuple[str, str]]:
    client, account = CLIENT.name, ACCOUNT.name
    old_band = band_sql(f"old.{_BAND_OF}")
    new_band = band_sql(f"new.{_BAND_OF}")
    other = " OR ".join(f"old.{name} IS NOT new.{name}" for name in _OF_CLIENT)
    for table in (client, account):
        yield f"search_{table}_in", f"AFTER INSERT ON {table} BEGIN {_note('new')} END"
        yield f"search_{table}_out", f"AFTER DELETE ON {table} BEGIN {_note('old')} END"
    yield (
        f"search_{client}_change",
        f"AFTER UPDATE ON {client} WHEN {other} OR {old_band} <> {new_band}"
        f" BEGIN {_note('new')} END",
    )
    yield (
        f"search_{account}_change",
        f"AFTER UPDATE ON {account} WHEN old.client_id <> new.client_id"
        f" BEGIN {_note('old')} {_note('new')} END",
    )


def _note(row: str) -> str:
    """Note the client once; the OR REPLACE of a writer would overrule an OR IGNORE here."""
    noted = f"client_id = {row}.client_id AND branch_id = {row}.branch_id"
    return (
        f"INSERT INTO {SEARCH_STALE.name} (client_id, branch_id)"
        f" SELECT {row}.client_id, {row}.branch_id"
        f" WHERE NOT EXISTS (SELECT 1 FROM {SEARCH_STALE.name} WHERE {noted});"
    )
