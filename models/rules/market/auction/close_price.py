"""The closing price of a day (market-rules § 2.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from models.market.instrument import Exchange
from models.rules.basis.bounds import Price, Shares
from models.rules.basis.missing import known
from models.rules.basis.rounding import half_up

_LAST_MINUTE = timedelta(minutes=1)
_ANY_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class TimedTrade:
    """A trade of the day; price in CNY."""

    at: time
    price: Price
    qty: Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePriceCase:
    """What a day's close is made from; prices in CNY, None where there is none.

    ``trades`` None = not told, which is not the same as none.
    """

    exchange: Exchange
    auction_price: Price | None = None
    trades: tuple[TimedTrade, ...] | None = None
    prev_close: Price | None = None


def close_price(case: ClosePriceCase, tick: Decimal) -> Decimal | None:
    """Return the closing auction's price, else what the exchange takes instead of it.

    SSE and SZSE: the volume-weighted price of the last minute; BSE: the last trade. Without a trade
    the previous close. Raises MissingFact where neither an auction price nor trades are told.
    """
    if case.auction_price is not None:
        return case.auction_price
    in_time = sorted(known(case.trades, "trades"), key=lambda trade: trade.at)
    if not in_time:
        return case.prev_close
    if case.exchange is Exchange.BSE:
        return in_time[-1].price
    return half_up(_mean(_last_minute(in_time)), tick)


def _last_minute(in_time: Sequence[TimedTrade]) -> list[TimedTrade]:
    first = _moment(in_time[-1]) - _LAST_MINUTE
    return [trade for trade in in_time if _moment(trade) >= first]


def _moment(trade: TimedTrade) -> datetime:
    return datetime.combine(_ANY_DAY, trade.at)


def _mean(trades: Sequence[TimedTrade]) -> Decimal:
    amount = sum((trade.price * trade.qty for trade in trades), Decimal(0))
    return amount / sum(trade.qty for trade in trades)
