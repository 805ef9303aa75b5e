"""View lane between desk and engine: newest wins, one frame for all that changed.

The desk connects to ``/view``, sends ViewHello, then Watch whenever what it shows changes. The
engine sends ViewWelcome (the day's instruments) and ViewFrames; after each frame the desk sends
ViewAck and only then gets the next one.
"""

import msgspec

from models.market.details import Details, DetailWatch
from models.market.picture import Depth, MinuteBar, Quote
from models.wire.exchange import FeedInstrument


class ViewHello(msgspec.Struct, frozen=True, tag="view_hello"):
    """Sign-in with the launch token."""

    token: str


class Watch(msgspec.Struct, frozen=True, tag="watch"):
    """What the desk shows now: quotes, ten levels and bars of ``depths``, and more of some."""

    quotes: tuple[str, ...]
    depths: tuple[str, ...]
    details: DetailWatch = DetailWatch()


class ViewAck(msgspec.Struct, frozen=True, tag="view_ack"):
    """The frame with this number has been taken; the next one may come."""

    frame: int


class ViewWelcome(msgspec.Struct, frozen=True, tag="view_welcome"):
    """The day's instruments; sent again when the exchange starts another session.

    ``big_orders``: turnover from which the engine counts orders as 特大, 大, 中; () = it does not.
    """

    trade_date: str
    speed: float
    instruments: tuple[FeedInstrument, ...]
    big_orders: tuple[int, ...] = ()


class BarsUpdate(msgspec.Struct, frozen=True):
    """Minute bars of one security; ``whole`` replaces all, else they are laid over by minute."""

    symbol: str
    whole: bool
    bars: tuple[MinuteBar, ...]


class EngineHealth(msgspec.Struct, frozen=True):
    """Connection truth (features T21): words come from the desk, facts from here."""

    feed: str  # "live", "connecting", "down", "recovering"
    feed_text: str
    orders: str  # "live", "connecting", "down"; "replay": a recorded day, no market to trade in
    records: int
    records_per_second: int
    gaps: int
    duplicates: int
    refused_frames: int
    kernel: str  # "compiled" or "python"
    recording: str = ""  # what the recorder does, in words; "" = nothing is to be recorded


class ViewFrame(msgspec.Struct, frozen=True, tag="view_frame"):
    """All that changed since the last frame; ``time_ms`` is the market's clock.

    ``sent_ns`` is when the newest feed frame in it was sent, on the exchange's monotonic clock:
    where exchange and desk run on one machine it tells the age of the picture. 0 = none came.
    """

    frame: int
    time_ms: int
    quotes: tuple[Quote, ...]
    depths: tuple[Depth, ...]
    bars: tuple[BarsUpdate, ...]
    health: EngineHealth
    sent_ns: int = 0
    details: Details = Details()


ViewRequest = ViewHello | Watch | ViewAck
ViewMessage = ViewWelcome | ViewFrame
