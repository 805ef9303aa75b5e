"""How long callers waited, by day and tier (S8-S10): for whoever may read the calls."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# Calls that wait still are counted as offered only; a caller who is not known has tier "".
_FIGURES = text(
    """
    SELECT tier, count(*) AS offered,
           count(*) FILTER (WHERE was_taken) AS taken,
           count(*) FILTER (WHERE abandoned_at <> '') AS abandoned,
           count(*) FILTER (WHERE state = 'waiting') AS waiting,
           coalesce(avg(waited_ms) FILTER (WHERE was_taken), 0)::bigint
               AS mean_ms,
           coalesce(percentile_disc(0.9) WITHIN GROUP (ORDER BY waited_ms)
               FILTER (WHERE was_taken), 0) AS nine_of_ten_ms,
           coalesce(max(waited_ms) FILTER (WHERE state <> 'waiting'), 0) AS longest_ms
    FROM service_call
    CROSS JOIN LATERAL (SELECT state NOT IN ('waiting', 'redirected') AND abandoned_at = '') t
        (was_taken)
    WHERE left(offered_at, 10) = :day AND state <> 'redirected'
    GROUP BY tier
    ORDER BY array_position(ARRAY['platinum', 'gold', 'silver', 'ordinary', ''], tier)
    """
)


@dataclass(frozen=True, slots=True)
class WaitingFigures:
    """One tier on one day; ``nine_of_ten_ms``: nine of ten calls were taken within it."""

    tier: str
    offered: int
    taken: int
    abandoned: int
    waiting: int
    mean_ms: int
    nine_of_ten_ms: int
    longest_ms: int


async def waiting_figures(connection: AsyncConnection, day: date) -> tuple[WaitingFigures, ...]:
    """Return the figures of ``day``, the highest tier first."""
    found = await connection.execute(_FIGURES, {"day": day.isoformat()})
    return tuple(WaitingFigures(*row) for row in found)
