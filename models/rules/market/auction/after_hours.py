"""Fixed-price trading after hours (market-rules § 2.1)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal

from models.rules.basis.bounds import Price, Shares
from models.trading.order import Side


@dataclass(frozen=True, slots=True)
class FixedPriceOrder:
    """An order for the close; price in CNY."""

    id: str
    side: Side
    limit: Price
    qty: Shares
    at: time


@dataclass(frozen=True, slots=True)
class FixedPriceAnswer:
    """Whether an order takes part."""

    id: str
    ok: bool
    reason: str


@dataclass(frozen=True, slots=True)
class FixedPriceTrade:
    """Two orders that met."""

    buy: str
    sell: str
    price: Decimal
    qty: int


@dataclass(frozen=True, slots=True)
class AfterHoursResult:
    """Answers in the order of the orders, trades in the order of time."""

    answers: tuple[FixedPriceAnswer, ...]
    trades: tuple[FixedPriceTrade, ...]
    source: str = "§ 2.1 after hours"


def is_valid_limit(side: Side, limit: Decimal, close: Decimal) -> bool:
    """Tell whether an order takes part: a buy limit not below the close, a sell not above it."""
    return limit >= close if side is Side.BUY else limit <= close


def trade_at_close(close: Decimal, orders: Sequence[FixedPriceOrder]) -> AfterHoursResult:
    """Match the valid orders at the close by time alone: a better limit buys no priority."""
    answers = tuple(_answer(order, close) for order in orders)
    valid = [order for order, answer in zip(orders, answers, strict=True) if answer.ok]
    in_time = sorted(valid, key=lambda order: order.at)
    buys = [order for order in in_time if order.side is Side.BUY]
    sells = [order for order in in_time if order.side is Side.SELL]
    return AfterHoursResult(answers, tuple(_pair(buys, sells, close)))


def _answer(order: FixedPriceOrder, close: Decimal) -> FixedPriceAnswer:
    ok = is_valid_limit(order.side, order.limit, close)
    return FixedPriceAnswer(order.id, ok, "" if ok else "INVALID_LIMIT")


def _pair(
    buys: Sequence[FixedPriceOrder], sells: Sequence[FixedPriceOrder], close: Decimal
) -> Iterator[FixedPriceTrade]:
    bought = sold = buy_at = sell_at = 0
    while buy_at < len(buys) and sell_at < len(sells):
        buy, sell = buys[buy_at], sells[sell_at]
        qty = min(buy.qty - bought, sell.qty - sold)
        if qty > 0:
            yield FixedPriceTrade(buy.id, sell.id, close, qty)
        bought, sold = bought + qty, sold + qty
        if bought >= buy.qty:
            buy_at, bought = buy_at + 1, 0
        if sold >= sell.qty:
            sell_at, sold = sell_at + 1, 0
