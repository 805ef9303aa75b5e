"""What a security traded and moved lately, in trading time, from its minute bars."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.dates import MS_PER_MINUTE
from services.market.kernel.book import BarRow

OPEN_MS, NOON_MS = 34_200_000, 41_400_000  # 09:30, 11:30
AFTERNOON_MS, CLOSING_CALL_MS = 46_800_000, 53_820_000  # 13:00, 14:57
_FIRST_MINUTE = OPEN_MS // MS_PER_MINUTE
VOLUME_MINUTES = 5
RANGE_MINUTES = 30


def trading_ms(time_ms: int) -> int:
    """Return how much continuous trading there was by ``time_ms``: lunch and auctions are none."""
    morning = min(max(time_ms, OPEN_MS), NOON_MS) - OPEN_MS
    afternoon = min(max(time_ms, AFTERNOON_MS), CLOSING_CALL_MS) - AFTERNOON_MS
    return morning + afternoon


@dataclass(frozen=True, slots=True)
class Flow:
    """``traded`` shares in the last ``over_ms`` of trading; sum of squared ranges of minutes.

    A range is highest less lowest price of one minute, in price units; a minute without trades
    has none and counts among ``range_minutes``.
    """

    traded: int
    over_ms: int
    range_squares: int
    range_minutes: int


def flow_of(bars: Sequence[BarRow], time_ms: int) -> Flow | None:
    """Return the flow at ``time_ms``; None in the first minute.

    The minute 09:30 is left out: bars count the opening auction's trades there.
    """
    now = trading_ms(time_ms)
    minute = now // MS_PER_MINUTE
    if minute < 1:
        return None
    volume_from = max(minute - VOLUME_MINUTES + 1, 1)
    range_from = max(minute - RANGE_MINUTES + 1, 1)
    recent = [(_trading_minute(bar[0]), bar) for bar in bars if bar[0] > _FIRST_MINUTE]
    return Flow(
        traded=sum(bar[5] for at, bar in recent if volume_from <= at <= minute),
        over_ms=now - volume_from * MS_PER_MINUTE,
        range_squares=sum((bar[2] - bar[3]) ** 2 for at, bar in recent if range_from <= at),
        range_minutes=minute - range_from + 1,
    )


def merge_bars(earlier: Sequence[BarRow], later: Sequence[BarRow]) -> list[BarRow]:
    """Return bars that two runs of one day made one after the other."""
    bars = {bar[0]: bar for bar in earlier}
    for bar in later:
        before = bars.get(bar[0])
        bars[bar[0]] = bar if before is None else _joined(before, bar)
    return [bars[minute] for minute in sorted(bars)]


def _joined(first: BarRow, second: BarRow) -> BarRow:
    minute, opened, high, low, _, volume, *_ = first
    return (
        minute,
        opened,
        max(high, second[2]),
        min(low, second[3]),
        second[4],
        volume + second[5],
        second[6],
        second[7],
    )


def _trading_minute(minute: int) -> int:
    return trading_ms(minute * MS_PER_MINUTE) // MS_PER_MINUTE
