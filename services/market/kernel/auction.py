"""The call auction's virtual match: price, volume and what is left over (market-rules § 2.2)."""

from enum import IntEnum
from typing import NamedTuple

from models.market.instrument import Exchange
from services.market.kernel.book import LevelRow


class AuctionRule(IntEnum):
    """How an exchange breaks ties between prices at which most shares trade."""

    NEAREST_LEAST = 0  # Shenzhen: least left over, then nearest the reference, any tick
    ORDER_PRICE = 1  # Shanghai: least left over at order prices, then by what is left over
    NEAREST = 2  # Beijing: nearest the reference


class AuctionMatch(NamedTuple):
    """``unmatched`` > 0: buyers left over at the price, < 0: sellers; all 0: nothing crosses."""

    price_units: int
    volume: int
    unmatched: int


class _Candidate(NamedTuple):
    """The match at an order's price, or at every tick of a run between two of them."""

    low: int
    high: int
    is_order_price: bool
    volume: int
    unmatched: int


NO_MATCH = AuctionMatch(0, 0, 0)
_RULES = {
    Exchange.SZSE: AuctionRule.NEAREST_LEAST,
    Exchange.SSE: AuctionRule.ORDER_PRICE,
    Exchange.BSE: AuctionRule.NEAREST,
}


def auction_rule(exchange: Exchange) -> AuctionRule:
    """Return how an exchange breaks ties."""
    return _RULES[exchange]


def match_auction(
    bids: list[LevelRow],
    asks: list[LevelRow],
    rule: AuctionRule,
    reference_units: int,
    tick_units: int,
) -> AuctionMatch:
    """Return the match of two full sides, best first.

    ``reference_units``: previous close at the opening, last trade at the close. Most volume comes
    first, all better-priced orders must be filled, then the exchange's tie rule decides.
    """
    if not bids or not asks or bids[0][0] < asks[0][0]:
        return NO_MATCH
    found = _candidates(bids, asks, tick_units)
    most = max(one.volume for one in found)
    fullest = [one for one in found if one.volume == most]
    if rule is AuctionRule.NEAREST:
        return _nearest(fullest, reference_units)
    if rule is AuctionRule.NEAREST_LEAST:
        return _nearest(_least(fullest), reference_units)
    tied = _least([one for one in fullest if one.is_order_price])
    return _shanghai(found, tied, tick_units)


def _candidates(bids: list[LevelRow], asks: list[LevelRow], tick: int) -> list[_Candidate]:
    """Every price that could match, lowest first; those that leave better orders are left out."""
    lowest, highest = asks[0][0], bids[0][0]
    buys = {price: quantity for price, quantity, _ in bids if price >= lowest}
    sells = {price: quantity for price, quantity, _ in asks if price <= highest}
    prices = sorted(buys.keys() | sells.keys())
    wanted, offered = sum(buys.values()), 0
    found: list[_Candidate] = []
    for price, following in zip(prices, [*prices[1:], prices[-1]], strict=True):
        bid, ask = buys.get(price, 0), sells.get(price, 0)
        if max(wanted - bid, offered) <= min(wanted, offered + ask):
            volume, left = min(wanted, offered + ask), wanted - offered - ask
            found.append(_Candidate(price, price, True, volume, left))
        wanted -= bid
        offered += ask
        if wanted == offered and price + tick <= following - tick:
            found.append(_Candidate(price + tick, following - tick, False, wanted, 0))
    return found


def _least(found: list[_Candidate]) -> list[_Candidate]:
    least = min(abs(one.unmatched) for one in found)
    return [one for one in found if abs(one.unmatched) == least]


def _nearest(tied: list[_Candidate], reference: int) -> AuctionMatch:
    matches = [
        AuctionMatch(min(max(reference, one.low), one.high), one.volume, one.unmatched)
        for one in tied
    ]
    return min(matches, key=lambda match: abs(match.price_units - reference))


def _shanghai(found: list[_Candidate], tied: list[_Candidate], tick: int) -> AuctionMatch:
    """Buyers left over take the highest price, sellers the lowest, nobody the middle."""
    lowest, highest = tied[0], tied[-1]
    if lowest.unmatched > 0 and highest.unmatched > 0:
        return AuctionMatch(highest.low, highest.volume, highest.unmatched)
    if lowest.unmatched < 0 and highest.unmatched < 0:
        return AuctionMatch(lowest.low, lowest.volume, lowest.unmatched)
    middle = (lowest.low + highest.low + tick) // (2 * tick) * tick
    return _nearest(found, middle)
