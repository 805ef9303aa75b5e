"""The call auction's virtual match: price, volume and what is left over (market-rules § 2.2)."""

from typing import NamedTuple

from models.market.instrument import Exchange
from services.market.kernel.book import LevelRow


class AuctionMatch(NamedTuple):
    """``unmatched`` > 0: buyers left over at the price, < 0: sellers; all 0: nothing crosses."""

    price_units: int
    volume: int
    unmatched: int


NO_MATCH = AuctionMatch(0, 0, 0)


def match_auction(
    bids: list[LevelRow],
    asks: list[LevelRow],
    exchange: Exchange,
    reference_units: int,
    tick_units: int,
) -> AuctionMatch:
    """Return the match of two full sides, best first.

    ``reference_units`` decides Shenzhen's ties: previous close at the opening, last trade at the
    close. Most volume first, then least remainder, then the exchange's own tie rule.
    """
    if not bids or not asks or bids[0][0] < asks[0][0]:
        return NO_MATCH
    candidates = _candidates(bids, asks)
    most = max(match.volume for match in candidates)
    fullest = [match for match in candidates if match.volume == most]
    least = min(abs(match.unmatched) for match in fullest)
    tied = [match for match in fullest if abs(match.unmatched) == least]
    if len(tied) == 1:
        return tied[0]
    if exchange is Exchange.SSE:
        return _shanghai_tie(tied, tick_units)
    price = min(max(reference_units, tied[0].price_units), tied[-1].price_units)
    return _at_price(tied, price)


def _candidates(bids: list[LevelRow], asks: list[LevelRow]) -> list[AuctionMatch]:
    """Every order price that could match, lowest first."""
    lowest, highest = asks[0][0], bids[0][0]
    buys = {price: quantity for price, quantity, _ in bids if price >= lowest}
    sells = {price: quantity for price, quantity, _ in asks if price <= highest}
    wanted, offered = sum(buys.values()), 0
    matches: list[AuctionMatch] = []
    for price in sorted(buys.keys() | sells.keys()):
        offered += sells.get(price, 0)
        matches.append(AuctionMatch(price, min(wanted, offered), wanted - offered))
        wanted -= buys.get(price, 0)
    return matches


def _shanghai_tie(tied: list[AuctionMatch], tick_units: int) -> AuctionMatch:
    """Buyers left over take the highest price, sellers the lowest, nobody the middle."""
    if all(match.unmatched > 0 for match in tied):
        return tied[-1]
    if all(match.unmatched < 0 for match in tied):
        return tied[0]
    steps = (tied[0].price_units + tied[-1].price_units + tick_units) // (2 * tick_units)
    return _at_price(tied, steps * tick_units)


def _at_price(tied: list[AuctionMatch], price: int) -> AuctionMatch:
    nearest = min(tied, key=lambda match: abs(match.price_units - price))
    return nearest._replace(price_units=price)
