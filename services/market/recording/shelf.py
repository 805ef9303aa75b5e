"""The folder of recordings: what a file is called, what is there, what is kept."""

import hashlib
import logging
from datetime import date
from pathlib import Path

from models.errors import ExpectedFailure
from models.wire.exchange import FeedWelcome

SUFFIX = ".rec"
_log = logging.getLogger(__name__)
_DATE_LENGTH = len("2023-02-01")


class Shelf:
    """Recordings of one home, a file a feed session; the newest ``days`` trade dates are kept."""

    def __init__(self, folder: Path, days: int) -> None:
        """Know the folder; it is made when the first recording is placed."""
        self._folder = folder
        self._days = days

    def place(self, welcome: FeedWelcome) -> Path:
        """Return the file of a session and take away what is older than the kept days.

        Raises OSError, and ExpectedFailure RECORDING_DATE when the feed names no date.
        """
        try:
            day = date.fromisoformat(welcome.trade_date)
        except ValueError as fault:
            raise ExpectedFailure(
                "行情没有交易日", f"收到「{welcome.trade_date}」", "RECORDING_DATE"
            ) from fault
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._make_room(day)
        session = hashlib.sha256(welcome.session.encode()).hexdigest()[:8]
        return self._folder / f"{day.isoformat()}-{session}{SUFFIX}"

    def files(self) -> list[Path]:
        """Return all recordings, the latest day first, in a day the latest written first."""
        found = [file for file in self._folder.glob(f"*{SUFFIX}") if day_of(file) is not None]
        return sorted(found, key=lambda file: (file.name[:_DATE_LENGTH], _written(file)))[::-1]

    def find(self, named: str) -> Path:
        """Return the recording of a path, a file name of this folder, or a trade date.

        Raises ExpectedFailure RECORDING_UNKNOWN.
        """
        if Path(named).is_file():
            return Path(named)
        found = [file for file in self.files() if named and file.name.startswith(named)]
        if not found:
            raise ExpectedFailure(
                f"没有这份行情录制:{named}",
                "用 replay --list 查看本机已录制的交易日,或给出文件路径",
                "RECORDING_UNKNOWN",
            )
        return found[0]

    def _make_room(self, today: date) -> None:
        dated = {file: day_of(file) for file in self.files()}
        kept = sorted({day for day in dated.values() if day} | {today}, reverse=True)[: self._days]
        for file, day in dated.items():
            if day not in kept and day != today:
                file.unlink()
                _log.info("recording %s was older than %d days", file.name, self._days)


def day_of(file: Path) -> date | None:
    """Return the trade date in a recording's name, None when there is none."""
    try:
        return date.fromisoformat(file.name[:_DATE_LENGTH])
    except ValueError:
        return None


def _written(file: Path) -> float:
    return file.stat().st_mtime
