"""What central knows of the rows of a file, as far as the importer may see it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.files.clients import ClientBook, KnownClient, numbers_of
from models.files.judged import Line
from models.files.statements import AccountBook, KnownAccount

_CLIENTS = text(
    """
    SELECT client_id, manager_id, name, pinyin, initials, mobile, id_no, gender, birthday, opened_on
    FROM client WHERE branch_id = :branch_id AND client_id IN (
        SELECT unnest(CAST(:numbers AS text[]))
        UNION SELECT c.client_id FROM client c JOIN unnest(CAST(:id_nos AS text[])) k (id_no)
            ON c.id_no = k.id_no WHERE c.branch_id = :branch_id AND c.id_no <> '')
    ORDER BY client_id
    """
)
_ACCOUNTS = text(
    """
    SELECT account, client_id FROM account WHERE branch_id = :branch_id
        AND client_id IN (SELECT unnest(CAST(:numbers AS text[])))
    UNION SELECT account, client_id FROM account WHERE branch_id = :branch_id
        AND account IN (SELECT unnest(CAST(:accounts AS text[])))
    """
)
_TAKEN = text(
    "SELECT what, value FROM taken_elsewhere(:branch_id, CAST(:numbers AS text[]),"
    " CAST(:id_nos AS text[]), CAST(:accounts AS text[]))"
)
_HELD_ACCOUNTS = text(
    """
    SELECT a.account, a.client_id, a.manager_id, a.cash_cents, coalesce((
        SELECT max(left(f.filled_at, 10)) FROM trade_order o
            JOIN trade_fill f USING (branch_id, client_order_id)
        WHERE o.branch_id = a.branch_id AND o.client_id = a.client_id
          AND o.account = a.account), '')
    FROM account a WHERE a.branch_id = :branch_id
        AND a.account IN (SELECT unnest(CAST(:accounts AS text[])))
    """
)
_HOLDINGS = text(
    """
    SELECT account, symbol, quantity, sellable, cost_cents FROM holding
    WHERE branch_id = :branch_id AND account IN (SELECT unnest(CAST(:accounts AS text[])))
    """
)
_MANAGERS = text(
    "SELECT staff_id FROM staff WHERE branch_id = :branch_id AND role = 'manager' ORDER BY 1"
)


async def client_book(
    connection: AsyncConnection, branch_id: str, lines: Sequence[Line]
) -> ClientBook:
    """Return the clients whom the lines name by number or identity number."""
    asked: dict[str, object] = {
        "branch_id": branch_id,
        "numbers": numbers_of(lines, "client_no"),
        "id_nos": numbers_of(lines, "id_no"),
        "accounts": numbers_of(lines, "account"),
    }
    clients = (await connection.execute(_CLIENTS, asked)).mappings().all()
    held = {
        str(account): str(client) for account, client in await connection.execute(_ACCOUNTS, asked)
    }
    accounts: dict[str, set[str]] = {}
    for account, client in held.items():
        accounts.setdefault(client, set()).add(account)
    taken = await _taken(connection, asked)
    return ClientBook(
        {
            str(row["client_id"]): KnownClient(
                str(row["manager_id"]),
                {name: str(value) for name, value in row.items() if name != "manager_id"},
                frozenset(accounts.get(str(row["client_id"]), ())),
            )
            for row in clients
        },
        held,
        taken.get("client_no", frozenset()),
        taken.get("id_no", frozenset()),
        taken.get("account", frozenset()),
    )


async def account_book(
    connection: AsyncConnection, branch_id: str, lines: Sequence[Line]
) -> AccountBook:
    """Return the accounts that the lines name, and their holdings."""
    asked = {"branch_id": branch_id, "accounts": numbers_of(lines, "account")}
    accounts = {
        str(account): KnownAccount(client_id, manager_id, cash, traded)
        for account, client_id, manager_id, cash, traded in await connection.execute(
            _HELD_ACCOUNTS, asked
        )
    }
    holdings = {
        (str(row["account"]), str(row["symbol"])): {
            name: int(row[name]) for name in ("quantity", "sellable", "cost_cents")
        }
        for row in (await connection.execute(_HOLDINGS, asked)).mappings()
    }
    return AccountBook(accounts, holdings)


async def managers_of(connection: AsyncConnection, branch_id: str) -> frozenset[str]:
    """Return the account managers of a branch."""
    found = await connection.scalars(_MANAGERS, {"branch_id": branch_id})
    return frozenset(map(str, found))


async def _taken(
    connection: AsyncConnection, asked: Mapping[str, object]
) -> dict[str, frozenset[str]]:
    taken: dict[str, set[str]] = {}
    for what, value in await connection.execute(_TAKEN, asked):
        taken.setdefault(str(what), set()).add(str(value))
    return {what: frozenset(values) for what, values in taken.items()}
