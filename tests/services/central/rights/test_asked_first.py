"""Nobody learns of a row that is not his by what his own statement does on its way to it.

A comparison that could tell nothing by itself is put before a policy that costs more. A subquery
beside it is then run, or not, by how the comparison came out for somebody else's row.
"""

import asyncpg
import pytest

from tests.services.central.rights.planted import label_column, tables
from tests.services.central.rights.stated import APP, COLLEAGUE, OWN, SERVED, STRANGER
from tests.services.central.rights.test_every_table import PEOPLE, acting, base, stated

__all__ = ["base"]

HEARD = "(SELECT set_config('judge.heard', 'yes', true))"
NOT_BY_INDEX = (
    "SELECT set_config(name, 'off', true) FROM unnest(ARRAY['enable_indexscan',"
    " 'enable_indexonlyscan', 'enable_bitmapscan']) AS name"
)
PERSONS = [role for role in PEOPLE if role not in ("hub", "worker", "night", "")]
# What tells of one row by running, or not, what stands beside it. The first costs next to nothing,
# the others nothing at all: a function, however cheap, would come behind them.
COMPARED = {
    "comparison": """"{key}" = ANY (ARRAY['{label}']) AND "{key}" <> ANY (ARRAY[{heard}])""",
    "look-up": """(jsonb '{{"{label}": 1}}')["{key}"] IS NULL OR {heard} IS NOT NULL""",
    "case": """CASE WHEN (jsonb '{{"{label}": 1}}')["{key}"] IS NOT NULL THEN {heard} = '' END""",
}
ELSEWHERE = '{"to_branch": "B003"}'
HERE = '{"to_branch": "B001"}'


async def is_heard(base: "asyncpg.Connection[asyncpg.Record]", table: str, where: str) -> bool:
    """Whether what stands beside a comparison has run."""
    point = base.transaction()
    await point.start()
    try:
        await base.execute(NOT_BY_INDEX)
        await base.execute("SELECT set_config('judge.heard', 'no', true)")
        await base.fetch(f'SELECT FROM "{table}" WHERE {where}')
        return bool(await base.fetchval("SELECT current_setting('judge.heard')") == "yes")
    except asyncpg.InsufficientPrivilegeError:
        return False
    finally:
        await point.rollback()


@pytest.mark.parametrize("compared", COMPARED)
@pytest.mark.parametrize("role", PERSONS)
async def test_whose_a_row_is_comes_before_what_is_asked_of_it(
    base: "asyncpg.Connection[asyncpg.Record]", role: str, compared: str
) -> None:
    keys = {table: await label_column(base, table) for table in await tables(base)}
    heard = set()
    async with acting(base, role, APP):
        for table, seen in (stated(role) | {"client_masked": stated(role)["client"]}).items():
            for label in {COLLEAGUE, STRANGER, SERVED} - seen:
                told = {"key": keys.get(table, "client_id"), "label": label, "heard": HEARD}
                if await is_heard(base, table, COMPARED[compared].format(**told)):
                    heard.add(table)
    assert heard == set()


@pytest.mark.parametrize("role", PERSONS)
async def test_what_is_true_or_not_of_a_row_is_asked_last_too(
    base: "asyncpg.Connection[asyncpg.Record]", role: str
) -> None:
    """A column that is true or false needs no comparison: true of what he sees, else false."""
    found = await base.fetch(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type = 'boolean'"
    )
    await base.execute("SET session_replication_role = replica")
    for table, column in found:
        key = await label_column(base, table)
        seen = list(stated(role)[table])
        await base.execute(f'UPDATE "{table}" SET "{column}" = "{key}" = ANY ($1)', seen)
    await base.execute("SET session_replication_role = DEFAULT")
    async with acting(base, role, APP):
        heard = {
            (table, column)
            for table, column in found
            if await is_heard(base, table, f'"{column}" OR {HEARD} IS NULL')
        }
    assert heard == set()


@pytest.mark.parametrize("compared", COMPARED)
async def test_clients_who_go_between_two_other_branches_are_nothing_to_a_branch_manager(
    base: "asyncpg.Connection[asyncpg.Record]", compared: str
) -> None:
    await hand_over(base, ELSEWHERE)
    told = {"key": "approval_id", "label": STRANGER, "heard": HEARD}
    async with acting(base, "branch_manager", APP):
        for table in ("approval", "held_command"):
            assert not await is_heard(base, table, COMPARED[compared].format(**told)), table


async def test_what_is_to_come_to_his_branch_a_branch_manager_reads(
    base: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    await hand_over(base, HERE)
    async with acting(base, "branch_manager", APP):
        for table in ("approval", "held_command"):
            rows = await base.fetch(f"SELECT approval_id FROM {table} ORDER BY 1")
            assert [row["approval_id"] for row in rows] == [COLLEAGUE, OWN, STRANGER], table


async def hand_over(base: "asyncpg.Connection[asyncpg.Record]", after: str) -> None:
    """Make a stranger's approval one of clients who are to go elsewhere."""
    await base.execute("SET session_replication_role = replica")
    await base.execute(
        "UPDATE approval SET kind = 'hand_over', after = $2 WHERE approval_id = $1", STRANGER, after
    )
    await base.execute("SET session_replication_role = DEFAULT")
