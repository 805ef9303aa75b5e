"""What a generated day is about: which securities move, how far, and how restlessly."""

from dataclasses import dataclass
from random import Random

from models.market.instrument import Board, SecurityKind, SecurityStatus
from services.exchange.floor.listing import Listing

_OPEN_MS, _TEN_MS = 34_200_000, 36_000_000  # 09:30, 10:00
_LATE_MS = (36_045_000, 36_300_000)  # 10:00:45 to 10:05
_MOVERS = (560, -470, 640, -580, 310, 690, -340, 520)  # hundredths of a percent by 10:00
_CALM = 120
_FUND_CALM = 60
_SEALED = 2_000  # far beyond the limit: bought up to it and held there
_LATE = 570  # on its way after ten: a move that happens before the viewer's eyes
_STOCK_RESTLESSNESS, _FUND_RESTLESSNESS = 9, 3


@dataclass(frozen=True, slots=True)
class Story:
    """``drift_bp`` (1 = 0.01 %) from ``from_ms`` to ``until_ms`` and then held.

    ``opening_percent`` of it is in the opening price; ``restlessness_bp`` is a minute's noise;
    ``vigour_permille`` scales the pace: what moves is traded more.
    """

    drift_bp: int
    restlessness_bp: int
    vigour_permille: int
    from_ms: int = _OPEN_MS
    until_ms: int = _TEN_MS
    opening_percent: int = 35


def tell_stories(listings: list[Listing], seed: int) -> dict[str, Story]:
    """Return a story for each listing, the same for the same seed."""
    rng = Random(f"stories {seed}")
    stories = {listing.symbol: _calm(listing, rng) for listing in listings}
    movers = [listing.symbol for listing in listings if _may_move(listing)]
    told = _moving_stories()
    for symbol, story in zip(rng.sample(movers, min(len(movers), len(told))), told, strict=False):
        stories[symbol] = story
    return stories


def _moving_stories() -> list[Story]:
    by_ten = [Story(drift, _STOCK_RESTLESSNESS, 2_000) for drift in (_SEALED, *_MOVERS)]
    return [*by_ten, Story(_LATE, _STOCK_RESTLESSNESS, 3_000, *_LATE_MS, opening_percent=10)]


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
