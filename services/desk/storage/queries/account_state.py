"""What the engine must know of an account before its first order of a day."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from models.tables.firm import ACCOUNT, CLIENT, HOLDING
from models.wire.ledger import OpeningHolding


@dataclass(frozen=True, slots=True)
class AccountState:
    """A client's account with cash, holdings, rate (rate units) and what he may trade."""

    client_id: str
    account: str
    cash_cents: int
    rate_units: int
    permissions: frozenset[str]
    holdings: tuple[OpeningHolding, ...]


def read_account_state(connection: Connection, client_id: str) -> AccountState | None:
    """Return the state of the client's (first) account; None where he has none here."""
    statement = (
        select(ACCOUNT.c.account, ACCOUNT.c.cash_cents, ACCOUNT.c.permissions, CLIENT.c.rate_units)
        .join(CLIENT, CLIENT.c.client_id == ACCOUNT.c.client_id)
        .where(ACCOUNT.c.client_id == client_id)
        .order_by(ACCOUNT.c.account)
    )
    row = connection.execute(statement).first()
    if row is None:
        return None
    return AccountState(
        client_id,
        row.account,
        row.cash_cents,
        row.rate_units,
        frozenset(part.strip() for part in row.permissions.split(",") if part.strip()),
        _holdings(connection, row.account),
    )


def _holdings(connection: Connection, account: str) -> tuple[OpeningHolding, ...]:
    held = HOLDING.c
    rows = connection.execute(
        select(held.symbol, held.quantity, held.sellable)
        .where(held.account == account, held.quantity > 0)
        .order_by(held.symbol)
    )
    return tuple(OpeningHolding(row.symbol, row.quantity, row.sellable) for row in rows)
