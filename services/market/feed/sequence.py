"""Strict order in one feed channel: what is missing is held for, asked for and counted."""

from bisect import insort

from msgspec.structs import replace

from models.market.picture import BookHealth
from models.wire.exchange import FeedResend
from services.market.feed.frames import RECORD_SIZE, Frame

RESEND_AFTER_S = 1.0
BROKEN_AFTER_S = 5.0
HELD_RECORDS = 1_000_000
_RESEND_RECORDS = 200_000


class ChannelSequence:
    """Lets frames through in sequence, each record once.

    ``duplicates`` counts records that had been seen, ``late`` those that came after newer ones,
    ``gaps`` how often something was missing, ``overflowed`` records not held for lack of room
    (they are asked for again).
    """

    def __init__(self, channel: int) -> None:
        self.channel = channel
        self.next_sequence = 1
        self.gaps = 0
        self.duplicates = 0
        self.late = 0
        self.overflowed = 0
        self._held: list[tuple[int, int, Frame]] = []
        self._held_records = 0
        self._arrivals = 0
        self._told_last = 0
        self._gap_since: float | None = None
        self._asked_at = 0.0
        self._asked_from = 0

    def offer(self, frame: Frame, now: float) -> list[memoryview]:
        """Return the runs of records that may be applied now, in order."""
        if frame.channel != self.channel:
            raise ValueError(f"frame of channel {frame.channel} in channel {self.channel}")
        if frame.first_sequence == self.next_sequence and self._is_whole and frame.count:
            self.next_sequence += frame.count  # the rule: the next frame of a channel without a gap
            return [frame.records]
        if frame.first_sequence > self.next_sequence:
            self._hold(frame)
            self._judge(now)
            return []
        runs = [*self._take(frame), *self._release()]
        self._judge(now)
        return runs

    @property
    def has_gap(self) -> bool:
        """Whether something is missing now."""
        return self._gap_since is not None

    def told_last(self, sequence: int, now: float) -> None:
        """The sender says how far the channel goes: a shortfall is a gap at the tail."""
        self._told_last = max(self._told_last, sequence)
        self._judge(now)

    def resend(self, now: float) -> FeedResend | None:
        """Return what to ask for now, None when nothing is missing or it was just asked for."""
        missing = self.missing()
        if missing is None:
            return None
        just_asked = self._asked_from == missing[0] and now - self._asked_at < RESEND_AFTER_S
        if just_asked:
            return None
        self._asked_at, self._asked_from = now, missing[0]
        return FeedResend(self.channel, *missing)

    def missing(self) -> tuple[int, int] | None:
        """Return the first missing range, None when there is none."""
        last = self._held[0][0] - 1 if self._held else self._told_last
        if last < self.next_sequence:
            return None
        return self.next_sequence, min(last, self.next_sequence + _RESEND_RECORDS - 1)

    def health(self, now: float) -> BookHealth:
        """Whether this channel's books may be believed."""
        if self._gap_since is None:
            return BookHealth.GOOD
        if now - self._gap_since >= BROKEN_AFTER_S:
            return BookHealth.BROKEN
        return BookHealth.RECOVERING

    def forget_questions(self) -> None:
        """A new connection: what was asked on the old one will not be answered."""
        self._asked_at, self._asked_from = 0.0, 0

    @property
    def _is_whole(self) -> bool:
        return self._gap_since is None and not self._held

    def _take(self, frame: Frame) -> list[memoryview]:
        known = min(self.next_sequence - frame.first_sequence, frame.count)
        self.duplicates += known
        if known == frame.count:
            return []
        self.next_sequence = frame.last_sequence + 1
        if self._gap_since is not None:
            self.late += frame.count - known
        return [frame.records[known * RECORD_SIZE :]]

    def _hold(self, frame: Frame) -> None:
        if self._held_records + frame.count > HELD_RECORDS:
            self.overflowed += frame.count
            self._told_last = max(self._told_last, frame.last_sequence)
            return
        self._arrivals += 1
        kept = replace(frame, records=memoryview(bytes(frame.records)))
        insort(self._held, (frame.first_sequence, self._arrivals, kept))
        self._held_records += frame.count

    def _release(self) -> list[memoryview]:
        runs: list[memoryview] = []
        while self._held and self._held[0][0] <= self.next_sequence:
            frame = self._held.pop(0)[2]
            self._held_records -= frame.count
            known = min(self.next_sequence - frame.first_sequence, frame.count)
            self.duplicates += known
            if known < frame.count:
                self.next_sequence = frame.last_sequence + 1
                runs.append(frame.records[known * RECORD_SIZE :])
        return runs

    def _judge(self, now: float) -> None:
        if self.missing() is None:
            self._gap_since = None
        elif self._gap_since is None:
            self._gap_since = now
            self.gaps += 1
