"""Records where files may not grow beyond a size: ``python -m … FILE BYTES``."""

import resource
import sys
from pathlib import Path

from services.market.heart import MarketHeart
from services.market.recording.recorder import Recorder
from services.market.recording.thread import WriterThread
from tests.services.market.recording.kit import trading_tape
from tests.services.market.support import CHANNEL, welcome


def main(file: Path, most_bytes: int) -> None:
    """Print the recorder's words and how many records the books took."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    tape, seconds = trading_tape(2_000), [0.0]
    thread = WriterThread(lambda _: file)
    heart = MarketHeart(lambda: seconds[0])
    recorder = Recorder(heart, thread.hand, lambda: seconds[0])
    heart.on_welcome(welcome())
    for first in range(1, len(tape.records), 100):
        heart.on_frame(tape.frame(first, min(first + 99, len(tape.records))))
        seconds[0] += 10.0
        recorder.time_told(tape.records[first].time_ms)
    recorder.finish()
    thread.close()
    sys.stdout.write(f"{thread.facts.words} {heart.next_sequences()[CHANNEL] - 1}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
