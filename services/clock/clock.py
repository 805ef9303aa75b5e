"""Business time: the wall clock, or a market day being replayed; a clock that goes wrong."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from models.dates import BEIJING
from models.errors import ExpectedFailure

_NS_PER_US = 1_000
_MOVED = "@"


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


@dataclass(frozen=True, slots=True)
class MovedClock:
    """A clock that is wrong by the seconds that stand in ``file``, asked anew each time.

    So a machine's clock is moved under a running process, for one process alone.
    """

    right: Clock
    file: Path

    def now(self) -> datetime:
        """Beijing time as this clock shows it."""
        return self.right.now() + self.shift

    @property
    def shift(self) -> timedelta:
        """How far it is ahead."""
        return timedelta(seconds=int(self.file.read_text("ascii")))


def machine_seconds(clock: Clock) -> float:
    """Return what the machine's clock says, in seconds since 1970, whatever day is replayed."""
    moved = clock.shift.total_seconds() if isinstance(clock, MovedClock) else 0.0
    return time.time() + moved


def clock_from_text(text: str) -> Clock:
    """Return the clock named on a command line; "" is the machine's own time.

    ``…@FILE`` is a clock that FILE moves. Raises ExpectedFailure CLOCK_TEXT when it cannot be read.
    """
    words, moved, file = text.partition(_MOVED)
    if moved:
        return MovedClock(clock_from_text(words), Path(file))
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
