"""Business time: the wall clock, or a market day being replayed."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from models.dates import BEIJING
from models.errors import ExpectedFailure

_NS_PER_US = 1_000


class Clock(Protocol):
    """What everything that needs time is given."""

    def now(self) -> datetime:
        """Beijing time of the business."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Beijing time now."""
        return datetime.now(BEIJING)


@dataclass(frozen=True, slots=True)
class ReplayClock:
    """A past market day running on: market time ``start`` was at wall time ``anchor_ns``.

    ``speed_permille`` 1000 = as fast as life. All processes of a demo share one anchor, so that
    they agree on the time without asking each other.
    """

    start: datetime
    anchor_ns: int
    speed_permille: int = 1_000

    def now(self) -> datetime:
        """Beijing time of the replayed day."""
        passed_us = (time.time_ns() - self.anchor_ns) * self.speed_permille // 1_000 // _NS_PER_US
        return self.start + timedelta(microseconds=passed_us)

    def text(self) -> str:
        """The form that ``clock_from_text`` reads: for a child process's command line."""
        return f"{self.start.isoformat()}|{self.anchor_ns}|{self.speed_permille}"


def clock_from_text(text: str) -> Clock:
    """Return the clock named on a command line; "" is the machine's own time.

    Raises ExpectedFailure CLOCK_TEXT when it cannot be read.
    """
    if not text:
        return SystemClock()
    try:
        start, anchor, speed = text.split("|")
        return ReplayClock(
            datetime.fromisoformat(start).astimezone(BEIJING), int(anchor), int(speed)
        )
    except ValueError as fault:
        raise ExpectedFailure(
            "时钟参数无法识别", "应为「开始时间|锚点纳秒|速度千分比」", "CLOCK_TEXT"
        ) from fault
