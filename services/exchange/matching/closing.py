"""The closing price where the closing auction made none (market-rules § 2.2)."""

from collections.abc import Sequence
from typing import NamedTuple

from models.dates import MS_PER_MINUTE
from models.market.instrument import Exchange


class Print(NamedTuple):
    """One trade of the day."""

    time_ms: int
    price_units: int
    quantity: int


def closing_price(
    exchange: Exchange, trades: Sequence[Print], previous_close_units: int, tick_units: int
) -> int:
    """Return the close by fallback from the day's trades in order of time, in price units.

    Shanghai and Shenzhen: volume-weighted over the minute up to and with the last trade, half-up
    to the tick; Beijing: the last trade. Without any trade the previous close.
    """
    if not trades:
        return previous_close_units
    last = trades[-1]
    if exchange is Exchange.BSE:
        return last.price_units
    minute = [one for one in trades if one.time_ms >= last.time_ms - MS_PER_MINUTE]
    amount = sum(one.price_units * one.quantity for one in minute)
    shares = sum(one.quantity for one in minute)
    return (2 * amount + shares * tick_units) // (2 * shares * tick_units) * tick_units
