"""Whatever the line does, a book shown as good is the true book; the rest is marked and counted."""

from collections.abc import Callable
from random import Random

import pytest

from models.market.picture import BookHealth
from models.wire.exchange import FeedHeartbeat, FeedResend
from models.wire.feed import FRAME_HEADER, PHASES
from services.market.feed.frames import HEADER_SIZE, RECORD_SIZE, frame_of_bytes
from services.market.feed.sequence import BROKEN_AFTER_S, RESEND_AFTER_S
from services.market.feed.snapshots import SnapshotDecoder
from services.market.heart import MarketHeart
from services.market.kernel.auction import auction_rule
from services.market.kernel.book import Books
from services.market.kernel.choice import new_books
from services.market.kernel.twin import TwinBooks
from services.market.pictures import tick_units_of
from tests.services.market.mangling import Mangler, Morning, Sent, morning

SEEDS = range(12)


class Truth:
    """Books fed with everything that was published, as far as the heart has come."""

    def __init__(self, day: Morning) -> None:
        self._day = day
        self._places = dict.fromkeys(day.records, 0)
        self.books = new_books()
        for listed in day.welcome.instruments:
            self.books.add_book(listed.channel, listed.limit_down_units, listed.limit_up_units)

    def follow(self, next_sequences: dict[int, int]) -> None:
        """Apply what the heart has applied."""
        for channel, following in next_sequences.items():
            place = self._places[channel]
            if following - 1 > place:
                packed = self._day.records[channel]
                run = packed[place * RECORD_SIZE : (following - 1) * RECORD_SIZE]
                self.books.apply(channel, run)
                self._places[channel] = following - 1


class Desk:
    """A heart at the end of a bad line."""

    def __init__(self, day: Morning, make_books: Callable[[], Books]) -> None:
        self.now = 0.0
        self.day = day
        self.heart = MarketHeart(lambda: self.now, make_books)
        self.heart.on_welcome(day.welcome)
        self.truth = Truth(day)
        self.held = 0

    def take(self, raw: bytes) -> list[FeedResend]:
        """Take a frame as the feed client hands it over, then look at every book."""
        self.now += 0.01
        questions = self.heart.on_frame(raw)
        self.truth.follow(self.heart.next_sequences())
        for listed in self.day.welcome.instruments:
            self._look(listed.symbol, listed.index)
        return questions

    def _look(self, symbol: str, index: int) -> None:
        health, reason = self.heart.book_health(symbol)
        if health is BookHealth.GOOD:
            assert self.heart.books.book_hash(index) == self.truth.books.book_hash(index)
        else:
            self.held += 1
            assert reason


@pytest.mark.parametrize("make_books", [new_books, TwinBooks])
def test_an_undisturbed_morning_is_good_and_counts_nothing(
    make_books: Callable[[], Books],
) -> None:
    day = morning()
    desk = Desk(day, make_books)
    for sent in day.frames:
        assert desk.take(sent.raw) == []
    facts = desk.heart.health()
    assert (desk.held, facts.gaps, facts.refused_frames, facts.duplicates) == (0, 0, 0, 0)
    assert facts.snapshots.equal == facts.snapshots.taken > 200


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bad_line_whose_questions_are_answered_ends_with_true_books(seed: int) -> None:
    day, rng = morning(), Random(seed)
    desk, line = Desk(day, new_books), Mangler(rng, 0.3)
    for raw in line.carry(day.frames):
        for question in desk.take(raw):
            if rng.random() < 0.5:
                desk.take(day.answer(question))
    _until_nothing_is_missing(desk)
    facts = desk.heart.health()
    assert desk.heart.next_sequences() == {n: last + 1 for n, last in day.last_sequences.items()}
    assert (facts.recovering_channels, facts.broken_channels, facts.faulty_books) == ((), (), 0)
    assert facts.records == sum(day.last_sequences.values())
    assert (facts.refused_frames, facts.foreign_frames) == (line.damaged, line.foreign)
    assert (facts.gaps > 0, facts.snapshots.different) == (True, 0)


def _until_nothing_is_missing(desk: Desk) -> None:
    beat = FeedHeartbeat(36_000_000, desk.day.last_sequences)
    for _ in range(1_000):
        desk.now += RESEND_AFTER_S
        for question in desk.heart.on_heartbeat(beat):
            desk.take(desk.day.answer(question))
        if not (desk.heart.health().recovering_channels or desk.heart.health().broken_channels):
            return
    raise AssertionError("something is missing for ever")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_channel_that_never_recovers_is_broken_and_shown_by_snapshots(seed: int) -> None:
    day, rng = morning(), Random(seed)
    desk, line = Desk(day, new_books), Mangler(rng, 0.2)
    lost = rng.choice([sent for sent in day.frames if not sent.is_snapshot])
    for raw in line.carry(tuple(sent for sent in day.frames if sent is not lost)):
        desk.take(raw)
    desk.now += BROKEN_AFTER_S
    desk.heart.on_heartbeat(FeedHeartbeat(36_000_000, day.last_sequences))
    desk.now += BROKEN_AFTER_S
    desk.heart.on_heartbeat(FeedHeartbeat(35_000_000, day.last_sequences))
    facts = desk.heart.health()
    assert lost.channel in facts.broken_channels
    assert facts.clock_backs == 1
    _check_pictures(desk)


def _check_pictures(desk: Desk) -> None:
    """What stands in for a broken book is the exchange's own picture, and says so."""
    shown = 0
    for listed in desk.day.welcome.instruments:
        depth, quote = desk.heart.depth(listed.symbol), desk.heart.quote(listed.symbol)
        assert depth is not None
        assert quote is not None
        if depth.health is BookHealth.SNAPSHOT:
            shown += 1
            kept = desk.heart.reconciler.newest[listed.index]
            assert depth.quote.time_ms == quote.time_ms == kept.snapshot.time_ms
            assert "须到下一交易时段重建" in depth.health_reason
            assert desk.heart.book_health(listed.symbol)[0] is BookHealth.BROKEN
    assert shown


@pytest.mark.parametrize("seed", range(40))
def test_a_wrong_record_in_a_sound_frame_is_found_by_its_book_or_by_a_snapshot(seed: int) -> None:
    """A faulty vendor: the checksum is right, the record is not."""
    day, rng = morning(), Random(seed)
    desk = Desk(day, new_books)
    place = rng.randrange(len(day.frames) // 2)
    at = next(at for at, sent in enumerate(day.frames) if at >= place and not sent.is_snapshot)
    frames = [*day.frames]
    frames[at] = _spoilt(frames[at], rng)
    for sent in frames:
        desk.now += 0.01
        desk.heart.on_frame(sent.raw)
        desk.truth.follow(desk.heart.next_sequences())
        if sent.is_snapshot:
            _check_compared(desk, sent)


def _spoilt(sent: Sent, rng: Random) -> Sent:
    body = bytearray(sent.raw[HEADER_SIZE:])
    bit = rng.randrange(len(body) * 8)
    body[bit // 8] ^= 1 << bit % 8
    first = FRAME_HEADER.unpack_from(sent.raw)[5]
    return Sent(
        sent.channel, sent.sequence, frame_of_bytes(sent.channel, first, bytes(body), 0), False
    )


def _check_compared(desk: Desk, sent: Sent) -> None:
    """What a snapshot was compared with is right, or marked: what a person sees of it."""
    heart, true = desk.heart, desk.truth.books
    for index, kept in heart.reconciler.newest.items():
        if kept.sequence != sent.sequence or kept.snapshot not in _snapshots(sent):
            continue
        listed = desk.day.welcome.instruments[index]
        if heart.book_health(listed.symbol)[0] is not BookHealth.GOOD:
            continue
        quote = heart.quote(listed.symbol)
        assert quote is not None
        assert quote.previous_close_units == listed.previous_close_units
        assert quote.phase is PHASES[true.quote(index).phase]
        assert heart.books.quote(index)[2:8] == true.quote(index)[2:8]
        if kept.snapshot.is_auction:  # an auction shows its match and nothing else
            asked = (auction_rule(listed.exchange), true.facts(index).last, tick_units_of(listed))
            assert heart.books.match(index, *asked) == true.match(index, *asked)
        else:
            assert heart.books.top(index) == true.top(index)
            assert heart.books.facts(index).totals == true.facts(index).totals


def _snapshots(sent: Sent) -> set[object]:
    frame = SnapshotDecoder().decode(sent.raw)
    assert frame is not None
    return set(frame.snapshots)
