"""In-memory books of the fake market: everything beyond ten levels is made from the ten."""

import random

from models.market.access import QuoteAccess
from models.market.details import (
    CancelRank,
    DetailWatch,
    FlowRow,
    FullDepth,
    MarketRanking,
    OrderFlow,
    PriceQueue,
    QueuePlace,
    Seal,
)
from models.market.instrument import Instrument, Phase
from models.market.picture import Depth, Level
from models.market.trading_state import TradingState
from services.desk.market.licensed import ordinary
from tests.support.fake_market import TICK_UNITS, FakeMarket

CLOSED = QuoteAccess(False, reason="客户未订产品 C:显示五档", way_out="为他开通产品 C")
STAFF, PRODUCT = QuoteAccess(True, via="staff"), QuoteAccess(True, via="product")
BOUNDS = (10_000_000_000, 2_000_000_000, 400_000_000)
FAR_LEVELS = 240


class FakeBooks:
    """Gives what was asked for and may be seen; ``closed`` = clients without level 2."""

    def __init__(self, market: FakeMarket) -> None:
        self._market = market
        self.closed: set[str] = set()
        self.wanted: dict[str, DetailWatch] = {}
        self.recorded: list[str] = []
        self.bounds: tuple[int, ...] = BOUNDS
        self.seals: dict[str, Seal] = {}
        self.state = TradingState(Phase.CONTINUOUS, True, True)

    def access(self, client_id: str) -> QuoteAccess:
        """By ``closed``."""
        if client_id in self.closed:
            return CLOSED
        return PRODUCT if client_id else STAFF

    def look(self, owner: str, symbol: str, client_id: str, wanted: DetailWatch) -> None:
        """Remember it, so that a test can ask."""
        self._market.show_depth(owner, frozenset({symbol} if symbol else ()))
        may_see = bool(symbol) and self.access(client_id).is_level2
        self.wanted[owner] = wanted if may_see else DetailWatch()

    def depth(self, symbol: str, client_id: str) -> Depth | None:
        """Ten levels or five."""
        depth = self._market.depth(symbol)
        sees = self.access(client_id).is_level2
        return depth if depth is None or sees else ordinary(depth)

    def full(self, symbol: str, client_id: str) -> FullDepth | None:
        """Many levels beyond the ten."""
        depth = self.depth(symbol, client_id)
        if depth is None or not any(symbol in wanted.full for wanted in self.wanted.values()):
            return None
        draw = random.Random(symbol)
        bids, asks = (_longer(draw, side, step) for side, step in _sides(depth))
        return FullDepth(symbol, bids, asks, depth.sequence)

    def queue(self, place: QueuePlace, client_id: str) -> PriceQueue | None:
        """A long queue."""
        if not any(place in wanted.queues for wanted in self.wanted.values()):
            return None
        draw = random.Random(place.price_units)
        sizes = tuple(draw.choice((100, 100, 300, 800, 2_000)) for _ in range(180))
        return PriceQueue(place, len(sizes), sum(sizes), sizes)

    def flow(self, symbol: str, client_id: str) -> OrderFlow | None:
        """Some flow; none without bounds."""
        if not any(symbol in wanted.flows for wanted in self.wanted.values()):
            return None
        return flow(symbol, self.bounds)

    def seal(self, symbol: str, client_id: str) -> Seal | None:
        """As set."""
        return self.seals.get(symbol)

    def ranking(self, client_id: str) -> MarketRanking | None:
        """Seals and withdrawals, while asked for."""
        if not any(wanted.has_ranking for wanted in self.wanted.values()):
            return None
        return ranking(self._market)

    def big_order_bounds(self) -> tuple[int, ...]:
        """As set."""
        return self.bounds

    def trading_state(self, symbol: str) -> TradingState | None:
        """As set, for a security that there is."""
        return self.state if self._market.instrument(symbol) else None

    async def record_display(self, client_id: str) -> None:
        """Remember it."""
        self.recorded.append(client_id)


class FakePreferences:
    """Choices in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, name: str) -> str:
        """Return a choice."""
        return self.kept.get(name, "")

    async def keep(self, name: str, value: str) -> None:
        """Remember a choice."""
        self.kept[name] = value


def flow(symbol: str, bounds: tuple[int, ...] = BOUNDS) -> OrderFlow:
    """A believable flow by size."""
    if not bounds:
        return OrderFlow(symbol)
    turnovers = ((41_200, 38_800), (96_300, 71_900), (60_400, 63_000), (22_100, 25_600))
    buys, sells = (
        tuple(
            FlowRow(7 * 6**place + side, 0, pair[side] * 10_000 * 10_000)
            for place, pair in enumerate(turnovers)
        )
        for side in (0, 1)
    )
    return OrderFlow(symbol, bounds, buys, sells)


def ranking(market: FakeMarket) -> MarketRanking:
    """Some seals and withdrawals of the fake market's securities."""
    items, draw = market.instruments(), random.Random(2)
    seals = tuple(_seal(item, 571 + at, draw) for at, item in enumerate(items[:7]))
    cancels = tuple(
        CancelRank(item.symbol, size // 300, size, size // 420, size * 7 // 10, size * 90_000)
        for item in items[:24]
        for size in (draw.randint(2, 900) * 1_000,)
    )
    ranked = tuple(sorted(cancels, key=lambda rank: -rank.amount_units))
    return MarketRanking(52_328_000, seals, ranked)


def _seal(item: Instrument, minute: int, draw: random.Random) -> Seal:
    quantity, price = draw.randint(20, 9_000) * 10_000, item.previous_close_units * 11 // 10
    return Seal(item.symbol, minute % 3 != 0, price, quantity, quantity // 900, minute)


def _sides(depth: Depth) -> tuple[tuple[tuple[Level, ...], int], tuple[tuple[Level, ...], int]]:
    return (depth.bids, -TICK_UNITS), (depth.asks, TICK_UNITS)


def _longer(draw: random.Random, levels: tuple[Level, ...], step: int) -> tuple[Level, ...]:
    made, price = list(levels), levels[-1].price_units
    for _ in range(FAR_LEVELS):
        price += step * draw.randint(1, 6)
        quantity = draw.choice((1, 1, 2, 3, 5, 12, 40, 300)) * 100
        made.append(Level(price, quantity, max(1, quantity // 400)))
    return tuple(made)
