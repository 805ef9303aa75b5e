"""Nobody learns of a row that is not his by what his own statement does on its way to it.

A comparison that could tell nothing by itself is put before a policy that costs more. A subquery
beside it is then run, or not, by how the comparison came out for somebody else's row.
"""

import asyncpg
import pytest

from tests.services.central.rights.planted import label_column, tables
from tests.services.central.rights.stated import APP, COLLEAGUE, SERVED, STRANGER
from tests.services.central.rights.test_every_table import PEOPLE, acting, base, stated

__all__ = ["base"]

HEARD = "(SELECT set_config('judge.heard', 'yes', true))"
NOT_BY_INDEX = (
    "SELECT set_config(name, 'off', true) FROM unnest(ARRAY['enable_indexscan',"
    " 'enable_indexonlyscan', 'enable_bitmapscan']) AS name"
)
PERSONS = [role for role in PEOPLE if role not in ("hub", "worker", "night", "")]
# What is left: whose question it is, is asked of each row by what costs more than a comparison.
LEFT = {"branch_manager": {"held_command"}}


async def heard_of(
    base: "asyncpg.Connection[asyncpg.Record]", table: str, key: str, label: str
) -> bool:
    """Whether a comparison with somebody's row was made before it was found not to be his."""
    point = base.transaction()
    await point.start()
    try:
        await base.execute(NOT_BY_INDEX)
        await base.execute("SELECT set_config('judge.heard', 'no', true)")
        await base.fetch(
            f"""SELECT FROM "{table}" WHERE "{key}" = ANY (ARRAY['{label}'])"""
            f""" AND "{key}" <> ANY (ARRAY[{HEARD}])"""
        )
        return bool(await base.fetchval("SELECT current_setting('judge.heard')") == "yes")
    except asyncpg.InsufficientPrivilegeError:
        return False
    finally:
        await point.rollback()


@pytest.mark.parametrize("role", PERSONS)
async def test_whose_a_row_is_comes_before_what_is_asked_of_it(
    base: "asyncpg.Connection[asyncpg.Record]", role: str
) -> None:
    keys = {table: await label_column(base, table) for table in await tables(base)}
    heard = set()
    async with acting(base, role, APP):
        for table, seen in (stated(role) | {"client_masked": stated(role)["client"]}).items():
            for label in {COLLEAGUE, STRANGER, SERVED} - seen:
                if await heard_of(base, table, keys.get(table, "client_id"), label):
                    heard.add(table)
    assert heard == LEFT.get(role, set())
