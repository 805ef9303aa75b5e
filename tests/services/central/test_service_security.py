"""Raw SQL against the tables of client service, as a person and with his command in hand."""

import asyncpg
import pytest

from models.lives.steps import LIVES
from tests.services.central.test_row_security import THEIRS, Sql, connection, sql, work_sql
from tests.support.postgres import ask

__all__ = ["connection", "sql", "work_sql"]

OURS = "C000001"
TABLES = {
    "approval": "approval_id, client_id, kind, maker, state",
    "application": "application_id, client_id, state",
    "client_rate": "starts_on, client_id, product",
    "points_hold": "hold_id, client_id, state",
    "tier_grant": "grant_id, client_id, tier",
    "risk_test": "test_id, client_id, risk_class",
    "consent": "consent_id, client_id, form",
    "contact_revision": "number, client_id, contact_id",
    "timeline": "entry_id, client_id, kind",
    "household": "household_id, name",
    "household_member": "joined_by, client_id, household_id",
    "relation": "relation_id, client_id, other_id",
}
STATES = {"approval": "pending", "application": "applied", "points_hold": "held"}
# What a row of these names, which is there before it.
NAMED = {
    "contact_revision": "INSERT INTO contact (branch_id, contact_id, manager_id, client_id)"
    " VALUES ('B001', '{name}', '{manager}', '{client}')",
    "household_member": "INSERT INTO household (branch_id, household_id, manager_id)"
    " VALUES ('B001', '{name}', '{manager}')",
}
UPDATABLE = (
    "approval", "application", "client_rate", "points_hold", "household", "household_member",
    "relation",
)  # fmt: skip


def adding(table: str, manager: str, client_id: str, maker: str) -> str:
    """An INSERT of one row of ``manager`` by ``maker``."""
    values = {"client_id": client_id, "maker": maker, "state": STATES.get(table, "")}
    columns = TABLES[table].split(", ")
    told = ", ".join(f"'{values.get(column, 'T1')}'" for column in columns)
    return (
        f"INSERT INTO {table} (branch_id, manager_id, {TABLES[table]})"
        f" VALUES ('B001', '{manager}', {told})"
    )


async def add(url: str, table: str, manager: str, client_id: str, name: str) -> None:
    """One row of ``manager`` by himself, with what it names."""
    if table in NAMED:
        await ask(url, NAMED[table].format(name=name, manager=manager, client=client_id))
    await ask(url, adding(table, manager, client_id, manager).replace("'T1'", f"'{name}'"))


@pytest.mark.parametrize("table", TABLES)
async def test_a_manager_sees_and_changes_his_own_rows_only(
    sql: Sql, demo_central: str, table: str
) -> None:
    await add(demo_central, table, "M001", OURS, "T1")
    await add(demo_central, table, "M002", THEIRS, "T2")
    query = f"SELECT DISTINCT manager_id FROM {table}"
    assert await sql("manager", "M001", "B001", query) == [("M001",)]
    assert await sql("manager", "M001", "B002", query) == []
    assert await sql("branch_manager", "BM01", "B002", query) == []
    assert await sql("hub", "", "", query) == []
    assert len(await sql("branch_manager", "BM01", "B001", query)) >= 2
    assert len(await sql("compliance", "CO01", "HQ", query)) >= 2


@pytest.mark.parametrize("table", TABLES)
async def test_a_manager_cannot_add_rows_for_another(work_sql: Sql, table: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await work_sql("manager", "M001", "B001", adding(table, "M002", THEIRS, "M001"))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", ["call_centre", "compliance", "adviser"])
async def test_who_only_reads_adds_nothing(work_sql: Sql, table: str, role: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await work_sql(role, "CC01", "HQ", adding(table, "M001", OURS, "CC01"))


@pytest.mark.parametrize("table", TABLES)
async def test_nobody_deletes_or_rewrites(work_sql: Sql, table: str) -> None:
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET manager_id = 'M001'"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await work_sql("manager", "M001", "B001", statement)


@pytest.mark.parametrize("table", UPDATABLE)
async def test_a_change_of_anothers_row_touches_nothing(
    work_sql: Sql, demo_central: str, table: str
) -> None:
    await add(demo_central, table, "M002", THEIRS, "T1")
    changed = f"UPDATE {table} SET version = 9 WHERE manager_id = 'M002' RETURNING version"
    assert await work_sql("manager", "M001", "B001", changed) == []


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO client_rate (branch_id, client_id, starts_on, product, manager_id, rate_units,"
        " approval_id) VALUES ('B001', 'C000001', '2023-02-01', 'A', 'M001', 1, 'A1')",
        "INSERT INTO client_rate (branch_id, client_id, starts_on, product, manager_id, rate_units)"
        " VALUES ('B001', 'C000001', '2023-02-01', '', 'M001', 1)",
        "UPDATE client_rate SET rate_units = 1",
        "INSERT INTO tier_grant (branch_id, grant_id, manager_id, client_id, tier, approval_id)"
        " VALUES ('B001', 'G', 'M001', 'C000001', 'platinum', 'A1')",
        "INSERT INTO firm_setting (branch_id, name, effective_from, value, approved_by,"
        " approval_id) VALUES ('*', 'points', '2023-02-02', '{}', 'CO01', 'A1')",
        "INSERT INTO unmask_grant (branch_id, approval_id, client_id, manager_id, person, field,"
        " until) VALUES ('B001', 'A1', 'C000001', 'M001', 'M001', 'id_no', '2099-01-01')",
        "INSERT INTO unmasking (branch_id, unmasking_id, client_id) VALUES ('B001', 'X', 'C1')",
        "UPDATE field_rule SET shown = 'clear'",
        "INSERT INTO product_fee (branch_id, fee_id, manager_id, client_id, kind, amount_cents)"
        " VALUES ('B001', 'F', 'M001', 'C000001', 'fee', -1)",
        "INSERT INTO product_fee (branch_id, fee_id, manager_id, client_id, kind, about,"
        " approval_id) VALUES ('B001', 'F', 'M001', 'C000001', 'reversal', 'F1', 'A1')",
        "INSERT INTO product_fee_row (branch_id, fee_id, from_on, manager_id, client_id)"
        " VALUES ('B001', 'F', '2023-01-01', 'M001', 'C000001')",
        "INSERT INTO life_step VALUES ('*', 'approval', 'refused', 'approved')",
    ],
)
async def test_what_needs_an_approval_cannot_be_forged(
    work_sql: Sql, demo_central: str, statement: str
) -> None:
    """A pending approval of his own is not enough."""
    await ask(
        demo_central,
        "INSERT INTO approval (branch_id, approval_id, manager_id, client_id, kind, maker, state)"
        " VALUES ('B001', 'A1', 'M001', 'C000001', 'product', 'M001', 'pending')",
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await work_sql("manager", "M001", "B001", statement)


async def test_a_capped_rate_is_not_approved_by_hand(work_sql: Sql, demo_central: str) -> None:
    await ask(
        demo_central,
        "INSERT INTO approval (branch_id, approval_id, manager_id, client_id, kind, maker, state)"
        " VALUES ('B001', 'A1', 'M001', 'C000001', 'rate_exception', 'M001', 'pending')",
    )
    await ask(
        demo_central,
        "INSERT INTO rate_exception (branch_id, exception_id, manager_id, client_id, product,"
        " state, approval_id) VALUES ('B001', 'X1', 'M001', 'C000001', 'A', 'submitted', 'A1')",
    )
    for change in ("state = 'approved'", "rate_units = 1", "ends_on = '2099-01-01'"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await work_sql("manager", "M001", "B001", f"UPDATE rate_exception SET {change}")


@pytest.mark.parametrize(
    ("role", "person", "statement"),
    [
        ("manager", "M001", "state = 'approved', decided_by = 'BM01'"),
        ("branch_manager", "BM01", "state = 'approved', decided_by = 'BM02'"),
        ("branch_manager", "BM01", "state = 'withdrawn'"),
    ],
)
async def test_a_decision_is_signed_by_who_decides(
    work_sql: Sql, demo_central: str, role: str, person: str, statement: str
) -> None:
    await ask(demo_central, adding("approval", "M001", OURS, "M001"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await work_sql(role, person, "B001", f"UPDATE approval SET {statement}")


async def test_who_asked_for_clients_to_come_to_his_branch_does_not_decide_it(
    work_sql: Sql, demo_central: str
) -> None:
    """Not even to refuse it, where it stands on another branch's stream."""
    asked = (
        "INSERT INTO approval (branch_id, approval_id, manager_id, kind, maker, state, after)"
        """ VALUES ('HQ', $1, 'CO01', 'hand_over', $2, 'pending', '{"to_branch": "B001"}')"""
    )
    refusing = "UPDATE approval SET state = 'refused', decided_by = 'BM01' WHERE approval_id = "
    for name, maker in (("T1", "BM01"), ("T2", "CO01")):
        await ask(demo_central, asked, name, maker)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await work_sql("branch_manager", "BM01", "B001", f"{refusing} 'T1'")
    await work_sql("branch_manager", "BM01", "B001", f"{refusing} 'T2'")
    states = "SELECT state FROM approval ORDER BY approval_id"
    assert await ask(demo_central, states) == [("pending",), ("refused",)]


async def test_what_waits_for_approval_cannot_be_exchanged(
    work_sql: Sql, demo_central: str
) -> None:
    await ask(demo_central, adding("approval", "M001", OURS, "M001"))
    for statement in (
        "UPDATE approval SET after = '{}'",
        "UPDATE held_command SET envelope = ''",
        "DELETE FROM held_command",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await work_sql("manager", "M001", "B001", statement)


async def test_the_database_holds_the_steps_of_the_program(demo_central: str) -> None:
    found = await ask(demo_central, "SELECT life, before, after FROM life_step")
    assert set(found) == {
        (life, before, after) for life, steps in LIVES.items() for before, after in steps
    }


_APPROVED_CAMPAIGN = (
    "ALTER TABLE campaign DISABLE TRIGGER keep_steps",
    "INSERT INTO campaign (branch_id, campaign_id, capacity, state)"
    " VALUES ('B001', 'T', 9, 'approved')",
    "ALTER TABLE campaign ENABLE TRIGGER keep_steps",
)


@pytest.mark.parametrize("life", LIVES)
async def test_a_step_that_is_not_allowed_is_refused_even_to_the_owner(
    demo_central: str, life: str
) -> None:
    states = {after for _, after in LIVES[life]}
    born = sorted(after for before, after in LIVES[life] if not before)
    never = sorted(states - set(born))
    wrong = never[0] if never else "nowhere"
    others = {"import_batch": "author", "loaded_file": "kind", "campaign": "author"}
    others |= {"exam_attempt": "staff_id", "service_call": "caller"}
    about = others.get(life, "client_id")
    if life == "campaign_invitation":
        for statement in _APPROVED_CAMPAIGN:
            await ask(demo_central, statement)
    row = f"INSERT INTO {life} (branch_id, {{}}, {about}, state) VALUES ('B001', 'T', $1, $2)"
    keys = {
        "subscription": "subscription_id",
        "import_batch": "import_id",
        "loaded_file": "load_id",
        "task": "task_id",
        "exam_attempt": "attempt_id",
        "mandate": "mandate_id",
        "campaign": "campaign_id",
        "campaign_invitation": "campaign_id",
        "rate_exception": "exception_id",
        "advisory_question": "question_id",
        "service_call": "call_id",
    }
    key = keys.get(life) or TABLES[life].split(",")[0]
    whom = "M001" if about == "staff_id" else OURS
    with pytest.raises(asyncpg.CheckViolationError):
        await ask(demo_central, row.format(key), whom, wrong)
    await ask(demo_central, row.format(key), whom, born[0])
    outside = sorted(states - {after for before, after in LIVES[life] if before == born[0]})
    for state in outside:
        if state != born[0]:
            with pytest.raises(asyncpg.CheckViolationError):
                await ask(demo_central, f"UPDATE {life} SET state = $1 WHERE {key} = 'T'", state)
