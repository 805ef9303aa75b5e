"""A recorded day that runs in step with a clock."""

from services.exchange.replay.channel import RecordedChannel
from services.market.recording.recording import Recording


class ReplayedDay:
    """A FeedSource. Its market time stands still where the recording ends."""

    def __init__(self, recording: Recording) -> None:
        self.channels = [
            RecordedChannel(number, recording) for number in sorted(recording.channels)
        ]
        self._end_ms = recording.span_ms[1]
        self.now_ms = 0

    def next_due_ms(self) -> int:
        """Return when a record is due next."""
        return min((channel.next_due_ms() for channel in self.channels), default=self._end_ms)

    def advance(self, to_ms: int, most: int = 1 << 62) -> bool:
        """Publish everything due by ``to_ms``; always done at once."""
        for channel in self.channels:
            channel.advance(to_ms)
        self.now_ms = max(self.now_ms, min(to_ms, self._end_ms))
        return True
