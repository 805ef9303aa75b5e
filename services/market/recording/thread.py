"""Writes a recording on a thread of its own; whatever goes wrong ends the recording alone."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from queue import SimpleQueue

from models.errors import ExpectedFailure
from models.wire.exchange import FeedWelcome
from services.market.recording.writer import Batch, BlockWriter

MOST_WAITING_BYTES = 256 << 20
_log = logging.getLogger(__name__)


class RecordingState(StrEnum):
    """What a recorder does."""

    WAITING = "waiting"
    RECORDING = "recording"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """``records`` and ``size`` (bytes) of the file; ``text`` says why it is stopped."""

    state: RecordingState
    text: str = ""
    file: Path | None = None
    records: int = 0
    size: int = 0

    @property
    def words(self) -> str:
        """The state in words; "" before the first day."""
        if self.state is RecordingState.STOPPED:
            return f"录制已停止:{self.text}"
        return "录制中" if self.state is RecordingState.RECORDING else ""


class WriterThread:
    """Runs a BlockWriter. ``hand`` never waits: too much waiting ends the recording."""

    def __init__(
        self, choose: Callable[[FeedWelcome], Path], most_waiting: int = MOST_WAITING_BYTES
    ) -> None:
        self.facts = RecordingFacts(RecordingState.WAITING)
        self._writer = BlockWriter(choose)
        self._most_waiting = most_waiting
        self._handed = 0
        self._written = 0
        self._batches: SimpleQueue[Batch | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def hand(self, batch: Batch) -> None:
        """Give a batch to the writer; dropped once the recording has stopped."""
        if self.facts.state is RecordingState.STOPPED:
            return
        self._handed += _bytes_of(batch)
        if self._handed - self._written > self._most_waiting:
            self._stop("磁盘写入跟不上行情")
            return
        self._batches.put(batch)

    def close(self) -> None:
        """Write what waits and end; blocks until it is done."""
        self._batches.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (batch := self._batches.get()) is not None:
            if self.facts.state is not RecordingState.STOPPED:
                self._take(batch)
            self._written += _bytes_of(batch)
        self._try(self._writer.close)

    def _take(self, batch: Batch) -> None:
        if self._try(lambda: self._writer.take(batch)):
            return
        writer = self._writer
        if isinstance(batch, FeedWelcome):
            _log.info("recording %s, %d bytes cut off", writer.file, writer.cut_bytes)
        self.facts = RecordingFacts(
            RecordingState.RECORDING, "", writer.file, writer.records, writer.size
        )

    def _try(self, action: Callable[[], None]) -> bool:
        """Do it; True when it failed and the recording is over."""
        try:
            action()
        except OSError as fault:
            self._stop(f"写不了录制文件({fault.strerror or fault})")
        except ExpectedFailure as failure:
            self._stop(f"{failure.title},{failure.advice}")
        else:
            return False
        return True

    def _stop(self, why: str) -> None:
        _log.error("recording stopped: %s", why)
        self.facts = replace(self.facts, state=RecordingState.STOPPED, text=why)


def _bytes_of(batch: Batch) -> int:
    return 0 if isinstance(batch, FeedWelcome) else len(batch.records)
