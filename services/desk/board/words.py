"""Words for what a connection is."""

from models.status import LinkState

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
    "replay": "行情回放,不能委托",
}
REPLAY = "replay"
REPLAY_FAULT = "行情回放中,没有可成交的市场"


def clock_text(time_ms: int) -> str:
    """Return a time of the day as 10:00:03."""
    seconds = time_ms // 1_000
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def speed_text(speed: float) -> str:
    """Return the pace of a simulated day as 1×, 10×; "" when the day is live."""
    return f"{speed:g}×" if speed else ""


def replay_text(speed: float) -> str:
    """Return the pace of a recorded day that runs again, as 回放 10×."""
    return f"回放 {speed_text(speed)}".rstrip()
