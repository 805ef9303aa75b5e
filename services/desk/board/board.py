"""The newest state of the desk's connections, set by the clients that hold them."""

from dataclasses import replace

from models.market.picture import Quote
from models.status import ChangeSet, DeskStatus, LinkState
from models.wire.view import EngineHealth, ViewFrame, ViewWelcome
from services.desk.board.changes import DeskChanges
from services.desk.board.words import (
    FEED_STATES,
    FEED_WORDS,
    ORDERS_WORDS,
    REPLAY,
    REPLAY_FAULT,
    clock_text,
    replay_text,
    speed_text,
)

_AT_START = DeskStatus(
    central=LinkState.CONNECTING,
    central_text="总部连接中",
    feed=LinkState.CONNECTING,
    feed_text="行情连接中",
    engine=LinkState.CONNECTING,
    engine_text="交易引擎连接中",
    outbox=0,
    market_time="",
    phase="",
    trade_date="",
    speed="",
)


class DeskBoard:
    """The desk's StatusBoard; every true change of state is told to the screens once."""

    def __init__(self, changes: DeskChanges) -> None:
        self._changes = changes
        self._status = _AT_START
        self._ledger = LinkState.CONNECTING
        self._is_replay = False
        self._speed = 0.0

    def status(self) -> DeskStatus:
        """The present state."""
        return self._status

    def feed_fault(self) -> str:
        """Why prices may not be traded on now; "" while the feed is live."""
        if self._is_replay:
            return REPLAY_FAULT
        status = self._status
        return "" if status.feed is LinkState.CONNECTED else status.feed_text

    def set_central(self, state: LinkState, words: str) -> None:
        """The way to central: set by the hub client."""
        self._become(replace(self._status, central=state, central_text=words))

    def set_engine(self, state: LinkState, words: str) -> None:
        """The ledger lane to the engine; without it nothing is known of the feed either."""
        self._ledger = state
        fresh = replace(self._status, engine=state, engine_text=words)
        if state is not LinkState.CONNECTED:
            fresh = replace(fresh, feed=LinkState.DOWN, feed_text="行情中断:未连上交易引擎")
        self._become(fresh)

    def set_feed(self, state: LinkState, words: str) -> None:
        """The view lane: set while no frame can come."""
        self._become(replace(self._status, feed=state, feed_text=words))

    def set_outbox(self, waiting: int) -> None:
        """How many commands are not yet at central."""
        self._become(replace(self._status, outbox=waiting))

    def set_day(self, welcome: ViewWelcome) -> None:
        """The trade date and its pace, as the engine announced them."""
        self._speed = welcome.speed
        self._become(replace(self._status, trade_date=welcome.trade_date, speed=self._pace()))

    def take_frame(self, frame: ViewFrame) -> None:
        """Market time, phase and health from one frame of the view lane.

        How orders stand at the engine is told only while the ledger lane is there to carry them.
        """
        phase = _phase(frame.quotes) or self._status.phase
        health = frame.health
        self._is_replay = health.orders == REPLAY
        fresh = replace(
            self._status,
            market_time=clock_text(frame.time_ms),
            phase=phase,
            feed=FEED_STATES.get(health.feed, LinkState.DOWN),
            feed_text=_feed_words(health),
            speed=self._pace(),
        )
        if self._ledger is LinkState.CONNECTED:
            fresh = replace(
                fresh,
                engine=FEED_STATES.get(health.orders, LinkState.DOWN),
                engine_text=ORDERS_WORDS.get(health.orders, f"交易通道状态不明:{health.orders}"),
            )
        self._become(fresh)

    def _pace(self) -> str:
        return replay_text(self._speed) if self._is_replay else speed_text(self._speed)

    def _become(self, fresh: DeskStatus) -> None:
        if fresh == self._status:
            return
        self._status = fresh
        self._changes.tell(ChangeSet(status=True))


def _phase(quotes: tuple[Quote, ...]) -> str:
    if not quotes:
        return ""
    return max(quotes, key=lambda quote: quote.time_ms).phase.value


def _feed_words(health: EngineHealth) -> str:
    words = FEED_WORDS.get(health.feed, f"行情状态不明:{health.feed}")
    detail = f":{health.feed_text}" if health.feed_text and health.feed != "live" else ""
    if health.feed == "live":
        asides = [f"今日补齐 {health.gaps} 处"] if health.gaps else []
        asides += [health.recording] if health.recording else []
        detail = f"({','.join(asides)})" if asides else ""
    return words + detail
