"""How busy a market is over the day: a U, quiet at noon."""

from bisect import bisect_right

from models.dates import MS_PER_MINUTE

# (from minute of the day, permille of the mean pace); 0 = nobody may send anything.
_PACE: tuple[tuple[int, int], ...] = (
    (9 * 60 + 30, 2_000),
    (9 * 60 + 40, 1_600),
    (9 * 60 + 55, 1_300),
    (10 * 60 + 15, 1_050),
    (10 * 60 + 45, 850),
    (11 * 60 + 10, 750),
    (13 * 60, 1_000),
    (13 * 60 + 20, 750),
    (14 * 60, 850),
    (14 * 60 + 30, 1_150),
    (14 * 60 + 45, 1_500),
)
_FROM = [minute for minute, _ in _PACE]


def pace_permille(time_ms: int) -> int:
    """Return the pace of continuous trading at ``time_ms`` in permille of the day's mean."""
    return _PACE[max(0, bisect_right(_FROM, time_ms // MS_PER_MINUTE) - 1)][1]
