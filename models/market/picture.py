"""What a screen shows of one security: quote, ten levels, queue, ticks, minute bars.

These are the values of the view lane: newest wins, never replayed.
Prices in price units, quantities in shares, times in milliseconds of the Beijing day.
"""

from enum import StrEnum

import msgspec

from models.market.instrument import Phase
from models.market.own_place import OwnPlace


class BookHealth(StrEnum):
    """Whether a shown book may be believed."""

    GOOD = "good"
    RECOVERING = "recovering"  # a gap is being filled: the book is held at the last sure state
    BROKEN = "broken"  # the gap was not filled in time: do not trade on it
    SNAPSHOT = "snapshot"  # a picture only: the exchange's own, in place of a book held or broken


class Level(msgspec.Struct, frozen=True, array_like=True):
    """One price level."""

    price_units: int
    quantity: int
    order_count: int


class Tick(msgspec.Struct, frozen=True, array_like=True):
    """One trade; ``side`` is the aggressor: ``B``, ``S``, or ``N`` in an auction."""

    number: int
    time_ms: int
    price_units: int
    quantity: int
    side: str


class MinuteBar(msgspec.Struct, frozen=True, array_like=True):
    """Trades of one minute; ``minute`` counts from Beijing midnight (570 = 09:30).

    ``turnover_units`` is price units times shares since the open, ``volume`` is this minute's.
    """

    minute: int
    open_units: int
    high_units: int
    low_units: int
    close_units: int
    volume: int
    day_volume: int
    day_turnover_units: int


class Quote(msgspec.Struct, frozen=True):
    """The line of one security in a list; ``last_units`` is 0 before the first trade."""

    symbol: str
    last_units: int
    previous_close_units: int
    open_units: int
    high_units: int
    low_units: int
    volume: int
    turnover_units: int
    bid_units: int
    ask_units: int
    limit_up_units: int
    limit_down_units: int
    phase: Phase
    time_ms: int


class Cage(msgspec.Struct, frozen=True):
    """Prices a new order may have in continuous trading (market-rules § 2.4); 0 = not known."""

    buy_ceiling_units: int
    sell_floor_units: int


class Depth(msgspec.Struct, frozen=True):
    """Ten levels a side (best first), the queue at both best levels, totals and latest ticks.

    ``bid_queue`` and ``ask_queue`` hold the sizes of the first 50 orders in priority order.
    In an auction ``auction_units`` is the virtual price, ``auction_volume`` the matched volume and
    ``auction_unmatched`` the remainder (positive: buyers left over, negative: sellers).
    ``own`` holds the places of our own orders in this security's queues.
    ``bids_above_limit`` and the like do not exist: a limit is drawn from the quote.
    ``bid_orders`` and ``ask_orders`` count all resting orders, as the totals their shares.
    """

    quote: Quote
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    bid_queue: tuple[int, ...]
    ask_queue: tuple[int, ...]
    bid_total: int
    ask_total: int
    bid_average_units: int
    ask_average_units: int
    auction_units: int
    auction_volume: int
    auction_unmatched: int
    ticks: tuple[Tick, ...]
    health: BookHealth
    health_reason: str
    sequence: int
    bid_orders: int = 0
    ask_orders: int = 0
    own: tuple[OwnPlace, ...] = ()
