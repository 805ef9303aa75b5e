"""Draws probe orders over a day: both sides, the best five levels, small sizes."""

import random
from typing import NamedTuple

from models.trading.order import Side
from services.market.queue_position.flow import AFTERNOON_MS, CLOSING_CALL_MS, NOON_MS, OPEN_MS

LEVELS = 5
_LOTS = 10
_LOT = 100
_WARM_UP_MS = 60_000  # the model tells nothing in the first minute
_SPARE_MS = 60_000  # and nobody asks in the last one


class Probe(NamedTuple):
    """An order to be entered at the price of one of the best levels; 1 = best."""

    time_ms: int
    side: Side
    level: int
    quantity: int


def draw_probes(number: int, seed: int) -> list[Probe]:
    """Return probes in order of time; the same seed draws the same ones."""
    dice = random.Random(seed)
    morning = range(OPEN_MS + _WARM_UP_MS, NOON_MS - _SPARE_MS)
    afternoon = range(AFTERNOON_MS + _SPARE_MS, CLOSING_CALL_MS - _SPARE_MS)
    probes = []
    for _ in range(number):
        at = dice.randrange(len(morning) + len(afternoon))
        in_morning = at < len(morning)
        time_ms = morning[at] if in_morning else afternoon[at - len(morning)]
        side = dice.choice((Side.BUY, Side.SELL))
        probes.append(Probe(time_ms, side, dice.randint(1, LEVELS), _LOT * dice.randint(1, _LOTS)))
    return sorted(probes)
