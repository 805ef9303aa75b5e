"""Price limits, cages and prices made by many orders (rules_eval § 6)."""

from dataclasses import dataclass
from decimal import Decimal

from models.market.instrument import Board, Phase, SecurityKind, SecurityStatus
from models.rules.basis.bounds import Positive, Price
from models.rules.basis.missing import known
from models.rules.market.auction.after_hours import FixedPriceOrder, trade_at_close
from models.rules.market.auction.call_auction import AuctionCase, auction
from models.rules.market.auction.close_price import ClosePriceCase, close_price
from models.rules.market.auction.halt import Print, halts_of
from models.rules.market.order_price import PricedOrder, check_price
from models.rules.market.price_cage import Touch, cage_base, price_cage
from models.rules.market.price_limit import ExRights, SecurityFacts, price_band, tick_of
from models.trading.order import Side
from services.rules.evaluator.families.board import board_of
from services.rules.evaluator.world import Judge, World, family


@dataclass(frozen=True, slots=True, kw_only=True)
class _LimitGiven:
    board: Board | None = None
    kind: SecurityKind = SecurityKind.STOCK
    status: SecurityStatus = SecurityStatus.NORMAL
    prev_close: Price | None = None
    last_close: Price | None = None
    ex: ExRights | None = None
    listing_day: Positive | None = None
    delisting_day: Positive | None = None
    issue_price: Price | None = None
    all_20pct: bool = False

    def facts(self) -> SecurityFacts:
        """The security; a board is only needed for a stock."""
        return SecurityFacts(
            board=board_of(self.board, self.kind),
            kind=self.kind,
            status=self.status,
            prev_close=self.prev_close,
            last_close=self.last_close,
            ex=self.ex or ExRights(),
            listing_day=self.listing_day,
            delisting_day=self.delisting_day,
            issue_price=self.issue_price,
            all_20pct=self.all_20pct,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _OrderPriceGiven(_LimitGiven):
    side: Side
    price: Price
    phase: Phase = Phase.CONTINUOUS
    best_bid: Price | None = None
    best_ask: Price | None = None
    last: Price | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _CageGiven:
    board: Board
    base: Price | None = None
    side: Side | None = None
    best_bid: Price | None = None
    best_ask: Price | None = None
    last: Price | None = None
    prev_close: Price | None = None


@dataclass(frozen=True, slots=True)
class _HaltGiven:
    open: Price
    prints: tuple[Print, ...]


@dataclass(frozen=True, slots=True)
class _AfterHoursGiven:
    close: Price
    orders: tuple[FixedPriceOrder, ...]


def _price_limit(given: _LimitGiven, world: World) -> object:
    return price_band(world.rules, given.facts(), world.day)


def _order_price(given: _OrderPriceGiven, world: World) -> object:
    touch = Touch(given.best_bid, given.best_ask, given.last)
    order = PricedOrder(given.side, given.price, given.phase)
    return check_price(world.rules, given.facts(), touch, order, world.day)


def _price_cage(given: _CageGiven, world: World) -> object:
    base = given.base
    if base is None:
        touch = Touch(given.best_bid, given.best_ask, given.last, given.prev_close)
        base = cage_base(known(given.side, "side"), touch)
    return price_cage(world.rules, given.board, base, world.day)


def _close_price(given: ClosePriceCase, world: World) -> object:
    return {"close": close_price(given, _stock_tick(world)), "source": "§ 2.2"}


def _stock_tick(world: World) -> Decimal:
    return tick_of(world.rules, SecurityKind.STOCK, world.day)


PRICES: dict[str, Judge] = {
    "market.price_limit": family(_LimitGiven, _price_limit),
    "market.price_cage": family(_CageGiven, _price_cage),
    "market.order_price": family(_OrderPriceGiven, _order_price),
    "market.halt": family(
        _HaltGiven,
        lambda given, world: halts_of(world.rules, given.open, given.prints, world.day),
    ),
    "market.after_hours": family(
        _AfterHoursGiven, lambda given, _: trade_at_close(given.close, given.orders)
    ),
    "market.call_auction": family(
        AuctionCase, lambda given, world: auction(given, _stock_tick(world))
    ),
    "market.close_price": family(ClosePriceCase, _close_price),
}
