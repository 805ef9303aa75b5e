"""Changes down: a pull of many changed rows into an encrypted store, against a bare insert."""

from pathlib import Path
from typing import cast

from sqlalchemy import Connection

from app.commands.sync_bench.stage import STAFF, Desk, Firm, opened_desk
from models.tables.firm import FIRM
from services.desk.bench.timing import Cost, cost_of
from services.desk.storage.rows import DriverConnection
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
_HOLDINGS = """
INSERT INTO holding (branch_id, account, symbol, manager_id, client_id, quantity, sellable,
    cost_cents)
SELECT 'B001', 'A' || (n - n % 10), (600000 + n % 10) || '.SH', 'M001',
    'Z' || greatest(n - n % 10, 10), n, n, n * 1000
FROM generate_series(1, {rows}) n WHERE n % 10 BETWEEN 1 AND 3
"""
_POINTS = """
INSERT INTO points_entry (branch_id, entry_id, manager_id, client_id, kind, points_milli, note,
    posted_at)
SELECT 'B001', 'commission-z' || n, 'M001', 'Z' || greatest(n - n % 10, 10), 'commission', n,
    '成交 F' || n || ' 佣金 5.00 元', '2023-02-01T10:00:00.000+08:00'
FROM generate_series(1, {rows}) n WHERE n % 10 BETWEEN 4 AND 6
"""
_CONTACTS = """
INSERT INTO contact (branch_id, contact_id, manager_id, client_id, channel, direction, summary,
    by_staff, happened_at)
SELECT 'B001', 'z' || n, 'M001', 'Z' || greatest(n - n % 10, 10), 'phone', 'out',
    '回访:持仓与行情,客户关注分红', 'M001', '2023-02-01T10:00:00.000+08:00'
FROM generate_series(1, {rows}) n WHERE n % 10 BETWEEN 7 AND 9
"""
_LAST = "SELECT last FROM change_counter WHERE stream = 'M001'"


async def make_changes(firm: Firm, rows: int) -> int:
    """Change so many rows of M001 (a tenth of them clients); return the number before them."""
    [before] = await firm.ask(_LAST)
    for statement in (_CLIENTS, _HOLDINGS, _POINTS, _CONTACTS):
        await firm.ask(statement.format(rows=rows))
    await firm.ask("ANALYZE")
    return int(before["last"])


async def pull_once(firm: Firm, folder: Path, after: int) -> Cost:
    """Return what it costs a desk to pull everything after ``after``."""
    async with opened_desk(folder) as desk, firm.line() as line:
        await desk.store.write(lambda connection: write_cursor(connection, STAFF, after))
        keeper = StreamKeeper(desk.store, desk.changes, lambda _: None)
        return await cost_of(keeper.pull(line, STAFF))


async def insert_once(folder: Path, work: dict[str, tuple[str, list[tuple[object, ...]]]]) -> Cost:
    """Return what a bare insert of the same rows costs, in one transaction."""
    async with opened_desk(folder) as desk:
        return await cost_of(desk.store.write_batch(lambda connection: _insert(connection, work)))


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
