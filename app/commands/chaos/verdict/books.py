"""Counts by itself what the applied commands must give, without any of central's bookkeeping."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import asyncpg
import msgspec

from app.commands.chaos.stage.process import Broken
from app.commands.chaos.stage.server import Server
from app.commands.chaos.verdict.story import Story
from models.clients.tier import Tier
from models.money import POINTS_MILLI_PER_POINT, amount_cents, yuan_of_cents
from models.rules.basis.profile import Settings
from models.rules.basis.rounding import half_up
from models.rules.points.accrue import points_per_yuan
from models.trading.order import Fill, Order, Side
from models.wire.commands import RecordOrder
from models.wire.service.points import CorrectCommission
from services.central.handlers.orders.charges import charges_of
from services.rules.profile import dated_profile

Figures = Counter[str]

_CASH = "SELECT account, cash_cents FROM account"
_HELD = "SELECT account || ' ' || symbol, {} FROM holding"
_YEAR = "SELECT client_id, year_commission_cents FROM client"
_SETTINGS = "SELECT name, value::text AS value FROM firm_setting ORDER BY effective_from"
_RATES = (
    "SELECT client_id, rate_units FROM client UNION SELECT client_id, rate_units FROM client_rate"
)
_TIERS = (
    "SELECT client_id, tier FROM client UNION SELECT client_id, tier FROM client_tier"
    " UNION SELECT client_id, tier FROM tier_grant"
)
_EARNED = """
    SELECT e.entry_id, e.client_id, e.kind, e.amount_cents, e.points_milli, e.factor, e.about,
           b.amount_cents AS booked
    FROM points_entry e LEFT JOIN commission_entry b
        ON b.entry_id = substr(e.entry_id, strpos(e.entry_id, '-') + 1)
    WHERE e.kind IN ('commission', 'correction', 'reversal') AND e.entry_id NOT LIKE 'commission-C%'
      AND coalesce(b.source, 'fill') = 'fill' -- loads are judged apart
"""
_BOOKED = "SELECT count(*) FROM commission_entry WHERE source = 'fill'"
_CHARGED = "SELECT client_order_id, commission_cents, fees_cents, filled FROM trade_order"
# What is booked on a later day, as an undoing is, no night of this day knows.
_WINDOW = """
    SELECT client_id, sum(amount_cents)::bigint FROM commission_entry
    WHERE booked_on <= $1 GROUP BY 1
"""
_BROUGHT = """
    SELECT r.account, CAST(r.after->>'cash_cents' AS bigint)
           - CAST(r.before->>'cash_cents' AS bigint)
    FROM import_row r JOIN import_batch b USING (branch_id, import_id)
    WHERE b.kind = 'cash' AND b.state = 'applied' AND r.outcome = 'changed'
"""
_ONE_MILLI = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class _Earned:
    """One entry of the points ledger that rests on commission."""

    client_id: str
    kind: str
    amount_cents: int
    points_milli: int
    factor: str
    about: str
    booked: int | None


@dataclass(frozen=True, slots=True)
class Start:
    """What central held before the first act."""

    settings: Settings
    day: date
    rates: dict[str, set[int]]
    tiers: dict[str, set[str]]
    figures: dict[str, Figures]


@dataclass(slots=True)
class Books:
    """Money, shares and commission by what owns them, as they must be in the end."""

    start: Start
    figures: dict[str, Figures]
    orders: dict[str, Order] = field(default_factory=dict)
    fills: dict[str, dict[str, Fill]] = field(default_factory=lambda: defaultdict(dict))
    sold: set[str] = field(default_factory=set)
    _numbers: dict[str, int] = field(default_factory=dict)

    def record(self, command: RecordOrder) -> None:
        """Note an applied step: the newest of the order stands, each trade counts once."""
        order = command.order
        if command.number >= self._numbers.get(order.client_order_id, 0):
            self._numbers[order.client_order_id] = command.number
            self.orders[order.client_order_id] = order
        if command.fill is not None:
            self.fills[order.client_order_id][command.fill.fill_id] = command.fill

    def charges(self, order: Order, fills: list[Fill], rates: set[int]) -> dict[int, int]:
        """Commission and fees in cents by every rate that the client may have had."""
        units = [fill.price_units * fill.quantity for fill in fills]
        found = (
            charges_of(self.start.settings, order, rate, units, self.start.day) for rate in rates
        )
        return {one.commission_cents: one.fees_cents for one in found}

    def book(self, order: Order, fills: list[Fill], commission: int, fees: int) -> None:
        """Count an order's trades and what was charged on them."""
        traded = sum(amount_cents(fill.price_units, fill.quantity) for fill in fills)
        quantity = sum(fill.quantity for fill in fills)
        position, charged = f"{order.account} {order.symbol}", commission + fees
        if order.side is Side.BUY:
            self.figures["cash"][order.account] -= traded + charged
            self.figures["shares"][position] += quantity
            self.figures["cost"][position] += traded + charged
        else:
            self.figures["cash"][order.account] += traded - charged
            self.figures["shares"][position] -= quantity
            self.figures["sellable"][position] -= quantity
            self.sold.add(position)
        self.figures["commission"][order.client_id] += commission


async def open_books(server: Server, day: date) -> Start:
    """Begin with what central holds now."""
    sections = {
        row["name"]: msgspec.json.decode(row["value"]) for row in await server.ask(_SETTINGS)
    }
    return Start(
        dated_profile(sections).on(day),
        day,
        await _rates(server),
        await _tiers(server),
        await read_figures(server),
    )


async def read_figures(server: Server) -> dict[str, Figures]:
    """Return central's own figures of the same kinds."""
    return {
        "cash": _pairs(await server.ask(_CASH)),
        "shares": _pairs(await server.ask(_HELD.format("quantity"))),
        "sellable": _pairs(await server.ask(_HELD.format("sellable"))),
        "cost": _pairs(await server.ask(_HELD.format("cost_cents"))),
        "commission": _pairs(await server.ask(_YEAR)),
    }


async def check_books(server: Server, start: Start, story: Story) -> Books:
    """Broken unless money, shares, commission and points of every trade are what they must be."""
    books = Books(start, {kind: Counter(found) for kind, found in start.figures.items()})
    for _, command in story.applied(RecordOrder):
        books.record(command)
    earned = await _read_earned(server)
    await _check_booked(server, earned)
    await _check_orders(server, books, earned)
    for account, cents in await server.ask(_BROUGHT):  # statements of cash that were let in
        books.figures["cash"][account] += cents
    await _check_points(server, start, earned)
    _check_corrections(story, books, earned)
    kinds = ["cash", "shares", "cost"]
    if not await server.ask("SELECT FROM night_run LIMIT 1"):
        kinds += ["sellable", "commission"]
    _compare(books, await read_figures(server), kinds)
    return books


async def check_closed(server: Server, books: Books) -> None:
    """After the day's night: all shares may be sold, the year's commission is what was booked."""
    closed = await read_figures(server)
    books.figures["sellable"] = Counter(
        {name: max(count, 0) for name, count in books.figures["shares"].items()}
    )
    books.figures["commission"] = _pairs(await server.ask(_WINDOW, books.start.day.isoformat()))
    _compare(books, closed, ["cash", "shares", "sellable", "commission"])


def _compare(books: Books, found: dict[str, Figures], kinds: list[str]) -> None:
    for kind in kinds:
        for owner in sorted(books.figures[kind].keys() | found[kind].keys()):
            wanted, is_there = books.figures[kind][owner], found[kind][owner]
            if wanted != is_there and not (kind == "cost" and owner in books.sold):
                raise Broken(f"{kind} {owner}:应为 {wanted},中心为 {is_there}")


async def _read_earned(server: Server) -> dict[str, _Earned]:
    return {row[0]: _Earned(*row[1:]) for row in await server.ask(_EARNED)}


async def _check_booked(server: Server, earned: dict[str, _Earned]) -> None:
    """Ledger of points and ledger of commission tell of the same events and amounts."""
    for name, entry in earned.items():
        if entry.booked != entry.amount_cents:
            raise Broken(f"{name}:积分按 {entry.amount_cents} 分佣金,佣金账为 {entry.booked} 分")
    [(booked,)] = [tuple(row) for row in await server.ask(_BOOKED)]
    if booked != len(earned):
        raise Broken(f"佣金账应有 {len(earned)} 笔,中心有 {booked} 笔")


async def _check_orders(server: Server, books: Books, earned: dict[str, _Earned]) -> None:
    """What was charged on the trades of an order is what a rate of its client gives in all."""
    rates = await _rates(server)
    stored = {row[0]: tuple(row[1:]) for row in await server.ask(_CHARGED)}
    for order_id, fills in books.fills.items():
        order, entries = books.orders[order_id], [f"commission-{name}" for name in fills]
        commission = sum(earned[name].amount_cents for name in entries if name in earned)
        corrected = sum(one.amount_cents for one in earned.values() if one.about in entries)
        known = rates[order.client_id] | books.start.rates[order.client_id]
        charges = books.charges(order, list(fills.values()), known)
        if commission not in charges:
            raise Broken(f"委托 {order_id} 佣金应为 {sorted(charges)},中心为 {commission}")
        wanted = (commission + corrected, charges[commission], order.filled)
        if stored[order_id] != wanted:
            raise Broken(f"委托 {order_id} 应为 {wanted},中心为 {stored[order_id]}")
        books.book(order, list(fills.values()), commission, charges[commission])
        books.figures["cash"][order.account] -= corrected
        books.figures["commission"][order.client_id] += corrected


async def _check_points(server: Server, start: Start, earned: dict[str, _Earned]) -> None:
    """Points are the commission times the factor of a tier that the client had."""
    tiers = await _tiers(server)
    standing: dict[str, tuple[int, int]] = {}
    for name, entry in earned.items():
        of = entry.about or name
        cents, milli = standing.get(of, (0, 0))
        standing[of] = (cents + entry.amount_cents, milli + entry.points_milli)
        known = tiers[entry.client_id] | start.tiers[entry.client_id]
        factors = {points_per_yuan(start.settings.points, Tier(tier)) for tier in known}
        if Decimal(entry.factor) not in factors:
            raise Broken(f"{name} 积分倍数 {entry.factor} 不属于客户的等级 {sorted(known)}")
    for name, (cents, milli) in standing.items():
        points = half_up(Decimal(earned[name].factor) * yuan_of_cents(cents), _ONE_MILLI)
        if milli != int(points * POINTS_MILLI_PER_POINT):
            raise Broken(f"{name} 佣金 {cents} 分、积分 {milli} 毫,不相符")


def _check_corrections(story: Story, books: Books, earned: dict[str, _Earned]) -> None:
    """A corrected trade stands at what one of its approved corrections says."""
    said: dict[str, set[int]] = {}
    for _, correction in story.approved(CorrectCommission):
        said.setdefault(f"commission-{correction.fill_id}", set()).add(correction.amount_cents)
    for name, amounts in said.items():
        family = [one for key, one in earned.items() if name in (key, one.about)]
        stands = sum(one.amount_cents for one in family)
        if stands not in amounts:
            raise Broken(f"{name} 更正后应为 {sorted(amounts)} 分,中心为 {stands} 分")


async def _rates(server: Server) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for client_id, rate_units in await server.ask(_RATES):
        found[client_id].add(rate_units)
    return found


async def _tiers(server: Server) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for client_id, tier in await server.ask(_TIERS):
        found[client_id].add(tier)
    return found


def _pairs(rows: list[asyncpg.Record]) -> Figures:
    return Counter({row[0]: row[1] for row in rows})
