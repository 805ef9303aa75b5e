"""The price of a call auction from whole price levels, in price units, for books of any size.

Source: market-rules § 2.2. Most volume first; every better-priced order is filled; at the price at
least one side is filled. ``call_auction`` judges a case of single orders in decimals by the same
rules; a test holds the two together.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from models.market.instrument import Exchange


class AuctionPrice(NamedTuple):
    """The uncrossing price, the shares that trade at it, and those left over (buyers positive)."""

    price_units: int
    volume: int
    unmatched: int


class _Candidate(NamedTuple):
    """Ticks ``low`` … ``high`` at which the same shares meet (one tick where low is high)."""

    low: int
    high: int
    volume: int
    unmatched: int


Levels = Sequence[tuple[int, int]]


def auction_price(
    exchange: Exchange, bids: Levels, asks: Levels, tick_units: int, reference_units: int
) -> AuctionPrice | None:
    """Return the auction's price for (price, quantity) levels in any order; None without a cross.

    ``reference_units`` is the previous close at the opening, the last trade at the close: Shenzhen
    takes the tied tick with the least left over nearest to it, Beijing just the nearest. Shanghai
    looks at order prices with the least left over only: a remainder of buyers takes the highest, of
    sellers the lowest, none the middle of them.
    """
    found = _candidates(bids, asks, tick_units)
    if exchange is Exchange.SSE:
        prices = _prices(bids, asks)
        tied = _tied([one for one in found if one.low == one.high and one.low in prices])
        return _shanghai(tied, bids, asks, tick_units) if tied else None
    tied = _tied(found) if exchange is Exchange.SZSE else _most_volume(found)
    return _nearest(tied, reference_units) if tied else None


def _meeting(bids: Levels, asks: Levels) -> list[int]:
    lowest = min((price for price, _ in asks), default=1)
    highest = max((price for price, _ in bids), default=0)
    return sorted(price for price in _prices(bids, asks) if lowest <= price <= highest)


def _prices(bids: Levels, asks: Levels) -> set[int]:
    return {price for price, _ in bids} | {price for price, _ in asks}


def _candidates(bids: Levels, asks: Levels, tick: int) -> list[_Candidate]:
    """Each order price where sides meet and each run of ticks between two, lowest first."""
    prices = _meeting(bids, asks)
    wanted = _summed(bids)
    offered = _summed(asks)
    found: list[_Candidate] = []
    for price, following in zip(prices, [*prices[1:], *prices[-1:]], strict=True):
        found += _judge(price, price, wanted, offered)
        if price + tick <= following - tick:
            found += _judge(price + tick, following - tick, wanted, offered)
    return found


class _Summed(NamedTuple):
    prices: list[int]
    totals: list[int]

    def below(self, price: int) -> int:
        return self.totals[bisect_left(self.prices, price)]

    def up_to(self, price: int) -> int:
        return self.below(price + 1)

    def whole(self) -> int:
        return self.totals[-1]


def _summed(levels: Levels) -> _Summed:
    rising = sorted(levels)
    sums = accumulate((quantity for _, quantity in rising), initial=0)
    return _Summed([price for price, _ in rising], list(sums))


def _judge(low: int, high: int, wanted: _Summed, offered: _Summed) -> Iterator[_Candidate]:
    """Yield the candidate when all better-priced orders can be filled at it."""
    demand, supply = wanted.whole() - wanted.below(low), offered.up_to(high)
    volume = min(demand, supply)
    better_buys = wanted.whole() - wanted.up_to(high)
    if volume and better_buys <= volume and offered.below(low) <= volume:
        yield _Candidate(low, high, volume, demand - supply)


def _most_volume(found: list[_Candidate]) -> list[_Candidate]:
    most = max((one.volume for one in found), default=0)
    return [one for one in found if one.volume == most]


def _tied(found: list[_Candidate]) -> list[_Candidate]:
    """Keep those with the most volume, of these those with the least left over."""
    most = _most_volume(found)
    least = min((abs(one.unmatched) for one in most), default=0)
    return [one for one in most if abs(one.unmatched) == least]


def _shanghai(tied: list[_Candidate], bids: Levels, asks: Levels, tick: int) -> AuctionPrice | None:
    low, high = tied[0], tied[-1]
    if low.unmatched > 0 and high.unmatched > 0:
        return AuctionPrice(high.high, high.volume, high.unmatched)
    if low.unmatched < 0 and high.unmatched < 0:
        return AuctionPrice(low.low, low.volume, low.unmatched)
    middle = (low.low + high.high + tick) // 2 // tick * tick
    at_middle = _judge(middle, middle, _summed(bids), _summed(asks))
    return next((AuctionPrice(middle, one.volume, one.unmatched) for one in at_middle), None)


def _nearest(tied: list[_Candidate], reference: int) -> AuctionPrice:
    def nearest_in(one: _Candidate) -> int:
        return min(max(reference, one.low), one.high)

    chosen = min(tied, key=lambda one: abs(nearest_in(one) - reference))
    return AuctionPrice(nearest_in(chosen), chosen.volume, chosen.unmatched)
