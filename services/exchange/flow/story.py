"""What a generated day is about: which securities move, how far, and how restlessly."""

from dataclasses import dataclass
from random import Random

from models.market.instrument import Board, SecurityKind, SecurityStatus
from services.exchange.floor.listing import Listing

_MOVERS = (560, -470, 640, -580, 310, 690, -340, 520)  # hundredths of a percent by 10:00
_CALM = 120
_FUND_CALM = 60
_SEALED = 2_000  # far beyond the limit: bought up to it and held there
_STOCK_RESTLESSNESS, _FUND_RESTLESSNESS = 6, 2


@dataclass(frozen=True, slots=True)
class Story:
    """``drift_bp`` by 10:00 and then held, ``restlessness_bp`` a minute's noise (1 = 0.01 %).

    ``vigour_permille`` scales the pace: what moves is traded more.
    """

    drift_bp: int
    restlessness_bp: int
    vigour_permille: int


def tell_stories(listings: list[Listing], seed: int) -> dict[str, Story]:
    """Return a story for each listing, the same for the same seed."""
    rng = Random(f"stories {seed}")
    stories = {listing.symbol: _calm(listing, rng) for listing in listings}
    movers = [listing.symbol for listing in listings if _may_move(listing)]
    chosen = rng.sample(movers, min(len(movers), len(_MOVERS) + 1))
    drifts = [_SEALED, *_MOVERS]
    for symbol, drift in zip(chosen, drifts, strict=False):
        stories[symbol] = Story(drift, _STOCK_RESTLESSNESS, 2_000)
    return stories


def _calm(listing: Listing, rng: Random) -> Story:
    if listing.security.kind is not SecurityKind.STOCK:
        return Story(rng.randint(-_FUND_CALM, _FUND_CALM), _FUND_RESTLESSNESS, 1_000)
    return Story(rng.randint(-_CALM, _CALM), _STOCK_RESTLESSNESS, 1_000)


def _may_move(listing: Listing) -> bool:
    security = listing.security
    return (
        security.kind is SecurityKind.STOCK
        and security.board is Board.MAIN
        and security.status is SecurityStatus.NORMAL
    )
