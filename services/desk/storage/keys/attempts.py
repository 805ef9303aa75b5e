"""Counts wrong passphrases and makes who goes on guessing wait, over restarts too."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from models.errors import ExpectedFailure
from services.clock.clock import Clock
from services.desk.storage.keys.places import write_private

FREE = 3  # wrong ones in a row before the first wait
_FIRST_WAIT = timedelta(seconds=10)
_LONGEST_WAIT = timedelta(minutes=15)


class _Count(msgspec.Struct, frozen=True):
    wrong: int = 0
    last_at: datetime | None = None


class Attempts:
    """``clock`` is the machine's: a wait does not pass quicker in a replay."""

    def __init__(self, file: Path, clock: Clock) -> None:
        self._file = file
        self._clock = clock

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Let one passphrase be tried and count how it went.

        Raises ExpectedFailure TOO_MANY_ATTEMPTS, before anything is tried, while one must wait.
        """
        count = self._read()
        self._check(count)
        try:
            yield
        except ExpectedFailure as failure:
            if failure.code == "WRONG_PASSPHRASE":
                self._keep(_Count(count.wrong + 1, self._clock.now()))
            raise
        if count.wrong:
            self._keep(_Count())

    def _check(self, count: _Count) -> None:
        left = self._left(count)
        if left <= timedelta(0):
            return
        seconds = -(-left // timedelta(seconds=1))
        raise ExpectedFailure(
            f"口令已连错 {count.wrong} 次",
            f"请等 {seconds} 秒后再试",
            "TOO_MANY_ATTEMPTS",
        )

    def _left(self, count: _Count) -> timedelta:
        if count.wrong < FREE or count.last_at is None:
            return timedelta(0)
        doubled: int = 1 << min(count.wrong - FREE, 10)
        wait = min(_FIRST_WAIT * doubled, _LONGEST_WAIT)
        passed = self._clock.now() - count.last_at
        return min(wait - passed, wait)  # a clock that was set back prolongs nothing

    def _read(self) -> _Count:
        """What is kept; a damaged or deleted count starts anew, the passphrase still guards."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=_Count)
        except (FileNotFoundError, msgspec.DecodeError):
            return _Count()

    def _keep(self, count: _Count) -> None:
        write_private(self._file, msgspec.json.encode(count))
