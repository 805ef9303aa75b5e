"""What the desk keeps in memory of each client: list line, cash, holdings, subscriptions."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, Select, Table, func, select

from models.clients.tier import RiskClass, Tier
from models.lives.subscription import RUNNING
from models.rules.basis.settings.words import Product
from models.tables.firm import ACCOUNT, CLIENT, HOLDING, SUBSCRIPTION, TRADE_ORDER
from models.trading.order import FINAL_STATES

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class HeldSecurity:
    """Shares of one security over all accounts of a client; ``cost_cents`` in all."""

    symbol: str
    quantity: int
    sellable: int
    cost_cents: int


@dataclass(frozen=True, slots=True)
class Subscription:
    """One product of a client; days are ISO dates, ``ends_on`` "" = open."""

    product: str
    state: str
    starts_on: str
    ends_on: str
    paid_by: str

    def runs_on(self, day: str) -> bool:
        """Whether it is in force on an ISO day."""
        if self.state not in RUNNING or self.starts_on > day:
            return False
        return not self.ends_on or day <= self.ends_on


@dataclass(frozen=True, slots=True)
class ClientEntry:
    """One client as the list, the search and the alerts need him. Not masked: never shown so."""

    client_id: str
    name: str
    pinyin: str
    initials: str
    mobile: str
    tier: Tier
    risk_class: RiskClass | None  # None = never tested
    average_assets_cents: int
    year_commission_cents: int
    last_contact_at: str
    accounts: tuple[str, ...]
    cash_cents: int
    holdings: tuple[HeldSecurity, ...]
    subscriptions: tuple[Subscription, ...]
    open_orders: int

    def products_on(self, day: str) -> tuple[Product, ...]:
        """Return the commission products A-E that run on an ISO ``day``."""
        running = {one.product for one in self.subscriptions if one.runs_on(day)}
        return tuple(product for product in Product if product in running)


def read_entries(
    connection: Connection, client_ids: Collection[str] | None = None
) -> dict[str, ClientEntry]:
    """Return the entries of these clients (all of them by default), by client id."""
    if client_ids is None:
        return _read(connection, None)
    wanted = sorted(client_ids)
    found: dict[str, ClientEntry] = {}
    for start in range(0, len(wanted), _CHUNK):
        found |= _read(connection, wanted[start : start + _CHUNK])
    return found


def _read(connection: Connection, ids: list[str] | None) -> dict[str, ClientEntry]:
    accounts = _by_client(connection, ACCOUNT, ids)
    holdings = _by_client(connection, HOLDING, ids)
    subscriptions = _by_client(connection, SUBSCRIPTION, ids)
    open_orders = _open_orders(connection, ids)
    clients = connection.execute(_of(select(CLIENT), CLIENT, ids)).mappings()
    return {
        row["client_id"]: _entry(
            row,
            accounts[row["client_id"]],
            (
                _held(holdings[row["client_id"]]),
                tuple(_subscription(line) for line in subscriptions[row["client_id"]]),
                open_orders.get(row["client_id"], 0),
            ),
        )
        for row in clients
    }


def _entry(
    row: RowMapping,
    accounts: list[RowMapping],
    belongings: tuple[tuple[HeldSecurity, ...], tuple[Subscription, ...], int],
) -> ClientEntry:
    holdings, subscriptions, open_orders = belongings
    return ClientEntry(
        client_id=row["client_id"],
        name=row["name"],
        pinyin=row["pinyin"],
        initials=row["initials"],
        mobile=row["mobile"],
        tier=Tier(row["tier"]),
        risk_class=RiskClass(row["risk_class"]) if row["risk_class"] else None,
        average_assets_cents=row["average_assets_cents"],
        year_commission_cents=row["year_commission_cents"],
        last_contact_at=row["last_contact_at"],
        accounts=tuple(sorted(line["account"] for line in accounts)),
        cash_cents=sum(line["cash_cents"] for line in accounts),
        holdings=holdings,
        subscriptions=subscriptions,
        open_orders=open_orders,
    )


def _held(lines: list[RowMapping]) -> tuple[HeldSecurity, ...]:
    held: dict[str, HeldSecurity] = {}
    for line in lines:
        before = held.get(line["symbol"], HeldSecurity(line["symbol"], 0, 0, 0))
        held[line["symbol"]] = HeldSecurity(
            line["symbol"],
            before.quantity + line["quantity"],
            before.sellable + line["sellable"],
            before.cost_cents + line["cost_cents"],
        )
    return tuple(one for _, one in sorted(held.items()) if one.quantity)


def _subscription(row: RowMapping) -> Subscription:
    return Subscription(
        row["product"], row["state"], row["starts_on"], row["ends_on"], row["paid_by"]
    )


def _open_orders(connection: Connection, ids: list[str] | None) -> dict[str, int]:
    orders = TRADE_ORDER.c
    counts = select(orders.client_id, func.count().label("open")).where(
        orders.state.not_in([state.value for state in FINAL_STATES])
    )
    rows = connection.execute(_of(counts, TRADE_ORDER, ids).group_by(orders.client_id))
    return {row.client_id: row.open for row in rows}


def _by_client(
    connection: Connection, table: Table, ids: list[str] | None
) -> defaultdict[str, list[RowMapping]]:
    lines: defaultdict[str, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(_of(select(table), table, ids)).mappings():
        lines[row["client_id"]].append(row)
    return lines


def _of(
    statement: Select[*tuple[object, ...]], table: Table, ids: list[str] | None
) -> Select[*tuple[object, ...]]:
    return statement if ids is None else statement.where(table.c.client_id.in_(ids))
