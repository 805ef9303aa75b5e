"""What this desk's store knows of the rows of a file: its manager's own clients."""

from sqlalchemy import Connection, func, select

from models.files.clients import CLIENT_FIELDS, ClientBook, KnownClient
from models.files.statements import AccountBook, KnownAccount
from models.tables.firm import ACCOUNT, CLIENT, HOLDING, STAFF, TRADE_FILL, TRADE_ORDER

_NUMBERS = ("quantity", "sellable", "cost_cents")


def read_client_book(connection: Connection) -> ClientBook:
    """Return all clients of the store; whom other managers have is for central to say."""
    held = connection.execute(select(ACCOUNT.c.account, ACCOUNT.c.client_id)).all()
    accounts: dict[str, set[str]] = {}
    for account, client in held:
        accounts.setdefault(client, set()).add(account)
    columns = [CLIENT.c[name] for name in ("client_id", "manager_id", *CLIENT_FIELDS)]
    clients = connection.execute(select(*columns).order_by(CLIENT.c.client_id)).mappings()
    return ClientBook(
        {
            row["client_id"]: KnownClient(
                row["manager_id"],
                {name: row[name] for name in CLIENT_FIELDS},
                frozenset(accounts.get(row["client_id"], ())),
            )
            for row in clients
        },
        {account: client for account, client in held},  # noqa: C416 - rows are no pairs
    )


def read_account_book(connection: Connection) -> AccountBook:
    """Return all accounts of the store, with what they hold and when they last traded."""
    traded = (
        select(TRADE_ORDER.c.account, func.max(func.substr(TRADE_FILL.c.filled_at, 1, 10)))
        .join(TRADE_FILL, TRADE_FILL.c.client_order_id == TRADE_ORDER.c.client_order_id)
        .group_by(TRADE_ORDER.c.account)
    )
    last = {account: str(day) for account, day in connection.execute(traded)}
    table = ACCOUNT.c
    accounts = connection.execute(
        select(table.account, table.client_id, table.manager_id, table.cash_cents)
    )
    holdings = connection.execute(select(HOLDING)).mappings()
    return AccountBook(
        {
            account: KnownAccount(client_id, manager_id, cash, last.get(account, ""))
            for account, client_id, manager_id, cash in accounts
        },
        {
            (row["account"], row["symbol"]): {name: row[name] for name in _NUMBERS}
            for row in holdings
        },
    )


def read_managers(connection: Connection, branch_id: str) -> frozenset[str]:
    """Return the account managers of a branch."""
    query = select(STAFF.c.staff_id).where(
        STAFF.c.branch_id == branch_id, STAFF.c.role == "manager"
    )
    return frozenset(connection.execute(query).scalars())
