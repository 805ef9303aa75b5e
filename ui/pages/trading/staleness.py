"""Whether what the screen shows of the market is still true (features T5)."""

from models.market.instrument import Phase
from models.status import DeskStatus, LinkState

CONTINUOUS_MS = 4_000
AUCTION_MS = 12_000
LIMITS_MS: dict[Phase, int] = {
    Phase.CONTINUOUS: CONTINUOUS_MS,
    Phase.OPENING_CALL: AUCTION_MS,
    Phase.OPENING_LOCKED: AUCTION_MS,
    Phase.CLOSING_CALL: AUCTION_MS,
}


def age_text(phase: Phase, silent_ms: int) -> str:
    """Return how old the picture is, in tenths of a second; "" while nothing moves by rule."""
    if phase not in LIMITS_MS:
        return ""
    seconds, tenths = divmod((silent_ms + 50) // 100, 10)
    return f"{seconds}.{tenths} 秒前"


def stale_text(phase: Phase, silent_ms: int, status: DeskStatus, speed: float = 1.0) -> str:
    """Return why the picture may not be believed; "" when it may.

    ``silent_ms``: business time since the exchange's clock last moved. A replay at ``speed`` tells
    its time as often as a live day does, so as much more business time passes between.
    """
    if status.feed is LinkState.DOWN:
        return status.feed_text or "行情中断"
    limit = LIMITS_MS.get(phase)
    if limit is None or silent_ms <= limit * max(1.0, speed):
        return ""
    return f"行情已 {silent_ms // 1_000} 秒未更新"
