"""Makes the tables, and makes the synced ones anew when the program's form of them changed."""

import hashlib
import secrets

from sqlalchemy import Column, Connection, MetaData, Table, inspect, text

from models.errors import ExpectedFailure
from models.tables.firm import FIRM, SYNCED
from models.tables.local import (
    CURSOR,
    LOCAL,
    PROVISIONAL_BASE,
    ROW_ASIDE,
    SCHEMA_VERSION,
)
from services.desk.storage.rows import read_setting, write_setting
from services.desk.storage.search.index import forget_search, prepare_search

STAGE = MetaData()
STAGED: dict[str, Table] = {
    table.name: Table(
        f"stage_{table.name}", STAGE, *(Column(c.name, c.type) for c in table.columns)
    )
    for table in SYNCED
}
_CLIENT_INDEXES = tuple(
    f"CREATE INDEX IF NOT EXISTS ix_local_{table.name}_client ON {table.name} (client_id)"
    for table in SYNCED
    if "client_id" in table.columns and table.name != "client"
)
_OTHER_INDEXES = (
    "CREATE INDEX IF NOT EXISTS ix_local_outbox_held ON outbox (sequence) WHERE state = 'held'",
    "CREATE INDEX IF NOT EXISTS ix_local_trade_fill_order ON trade_fill (client_order_id)",
    "CREATE INDEX IF NOT EXISTS ix_local_task_about ON task (about)",
    "CREATE INDEX IF NOT EXISTS ix_local_trade_order_entered ON trade_order (entered_at)",
)


def prepare_schema(connection: Connection) -> None:
    """Bring a new or older file to this program's form.

    Raises ExpectedFailure STORE_NEWER when a newer program wrote the file.
    """
    LOCAL.create_all(connection)
    _check_version(connection)
    _renew_synced_if_changed(connection)
    FIRM.create_all(connection)
    STAGE.create_all(connection)
    for statement in _CLIENT_INDEXES + _OTHER_INDEXES:
        connection.exec_driver_sql(statement)
    prepare_search(connection)
    if not read_setting(connection, "birth"):
        write_setting(connection, "birth", secrets.token_hex(4))


def _check_version(connection: Connection) -> None:
    stored = int(read_setting(connection, "schema_version") or SCHEMA_VERSION)
    if stored > SCHEMA_VERSION:
        raise ExpectedFailure(
            "本地数据由更新版本的工作站写成",
            f"请升级工作站(数据版本 {stored},本程序支持 {SCHEMA_VERSION})",
            "STORE_NEWER",
        )
    write_setting(connection, "schema_version", str(SCHEMA_VERSION))


def _renew_synced_if_changed(connection: Connection) -> None:
    """Synced tables hold copies only: another form means drop them and fetch everything again.

    Bases of provisional rows go with them; the outbox lays its effects over the new rows.
    """
    if read_setting(connection, "firm_form") == _firm_form():
        return
    present = set(inspect(connection).get_table_names())
    for table in (*SYNCED, *STAGED.values()):
        if table.name in present:
            connection.execute(text(f'DROP TABLE "{table.name}"'))
    connection.execute(CURSOR.delete())
    connection.execute(PROVISIONAL_BASE.delete())
    connection.execute(ROW_ASIDE.delete())
    forget_search(connection)
    write_setting(connection, "firm_form", _firm_form())


def _firm_form() -> str:
    """Of the synced tables, and of what is kept aside of their rows."""
    parts = [
        f"{table.name}.{column.name}:{type(column.type).__name__}:{column.primary_key}"
        for table in (*SYNCED, ROW_ASIDE)
        for column in table.columns
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
