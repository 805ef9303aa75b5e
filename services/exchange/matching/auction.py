"""Call auctions: one price by the exchange's own tie rules, then pairing by price and time.

Source: market-rules § 2.2. Most volume first; every better-priced order is filled; at the price at
least one side is filled.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from models.market.instrument import Exchange
from services.exchange.matching.book import Book
from services.exchange.matching.order import Pairing
from services.exchange.matching.side import BookSide


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


def pair_orders(book: Book, found: AuctionPrice) -> list[Pairing]:
    """Return the pairings of an auction in the order they trade: best price, then first in time."""
    buys, sells = book.bids.orders(), book.asks.orders()
    pairings: list[Pairing] = []
    wanted = found.volume
    buy, sell = next(buys), next(sells)
    buy_left, sell_left = buy.left, sell.left
    while wanted:
        quantity = min(buy_left, sell_left, wanted)
        pairings.append(Pairing(buy, sell, quantity))
        wanted -= quantity
        buy_left -= quantity
        sell_left -= quantity
        if wanted and not buy_left:
            buy = next(buys)
            buy_left = buy.left
        if wanted and not sell_left:
            sell = next(sells)
            sell_left = sell.left
    return pairings


def levels_of(side: BookSide) -> list[tuple[int, int]]:
    """Return (price, quantity) of a whole side."""
    return [(price, quantity) for price, quantity, _ in side.depth(len(side.keys))]


def _prices(bids: Levels, asks: Levels) -> set[int]:
    return {price for price, _ in bids} | {price for price, _ in asks}


def _candidates(bids: Levels, asks: Levels, tick: int) -> list[_Candidate]:
    """Each order price and each run of ticks between two of them, lowest first."""
    prices = sorted(_prices(bids, asks))
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


def uncross(
    exchange: Exchange, book: Book, tick_units: int, reference_units: int
) -> tuple[AuctionPrice | None, list[Pairing]]:
    """Hold the auction on ``book``: find the price, take the paired shares out of the book."""
    bids, asks = levels_of(book.bids), levels_of(book.asks)
    found = auction_price(exchange, bids, asks, tick_units, reference_units)
    if found is None:
        return None, []
    pairings = pair_orders(book, found)
    book.settle(pairings, found.price_units)
    return found, pairings
