"""Words for what a connection and a market phase are."""

from models.market.instrument import Phase
from models.status import LinkState

PHASE_WORDS: dict[Phase, str] = {
    Phase.CLOSED: "闭市",
    Phase.OPENING_CALL: "开盘集合竞价",
    Phase.OPENING_LOCKED: "开盘集合竞价(不可撤单)",
    Phase.GAP: "待开盘",
    Phase.CONTINUOUS: "连续竞价",
    Phase.LUNCH: "午间休市",
    Phase.CLOSING_CALL: "收盘集合竞价",
    Phase.BREAK: "盘后间歇",
    Phase.AFTER_HOURS: "盘后固定价格交易",
}
FEED_STATES: dict[str, LinkState] = {
    "live": LinkState.CONNECTED,
    "recovering": LinkState.CONNECTING,
    "connecting": LinkState.CONNECTING,
    "down": LinkState.DOWN,
}
FEED_WORDS: dict[str, str] = {
    "live": "行情正常",
    "recovering": "行情补齐中",
    "connecting": "行情连接中",
    "down": "行情中断",
}
ORDERS_WORDS: dict[str, str] = {
    "live": "交易正常",
    "connecting": "交易通道连接中",
    "down": "交易通道中断",
}


def clock_text(time_ms: int) -> str:
    """Return a time of the day as 10:00:03."""
    seconds = time_ms // 1_000
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def speed_text(speed: float) -> str:
    """Return the pace of a replayed day as ×1, ×10, ×0.5; "" when the day is live."""
    return f"×{speed:g}" if speed else ""
