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


def stale_text(phase: Phase, silent_ms: int, status: DeskStatus) -> str:
    """Return why the picture may not be believed; "" when it may.

    ``silent_ms``: business time since anything of the market changed.
    """
    if status.feed is LinkState.DOWN:
        return status.feed_text or "行情中断"
    limit = LIMITS_MS.get(phase)
    if limit is None or silent_ms <= limit:
        return ""
    return f"行情已 {silent_ms // 1_000} 秒未更新"
