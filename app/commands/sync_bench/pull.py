"""Changes down: a pull of many changed rows into an encrypted store, against a bare insert."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sqlalchemy import Connection

from app.commands.sync_bench.stage import STAFF, Desk, Firm, opened_desk
from models.tables.firm import FIRM
from services.desk.bench.timing import Cost, cost_of, now
from services.desk.storage.rows import DriverConnection, fetch_all
from services.desk.storage.synced.changes import write_cursor
from services.desk.sync.streams import StreamKeeper

_CLIENTS = """
INSERT INTO client (branch_id, client_id, manager_id, name, pinyin, initials, mobile, id_no,
    gender, birthday, opened_on, tier, tier_by, average_assets_cents, risk_class, rate_units)
SELECT 'B001', 'Z' || n, 'M001', '客户' || n, 'ke hu', 'kh', '138' || (10000000 + n),
    '31010119800101' || (1000 + n % 9000), 'm', '1980-01-01', '2010-05-06', 'silver', 'assets',
    n * 1000, 'C3', 2500
FROM generate_series(1, {rows}) n WHERE n % 10 = 0
"""
_ACCOUNTS = """
INSERT INTO account (branch_id, account, manager_id, client_id)
SELECT 'B001', 'A' || (n + 9), 'M001', 'Z' || (n + 9)
FROM generate_series(1, {rows}) n WHERE n % 10 = 1
"""
_HOLDINGS = """
INSERT INTO holding (branch_id, account, symbol, manager_id, client_id, quantity, sellable,
    cost_cents)
SELECT 'B001', 'A' || (n - n % 10 + 10), (600000 + n % 10) || '.SH', 'M001',
    'Z' || (n - n % 10 + 10), n, n, n * 1000
FROM generate_series(1, {rows}) n WHERE n % 10 BETWEEN 2 AND 3
"""
_TASKS = """
INSERT INTO task (branch_id, task_id, manager_id, client_id, kind, title, body, due_at, state,
    about)
SELECT 'B001', 'z' || n, 'M001', 'Z' || (n - n % 10 + 10), 'reminder', '回访提醒',
    '持仓公司今日公告分红方案,请告知客户', '2023-02-01T10:00:00.000+08:00', 'open', 'z' || n
FROM generate_series(1, {rows}) n WHERE n % 10 BETWEEN 4 AND 6
"""
_CONTACTS = """
INSERT INTO contact (branch_id, contact_id, manager_id, client_id, channel, direction, summary,
    by_staff, happened_at)
SELECT 'B001', 'z' || n, 'M001', 'Z' || (n - n % 10 + 10), 'phone', 'out',
    '回访:持仓与行情,客户关注分红', 'M001', '2023-02-01T10:00:00.000+08:00'
FROM generate_series(1, {rows}) n WHERE n % 10 BETWEEN 7 AND 9
"""
_LAST = "SELECT last FROM change_counter WHERE stream = 'M001'"


async def make_changes(firm: Firm, rows: int) -> int:
    """Change so many rows of M001, each once, a tenth of them clients; return the number before."""
    [before] = await firm.ask(_LAST)
    for statement in (_CLIENTS, _ACCOUNTS, _HOLDINGS, _TASKS, _CONTACTS):
        await firm.ask(statement.format(rows=rows))
    [after] = await firm.ask(_LAST)
    assert after["last"] - before["last"] == rows
    await firm.ask("ANALYZE")
    return int(before["last"])


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull cost until its rows were stored and told, and until they were found by words."""

    rows: Cost
    words: Cost


async def pull_once(firm: Firm, folder: Path, after: int) -> Pulled:
    """Return what it costs a desk to pull everything after ``after``."""
    async with opened_desk(folder) as desk, firm.line() as line:
        await desk.store.write(lambda connection: write_cursor(connection, STAFF, after))
        began, told = now(), list[Cost]()
        leave = desk.changes.subscribe(lambda _: told.append(now()))
        await StreamKeeper(desk.store, desk.changes, lambda _: None).pull(line, STAFF)
        leave()
        return Pulled(told[-1] - began, now() - began)


async def insert_once(folder: Path, work: dict[str, tuple[str, list[tuple[object, ...]]]]) -> Cost:
    """Return what a bare insert of the same rows costs, in one transaction.

    The file is like the desk's, keys and indexes too, without what makes clients searchable.
    """
    async with opened_desk(folder) as desk:
        await desk.store.write_part(_drop_triggers)
        return await cost_of(desk.store.write_part(lambda connection: _insert(connection, work)))


def _drop_triggers(connection: Connection) -> None:
    for (name,) in fetch_all(connection, "SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


async def read_rows(desk: Desk) -> dict[str, tuple[str, list[tuple[object, ...]]]]:
    """Return statement and values by table, of all that the store holds."""
    return await desk.store.read(_values)


def _insert(connection: Connection, work: dict[str, tuple[str, list[tuple[object, ...]]]]) -> None:
    driver = cast("DriverConnection", connection.connection.driver_connection)
    for statement, values in work.values():
        driver.executemany(statement, values)


def _values(connection: Connection) -> dict[str, tuple[str, list[tuple[object, ...]]]]:
    found: dict[str, tuple[str, list[tuple[object, ...]]]] = {}
    for table in FIRM.tables.values():
        rows = [tuple(row) for row in connection.execute(table.select())]
        if rows:
            places = ", ".join("?" for _ in table.columns)
            found[table.name] = (f'INSERT INTO "{table.name}" VALUES ({places})', rows)
    return found
