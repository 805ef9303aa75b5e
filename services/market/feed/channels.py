"""All channels of a session: what may be applied, what to ask for, which may be believed."""

from collections.abc import Callable, Iterator, Mapping

from models.market.picture import BookHealth
from models.wire.exchange import FeedResend
from services.market.feed.frames import Frame
from services.market.feed.sequence import ChannelSequence


class Channels:
    """Sequences by channel number; only channels of announced securities are known.

    ``health_version`` rises whenever the health of a channel changes.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._sequences: dict[int, ChannelSequence] = {}
        self._unreadable: set[int] = set()
        self._health: dict[int, BookHealth] = {}
        self.foreign_frames = 0
        self.health_version = 0

    def __iter__(self) -> Iterator[ChannelSequence]:
        return iter(self._sequences.values())

    def open(self, number: int) -> None:
        """A security of the day has this channel."""
        self._sequences.setdefault(number, ChannelSequence(number))

    def offer(self, frame: Frame) -> list[memoryview]:
        """Return the runs that may be applied now; a frame of an unknown channel is counted."""
        sequence = self._sequences.get(frame.channel)
        if sequence is None:
            self.foreign_frames += 1
            return []
        return sequence.offer(frame, self._now())

    def told_last(self, last: Mapping[int, int]) -> list[FeedResend]:
        """The sender says how far each channel goes; return what to ask for."""
        questions: list[FeedResend] = []
        for number in last.keys() & self._sequences.keys():
            self._sequences[number].told_last(last[number], self._now())
            questions += self.ask(number)
        return questions

    def ask(self, number: int) -> list[FeedResend]:
        """Note a channel's health; return what to ask for again."""
        sequence = self._sequences.get(number)
        if sequence is None or self._is_sound(sequence):
            return []
        self._note_health(sequence)
        question = sequence.resend(self._now())
        return [] if question is None else [question]

    def ask_all(self) -> list[FeedResend]:
        """Dead-lines pass: the same for every channel."""
        return [question for number in self._sequences for question in self.ask(number)]

    def forget_questions(self) -> None:
        """A new connection: what was asked on the old one will not be answered."""
        for sequence in self:
            sequence.forget_questions()

    def mark_unreadable(self, number: int) -> None:
        """A record had another sequence than its place: this channel cannot be believed again."""
        self._unreadable.add(number)

    def next_sequences(self) -> dict[int, int]:
        """Return what each channel needs next."""
        return {number: channel.next_sequence for number, channel in self._sequences.items()}

    def sequence(self, number: int) -> ChannelSequence:
        """Return one known channel."""
        return self._sequences[number]

    def health(self, number: int) -> BookHealth:
        """Whether a channel's books may be believed, as last noted."""
        return self._health.get(number, BookHealth.GOOD)

    def those_in(self, health: BookHealth) -> tuple[int, ...]:
        """Return the channels of one health."""
        return tuple(sorted(number for number, known in self._health.items() if known is health))

    def _is_sound(self, sequence: ChannelSequence) -> bool:
        """The rule: nothing is missing now, nor was at the last look."""
        known = self._health.get(sequence.channel, BookHealth.GOOD)
        return known is BookHealth.GOOD and not sequence.has_gap and not self._unreadable

    def _note_health(self, sequence: ChannelSequence) -> None:
        number = sequence.channel
        health = sequence.health(self._now())
        if number in self._unreadable:
            health = BookHealth.BROKEN
        self.health_version += self.health(number) is not health
        self._health[number] = health
