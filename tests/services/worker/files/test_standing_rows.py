"""What keeps an import from being taken back, table by table as the catalogue names them."""

import asyncpg
import pytest

from services.central.connection import driver_url
from tests.services.central.rights.planted import planting
from tests.support.file_work import HEAD, ask_undo, do_import, id_no, text_file
from tests.support.service_work import Firm

NEW = (
    f"N1,单文,13800000001,{id_no(1)},男,1980-01-01,2023-01-05,9001,",
    f"N2,李四,13800000002,{id_no(2)},,,,,",
)
TABLES = "SELECT name, branch_column, client_column, stands FROM tables_of_client() ORDER BY 1"
SEEN = (
    "SELECT table_name FROM (SELECT set_config('app.role', 'manager', false),"
    " set_config('app.manager_id', 'M001', false), set_config('app.branch_id', 'B001', false)) s,"
    " standing_on_import('B001', $1) WHERE client_id = 'N2' ORDER BY 1"
)


async def plant(firm: Firm, tables: list[tuple[object, ...]]) -> None:
    """One row of N2 in each of the tables, past triggers and keys."""
    connection = await asyncpg.connect(driver_url(firm.url))
    try:
        await connection.execute("SET session_replication_role = replica")
        for table, branch_column, client_column, _ in tables:
            await connection.execute(await planting(connection, str(table), "P", "B001", "M001"))
            changed = await connection.execute(
                f"UPDATE {table} SET {branch_column} = 'B001', {client_column} = 'N2'"
                f" WHERE {client_column} IN ('P', 'C-P')"
            )
            assert changed == "UPDATE 1", table
    finally:
        await connection.close()


async def test_what_stands_on_an_added_client_is_found_in_every_table_of_clients(
    firm: Firm,
) -> None:
    import_id = await do_import(firm, text_file(HEAD, *NEW))
    tables = await firm.ask(TABLES)
    standing = [row for row in tables if row[3] == "true"]
    assert len(standing) >= 28
    assert await firm.ask(SEEN, import_id) == []
    await plant(firm, standing)
    assert await firm.ask(SEEN, import_id) == [(name,) for name, *_ in standing]
    assert await firm.code(await ask_undo(firm, import_id)) == "IMPORT_CHANGED_SINCE"


async def test_what_a_night_writes_of_him_goes_with_him(firm: Firm) -> None:
    import_id = await do_import(firm, text_file(HEAD, *NEW))
    for table, columns, values in (
        ("asset_day", "day, client_id", "'2023-01-31', 'N2'"),
        ("night_figure", "day, manager_id, client_id", "'2023-01-31', 'M001', 'N2'"),
        ("tier_rating", "client_id, starts_on", "'N2', '2023-01-31'"),
        ("tier_review", "client_id, day", "'N2', '2023-01-31'"),
        ("commission_baseline", "client_id, year", "'N2', '2023'"),
        ("commission_increment", "client_id, period_to", "'N2', '2023-01-31'"),
    ):
        await firm.ask(f"INSERT INTO {table} (branch_id, {columns}) VALUES ('B001', {values})")
    undo = await ask_undo(firm, import_id)
    assert await firm.code(await firm.decide(undo)) == "applied"
    for name, _, client_column, _ in [*await firm.ask(TABLES), ("client", "", "client_id", "")]:
        left = f"SELECT count(*) FROM {name} WHERE {client_column} IN ('N1', 'N2')"
        assert await firm.ask(left) == [(0,)], name


async def test_a_baseline_of_something_stays_whoever_asks(firm: Firm) -> None:
    import_id = await do_import(firm, text_file(HEAD, *NEW))
    await firm.ask(
        "INSERT INTO commission_baseline (branch_id, client_id, year, amount_cents)"
        " VALUES ('B001', 'N2', '2023', 1)"
    )
    asked = await ask_undo(firm, import_id)
    assert await firm.code(asked) == "IMPORT_CHANGED_SINCE"
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="written once"):
        await firm.ask("DELETE FROM commission_baseline WHERE client_id = 'N2'")
