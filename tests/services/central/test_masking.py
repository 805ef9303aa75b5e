"""Personal data from outside: masked by role, never raw, in clear only after a committed entry."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.errors import ExpectedFailure
from models.rules.access.fields import FIELD_RULES
from models.rules.messages.mask import MaskKind, mask
from services.central.privacy.unmask import Look, unmask
from services.central.session import Actor
from tests.services.central.test_row_security import THEIRS, Sql, connection, sql
from tests.support.postgres import FixedClock, ask, engine_on

__all__ = ["connection", "sql"]

CLIENT = "C000001"
NOW = FixedClock().now()
PEOPLE = {
    "manager": ("M001", "B001"),
    "branch_manager": ("BM01", "B001"),
    "adviser": ("HQ01", "HQ"),
    "call_centre": ("CC01", "HQ"),
    "compliance": ("CO01", "HQ"),
}
FIELDS = ("name", "mobile", "id_no", "birthday")
KINDS = {"name": MaskKind.NAME, "mobile": MaskKind.MOBILE, "id_no": MaskKind.ID_CARD}


def expected(field: str, shown: str, value: str) -> str:
    if shown == "hidden":
        return ""
    if shown == "clear":
        return value
    return mask(KINDS[field], value) if field in KINDS else value[:4] + "-**-**"


async def advised(url: str) -> str:
    """A client whom every role sees: of M001 and with a product."""
    [(client_id,)] = await ask(
        url,
        "SELECT client_id FROM subscription WHERE product <= 'E' AND state = 'active'"
        " AND manager_id = 'M001' ORDER BY 1 LIMIT 1",
    )
    return str(client_id)


@pytest.mark.parametrize("role", PEOPLE)
async def test_each_role_sees_each_field_as_the_matrix_says(
    sql: Sql, demo_central: str, role: str
) -> None:
    client = await advised(demo_central)
    [raw] = await ask(
        demo_central, f"SELECT {', '.join(FIELDS)} FROM client WHERE client_id = $1", client
    )
    rules = await ask(demo_central, "SELECT field, shown FROM field_rule WHERE role = $1", role)
    matrix = {str(field): str(shown) for field, shown in rules}
    [seen] = await sql(
        role, *PEOPLE[role],
        f"SELECT {', '.join(FIELDS)} FROM client_masked WHERE client_id = $1", client,
    )  # fmt: skip
    assert seen == tuple(
        expected(field, matrix[field], str(value)) for field, value in zip(FIELDS, raw, strict=True)
    )


@pytest.mark.parametrize("role", [*PEOPLE, "hub", "worker"])
@pytest.mark.parametrize(
    "query",
    ["SELECT mobile FROM client", "SELECT id_no FROM client", "SELECT row FROM change_log"],
)
async def test_nobody_reads_raw_fields(sql: Sql, role: str, query: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await sql(role, *PEOPLE.get(role, ("", "")), query)


async def test_the_masked_view_shows_the_same_clients_as_the_table(
    sql: Sql, demo_central: str
) -> None:
    for role, person in PEOPLE.items():
        query = "SELECT client_id FROM {} ORDER BY 1"
        assert await sql(role, *person, query.format("client_masked")) == await sql(
            role, *person, query.format("client")
        )
    assert await sql("hub", "", "", "SELECT client_id FROM client_masked") == []
    assert await sql("king", "M001", "B001", "SELECT client_id FROM client_masked") == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "张三丰"), ("name", "张"), ("mobile", "13812345678"), ("mobile", "123"),
        ("id_no", "110101198001011234"), ("id_no", ""),
    ],
)  # fmt: skip
async def test_the_database_masks_as_the_rule_does_and_hides_what_is_too_short(
    demo_central: str, field: str, value: str
) -> None:
    [(masked,)] = await ask(demo_central, "SELECT mask_field($1, $2)", field, value)
    by_rule = mask(KINDS[field], value)
    assert masked == (by_rule if "*" in by_rule else "*" * len(value))


@pytest.fixture
async def engine(demo_central: str) -> AsyncIterator[AsyncEngine]:
    async with engine_on(demo_central) as engine:
        yield engine


def look(**changed: str) -> Look:
    told = {"branch_id": "B001", "client_id": CLIENT, "field": "mobile", "reason": "核对回访号码"}
    return Look(**(told | changed))


async def test_a_look_is_logged_and_gives_the_value(engine: AsyncEngine, demo_central: str) -> None:
    value = await unmask(engine, Actor("B001", "M001", "manager"), look(), NOW)
    assert await ask(demo_central, "SELECT mobile FROM client WHERE client_id = $1", CLIENT) == [
        (value,)
    ]
    [(chain, author, action, subject, detail)] = await ask(
        demo_central, "SELECT chain, author, action, subject, detail FROM audit_entry"
    )
    assert (chain, author, action, subject) == ("M001", "M001", "unmask", CLIENT)
    assert "核对回访号码" in str(detail)
    assert value not in str(detail)


@pytest.mark.parametrize(
    ("role", "changed", "code"),
    [
        ("manager", {"reason": "  "}, "UNMASK_REASON_MISSING"),
        ("manager", {"client_id": THEIRS}, "CLIENT_NOT_FOUND"),
        ("manager", {"field": "points_milli"}, "UNMASK_NOT_ALLOWED"),
        ("adviser", {"field": "id_no"}, "UNMASK_NOT_ALLOWED"),
        ("call_centre", {"field": "birthday"}, "UNMASK_NOT_ALLOWED"),
        ("hub", {}, "UNMASK_NOT_ALLOWED"),
    ],
)
async def test_a_look_that_is_not_allowed_gives_nothing(
    engine: AsyncEngine, demo_central: str, role: str, changed: dict[str, str], code: str
) -> None:
    person, branch = PEOPLE.get(role, ("X", "B001"))
    with pytest.raises(ExpectedFailure) as failure:
        await unmask(engine, Actor(branch, person, role), look(**changed), NOW)
    assert failure.value.code == code
    assert await ask(demo_central, "SELECT count(*) FROM audit_entry") == [(0,)]


async def test_the_value_is_not_given_before_the_entry_is_committed(sql: Sql) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="UNMASK_NOT_LOGGED"):
        await sql(
            "manager", "M001", "B001",
            "SELECT reveal('B001', ask_unmask('B001', 'C000001', 'mobile', '理由', '10:00'))",
        )  # fmt: skip


async def test_a_look_is_over_after_a_while(sql: Sql, demo_central: str) -> None:
    [(asked,)] = await sql(
        "manager", "M001", "B001",
        "SELECT ask_unmask('B001', 'C000001', 'mobile', '理由', '10:00')",
    )  # fmt: skip
    await ask(demo_central, "UPDATE unmasking SET expires_ms = wall_ms() - 1")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="UNMASK_NOT_LOGGED"):
        await sql("manager", "M001", "B001", "SELECT reveal('B001', $1)", asked)


async def test_nobody_uses_another_persons_look(sql: Sql, demo_central: str) -> None:
    [(asked,)] = await sql(
        "manager", "M001", "B001",
        "SELECT ask_unmask('B001', 'C000001', 'mobile', '理由', '10:00')",
    )  # fmt: skip
    reveal = "SELECT reveal('B001', $1)"
    assert len(await sql("manager", "M001", "B001", reveal, asked)) == 1
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await sql("branch_manager", "BM01", "B001", reveal, asked)
    assert await sql("manager", "M001", "B001", "SELECT * FROM unmasking") == []
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await sql(
            "manager", "M001", "B001",
            "SELECT note_unmasking('B001', 'C000001', 'id_no', '', '')",
        )  # fmt: skip


async def test_the_desk_knows_the_same_rules_of_fields(demo_central: str) -> None:
    rows = await ask(demo_central, "SELECT role, field, shown, unmask FROM field_rule")
    here = {
        (role.value, field.value, rule.shown.value, "reason" if rule.may_unmask else "never")
        for role, fields in FIELD_RULES.items()
        for field, rule in fields.items()
    }
    assert set(rows) == here
