"""Halts of a day without price limits: who moves too far from the open stands for ten minutes."""

from datetime import time

from models.dates import MS_PER_SECOND
from models.rules.market.auction.halt import halt_end, halt_level, may_halt
from models.rules.market.records.trading import HaltRecord


class HaltWatch:
    """The halts of one security on one day (market-rules § 2.3); ``until_ms`` 0 = it trades."""

    __slots__ = ("_rule", "_used_level", "until_ms")

    def __init__(self, rule: HaltRecord) -> None:
        self._rule = rule
        self._used_level = 0
        self.until_ms = 0

    def begins(self, open_units: int, last_units: int, time_ms: int) -> bool:
        """Tell whether this print stops trading; then ``until_ms`` says how long."""
        level = halt_level(self._rule, open_units, last_units)
        at = _time_of(time_ms)
        if level <= self._used_level or not may_halt(self._rule, at):
            return False
        self._used_level = level
        self.until_ms = _ms_of(halt_end(self._rule, at))
        return True

    def end(self) -> None:
        """Trading goes on."""
        self.until_ms = 0


def _time_of(time_ms: int) -> time:
    seconds, ms = divmod(time_ms, MS_PER_SECOND)
    return time(seconds // 3_600, seconds // 60 % 60, seconds % 60, ms * 1_000)


def _ms_of(at: time) -> int:
    seconds = (at.hour * 60 + at.minute) * 60 + at.second
    return seconds * MS_PER_SECOND + at.microsecond // 1_000
