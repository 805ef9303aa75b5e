"""The model of the time to fill, by name and version.

``queue-2``: half of the orders that stand like ours are filled after

    2.4 x queue time + 2.2 x price time

queue time: shares in front (better prices, own price, own order) over half of the shares traded a
millisecond in the last 5 trading minutes: one side takes half of the trade. Cancels in front and
orders that come in at better prices are not counted one by one, their balance is in the factor.
price time: the square of the distance from the middle of the market over the price's variance a
millisecond (Parkinson, from highs and lows of the last 30 trading minutes): how long the price
needs to come here.
Fills scatter around that by a log-logistic law of shape 0.87: P(T) = 1 / (1 + (expected / T)^0.87).
The three numbers were fitted by maximum likelihood, orders unfilled at 14:57 included, to 400
probe orders on each of four real days of Shanghai stocks (``queue calibrate``).
``rate-1`` is the plain one before it: shares in front over half of the recent trade.
"""

from dataclasses import dataclass

from models.dates import MS_PER_MINUTE
from models.market.own_place import HORIZONS_MS
from services.market.queue_position.flow import Flow

MODEL = "queue-2"
_QUEUE_PERMILLE = 2_400
_PRICE_PERMILLE = 2_200
_SHAPE = 0.87
_PERMILLE = 1_000
_LONGEST_MS = 4 * 3_600_000
_PARKINSON_PERMILLE = 2_773  # 4 ln 2


@dataclass(frozen=True, slots=True)
class Wait:
    """What lies between an order and its fill.

    ``front``: shares to be traded or withdrawn until it is filled, its own included;
    ``twice_distance``: from the middle of the market to its price, in halves of a price unit.
    """

    front: int
    twice_distance: int


def expected_ms(wait: Wait, flow: Flow) -> int:
    """Return trading time by which half of such orders are filled; 0 where nothing traded."""
    if not flow.traded:
        return 0
    weighed = _QUEUE_PERMILLE * queue_ms(wait.front, flow) + _PRICE_PERMILLE * price_ms(wait, flow)
    return max(1, min(weighed // _PERMILLE, _LONGEST_MS))


def queue_ms(front: int, flow: Flow) -> int:
    """Return how long one side needs to take the shares in front at the recent rate (rate-1)."""
    return 2 * front * flow.over_ms // flow.traded if flow.traded else 0


def price_ms(wait: Wait, flow: Flow) -> int:
    """Return how long a price of the recent variance takes to move the distance.

    A price that stood still all the time is taken to have ranged over the distance once.
    """
    if wait.twice_distance <= 0:
        return 0
    spread_ms = MS_PER_MINUTE * flow.range_minutes * _PARKINSON_PERMILLE // _PERMILLE
    if not flow.range_squares:
        return spread_ms
    return min(wait.twice_distance**2 * spread_ms // (4 * flow.range_squares), _LONGEST_MS)


def filled_permille(expected: int) -> tuple[int, ...]:
    """Return the probabilities of a fill within HORIZONS_MS of trading."""
    return tuple(permille_within(expected, horizon) for horizon in HORIZONS_MS)


def permille_within(expected: int, horizon_ms: int) -> int:
    """Return the probability of a fill within ``horizon_ms`` of trading."""
    odds: float = (expected / horizon_ms) ** _SHAPE
    return round(_PERMILLE / (1 + odds))
