"""A live heart that is being recorded, for the tests of this room."""

from pathlib import Path

from models.market.instrument import Phase
from models.wire.exchange import FeedHeartbeat
from models.wire.feed import SIDE_SELL
from services.market.heart import MarketHeart
from services.market.recording.recorder import Recorder
from services.market.recording.recording import Recording
from services.market.recording.writer import BlockWriter
from tests.services.market.support import CHANNEL, SHANGHAI, SHENZHEN, TEN_O_CLOCK, Tape, welcome

PAUSE_S = 10.0


def trading_tape(orders: int = 30) -> Tape:
    """Return a channel of two stocks: bids, offers, a trade now and then, a second between."""
    tape = Tape()
    tape.phase(SHANGHAI, Phase.CONTINUOUS)
    tape.phase(SHENZHEN, Phase.CONTINUOUS)
    for number in range(1, orders + 1):
        tape.time_ms += 1_000
        tape.buy(SHANGHAI, number, 99_000 + 100 * (number % 7), 100 * number)
        if number % 5 == 0:
            tape.trade(SHANGHAI, SIDE_SELL, number, 900 + number, 99_000 + 100 * (number % 7), 100)
    return tape


class Live:
    """A market heart with a recorder that writes at once; ``seconds`` is its clock."""

    def __init__(self, file: Path, session: str = "one") -> None:
        self.seconds = 0.0
        self.heart = MarketHeart(lambda: self.seconds)
        self.writer = BlockWriter(lambda _: file)
        self.recorder = Recorder(self.heart, self.writer.take, lambda: self.seconds)
        self.heart.on_welcome(welcome(session))

    def hear(self, tape: Tape, first: int, last: int) -> None:
        """Take records of the tape, then the heartbeat that follows them."""
        assert self.heart.on_frame(tape.frame(first, last)) == []
        self.seconds += PAUSE_S
        time_ms = tape.records[last - 1].time_ms
        self.heart.on_heartbeat(FeedHeartbeat(time_ms, {CHANNEL: last}))

    def close(self) -> None:
        """End in good order, as an engine does."""
        self.recorder.finish()
        self.writer.close()


def record(file: Path, tape: Tape, each: int = 7) -> Live:
    """Record a whole tape, ``each`` records a block; return the heart it was recorded from."""
    live = Live(file)
    for first in range(1, len(tape.records) + 1, each):
        live.hear(tape, first, min(first + each - 1, len(tape.records)))
    live.close()
    return live


def sequences(recording: Recording) -> list[int]:
    """Return the sequences that a recording offers in the tape's channel."""
    return [
        first + at
        for first, packed in recording.packed(CHANNEL, 1, 1 << 40)
        for at in range(len(packed) // 48)
    ]


__all__ = ["TEN_O_CLOCK", "Live", "record", "sequences", "trading_tape"]
