"""The closing price of a day (market-rules § 2.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from models.market.instrument import Exchange
from models.rules.basis.rounding import half_up

_TICK = Decimal("0.01")
_LAST_MINUTE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class TimedTrade:
    """A trade of the day; price in CNY."""

    at: time
    price: Decimal
    qty: int


def close_price(
    exchange: Exchange,
    auction_price: Decimal | None,
    trades: Sequence[TimedTrade],
    prev_close: Decimal | None,
) -> Decimal | None:
    """Return the closing auction's price, else what the exchange takes instead of it.

    SSE and SZSE: the volume-weighted price of the last minute; BSE: the last trade. Without a trade
    the previous close.
    """
    if auction_price is not None:
        return auction_price
    in_time = sorted(trades, key=lambda trade: trade.at)
    if not in_time:
        return prev_close
    if exchange is Exchange.BSE:
        return in_time[-1].price
    return _weighted(_last_minute(in_time))


def _last_minute(in_time: Sequence[TimedTrade]) -> list[TimedTrade]:
    first = _on_a_day(in_time[-1].at) - _LAST_MINUTE
    return [trade for trade in in_time if _on_a_day(trade.at) >= first]


def _on_a_day(at: time) -> datetime:
    return datetime.combine(date(2000, 1, 1), at)


def _weighted(trades: Sequence[TimedTrade]) -> Decimal:
    qty = sum(trade.qty for trade in trades)
    amount = sum((trade.price * trade.qty for trade in trades), Decimal(0))
    return half_up(amount / qty, _TICK)
