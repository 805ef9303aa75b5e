"""The audit chain: append-only for everybody, and any change by force is found."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.central.audit import AuditLine, BrokenLink, add_audit, broken_links
from services.central.session import WORKER, acting
from tests.support.postgres import ask, engine_on

FORCE = "SET session_replication_role = replica; "


@pytest.fixture
async def engine(empty_central: str) -> AsyncIterator[AsyncEngine]:
    async with engine_on(empty_central) as engine:
        for chain in ("M001", "M001", "M002", "M001"):
            line = AuditLine("B001", chain, "10:00", "M001", "log_contact", "C1", "x", "ok", "{}")
            async with acting(engine, WORKER) as connection:
                await add_audit(connection, line)
        yield engine


async def broken(engine: AsyncEngine) -> tuple[BrokenLink, ...]:
    async with engine.connect() as connection:
        return await broken_links(connection)


async def force(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(FORCE + statement)
    finally:
        await connection.close()


async def test_chains_are_dense_and_whole(engine: AsyncEngine, empty_central: str) -> None:
    query = "SELECT chain, number FROM audit_entry ORDER BY 1, 2"
    numbers = await ask(empty_central, query)
    assert numbers == [("M001", 1), ("M001", 2), ("M001", 3), ("M002", 1)]
    assert await broken(engine) == ()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET author = 'X'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"],
)
async def test_even_the_owner_only_appends(
    engine: AsyncEngine, empty_central: str, statement: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(empty_central, statement)


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("UPDATE audit_entry SET author = 'X' WHERE chain = 'M001' AND number = 2", 2),
        ("UPDATE audit_entry SET outcome = 'X' WHERE chain = 'M001' AND number = 1", 1),
        ("UPDATE audit_entry SET outcome = 'X' WHERE chain = 'M001' AND number = 3", 3),
        ("DELETE FROM audit_entry WHERE chain = 'M001' AND number = 2", 3),
        ("DELETE FROM audit_entry WHERE chain = 'M001' AND number = 3", 3),
    ],
)
async def test_a_change_by_force_is_found(
    engine: AsyncEngine, empty_central: str, statement: str, number: int
) -> None:
    await force(empty_central, statement)
    assert await broken(engine) == (BrokenLink("B001", "M001", number),)
