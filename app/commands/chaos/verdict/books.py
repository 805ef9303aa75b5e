"""Counts by itself what the applied commands must give, without any of central's bookkeeping."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

import asyncpg
import msgspec

from app.commands.chaos.stage.server import Server
from models.clients.tier import Tier
from models.money import POINTS_MILLI_PER_POINT, amount_cents, yuan_of_cents
from models.rules.basis.profile import Settings
from models.rules.points.accrue import commission_points
from models.trading.order import Fill, Order, Side
from models.wire.commands import RecordOrder
from services.central.handlers.orders.charges import charges_of
from services.rules.profile import dated_profile

Figures = dict[str, int]

_CASH = "SELECT account, cash_cents FROM account"
_HELD = "SELECT account || ' ' || symbol, {} FROM holding"
_CLIENTS = "SELECT client_id, points_milli, year_commission_cents, rate_units, tier FROM client"
_ENTRIES = "SELECT entry_id FROM points_entry"
_SETTINGS = "SELECT name, value::text AS value FROM firm_setting ORDER BY effective_from"


@dataclass(frozen=True, slots=True)
class _Trader:
    rate_units: int
    tier: Tier


@dataclass(slots=True)
class Books:
    """Money, shares, points by what owns them; ``entries`` were there before."""

    settings: Settings
    day: date
    traders: dict[str, _Trader]
    figures: dict[str, Figures]
    entries: frozenset[str]
    orders: dict[str, Order] = field(default_factory=dict)
    fills: dict[str, dict[str, Fill]] = field(default_factory=lambda: defaultdict(dict))
    _numbers: dict[str, int] = field(default_factory=dict)

    def record(self, command: RecordOrder) -> None:
        """Note an applied step: the newest of the order stands, each trade counts once."""
        order = command.order
        if command.number >= self._numbers.get(order.client_order_id, 0):
            self._numbers[order.client_order_id] = command.number
            self.orders[order.client_order_id] = order
        if command.fill is not None:
            self.fills[order.client_order_id][command.fill.fill_id] = command.fill

    def settle(self) -> None:
        """Book every order's trades."""
        for order_id, fills in self.fills.items():
            if fills:
                self._book(self.orders[order_id], list(fills.values()))

    def add_points(self, client_id: str, milli: int) -> None:
        """Count points that have another reason than a trade."""
        self._add("points", client_id, milli)

    def _book(self, order: Order, fills: list[Fill]) -> None:
        trader = self.traders[order.client_id]
        units = [fill.price_units * fill.quantity for fill in fills]
        charges = charges_of(self.settings, order, trader.rate_units, units, self.day)
        charged = charges.commission_cents + charges.fees_cents
        traded = sum(amount_cents(fill.price_units, fill.quantity) for fill in fills)
        quantity = sum(fill.quantity for fill in fills)
        points = commission_points(
            self.settings.points, trader.tier, yuan_of_cents(charges.commission_cents)
        )
        position, is_buy = f"{order.account} {order.symbol}", order.side is Side.BUY
        self._add("cash", order.account, -traded - charged if is_buy else traded - charged)
        self._add("shares", position, quantity if is_buy else -quantity)
        self._add("sellable", position, 0 if is_buy else -quantity)
        self._add("points", order.client_id, int((points or 0) * POINTS_MILLI_PER_POINT))
        self._add("commission", order.client_id, charges.commission_cents)
        if is_buy:
            self._add("cost", position, traded + charged)
        else:
            self.figures["sold"][position] = 1

    def _add(self, kind: str, owner: str, amount: int) -> None:
        self.figures[kind][owner] = self.figures[kind].get(owner, 0) + amount


async def open_books(server: Server, day: date) -> Books:
    """Begin with what central holds now."""
    sections = {
        row["name"]: msgspec.json.decode(row["value"]) for row in await server.ask(_SETTINGS)
    }
    clients = await server.ask(_CLIENTS)
    traders = {row[0]: _Trader(row["rate_units"], Tier(row["tier"])) for row in clients}
    entries = frozenset(row["entry_id"] for row in await server.ask(_ENTRIES))
    settings = dated_profile(sections).on(day)
    return Books(settings, day, traders, await read_figures(server), entries)


async def read_figures(server: Server) -> dict[str, Figures]:
    """Return central's own figures of the same kinds."""
    clients = await server.ask(_CLIENTS)
    return {
        "cash": _pairs(await server.ask(_CASH)),
        "shares": _pairs(await server.ask(_HELD.format("quantity"))),
        "sellable": _pairs(await server.ask(_HELD.format("sellable"))),
        "cost": _pairs(await server.ask(_HELD.format("cost_cents"))),
        "points": {row["client_id"]: row["points_milli"] for row in clients},
        "commission": {row["client_id"]: row["year_commission_cents"] for row in clients},
        "sold": {},
    }


def _pairs(rows: list[asyncpg.Record]) -> Figures:
    return {row[0]: row[1] for row in rows}
