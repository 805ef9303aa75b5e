"""One row of every table for each of four managers' clients, laid in by force."""

import asyncpg

from tests.services.central.rights.stated import COLLEAGUE, OWN, SERVED, STRANGER

# Whose row: branch, manager. ``served`` is a stranger's client with a product of head office's.
PLACES = {
    OWN: ("B001", "M001"),
    COLLEAGUE: ("B001", "M002"),
    STRANGER: ("B002", "M101"),
    SERVED: ("B002", "M102"),
}
LABEL_OF = {manager: label for label, (_, manager) in PLACES.items()}
_VALUES = {
    "bigint": "0",
    "integer": "0",
    "boolean": "false",
    "json": "'{}'",
    "jsonb": "'{}'",
    "bytea": "''",
}
_CENTRALS = {"inbox": ("attempts", "trouble")}  # columns that nobody lays in
_STATES = {  # what a life begins with
    "approval": "'pending'",
    "exam_attempt": "'begun'",
    "mandate": "'signed'",
    "import_batch": "'pending'",
    "application": "'applied'",
    "points_hold": "'held'",
    "rate_exception": "'submitted'",
    "subscription": "'active'",
    "task": "'open'",
    "campaign": "'draft'",
    "advisory_question": "'open'",
    "service_call": "'waiting'",
    "campaign_invitation": "'invited'",
}


async def plant(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Lay the rows in, past triggers and foreign keys."""
    await connection.execute("SET session_replication_role = replica")
    for table in await tables(connection):
        for label, (branch, manager) in PLACES.items():
            await connection.execute(await planting(connection, table, label, branch, manager))
    await connection.execute("SET session_replication_role = DEFAULT")


async def planting(
    connection: "asyncpg.Connection[asyncpg.Record]",
    table: str,
    label: str,
    branch: str,
    manager: str,
) -> str:
    """The INSERT of one row: keys and clients are named by the label."""
    found = await connection.fetch(
        "SELECT column_name, data_type, is_identity FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position",
        table,
    )
    told = {
        "branch_id": f"'{branch}'",
        "left_by": "''",
        **dict.fromkeys(
            ("manager_id", "author", "maker", "person", "stream", "chain"), f"'{manager}'"
        ),
    }
    if table in _STATES:
        told["state"] = _STATES[table]
    if table == "inbox":
        told |= {"state": "'waiting'", "received_at": "''"}
    if table in ("approval_queue", "question_queue"):
        told["manager_id"] = f"'queue:{manager}'"
    if table in ("campaign", "campaign_effect"):
        told["manager_id"] = f"'branch:{branch}'"
    if label == SERVED:
        told |= {"product": "'A'", "desk": "'head_office'"}
    if table == "staff":
        told |= {"staff_id": f"'{manager}'", "manager_id": "'*'"}
    if table == "firm_setting":
        told |= {"manager_id": "'*'", "value": "'{}'"}
    columns = [
        (row["column_name"], row["data_type"])
        for row in found
        if row["is_identity"] == "NO" and row["column_name"] not in _CENTRALS.get(table, ())
    ]
    values = [told.get(name, _VALUES.get(kind, f"'{label}'")) for name, kind in columns]
    names = ", ".join(f'"{name}"' for name, _ in columns)
    return f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(values)}) ON CONFLICT DO NOTHING'


async def tables(connection: "asyncpg.Connection[asyncpg.Record]") -> list[str]:
    """Every table of the schema."""
    found = await connection.fetch(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
        " AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version' ORDER BY 1"
    )
    return [row["relname"] for row in found]


async def label_column(connection: "asyncpg.Connection[asyncpg.Record]", table: str) -> str:
    """The key column that tells whose row it is."""
    found = await connection.fetch(
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid"
        " AND a.attnum = ANY (i.indkey) WHERE i.indisprimary AND i.indrelid = $1::regclass"
        " AND a.attname <> 'branch_id' ORDER BY a.attnum",
        table,
    )
    return str(found[0]["attname"]) if found else "branch_id"


def labels(values: list[object]) -> frozenset[str]:
    """Whose rows these are, rows of the firm itself left out."""
    return frozenset(
        LABEL_OF.get(str(value), str(value))
        for value in values
        if str(value) in PLACES or str(value) in LABEL_OF
    )
