"""Streams for the bench are real days repeated: no book of them is at fault."""

import time

from services.market.bench.measure import batch_rate, heart_rate, open_books, twin_rate
from services.market.bench.streams import CHANNEL, single_stream, whole_stream
from services.market.feed.frames import FrameDecoder
from services.market.kernel.choice import new_books
from services.market.sources.day import RecordedDay, open_day
from tests.support.shared_data import shared_data


def small_day() -> RecordedDay:
    """Return the smallest recorded day."""
    return open_day(shared_data("sse_l2_ticks_20230711"), "601825")


def test_a_single_stream_is_the_whole_day() -> None:
    stream = single_stream(small_day(), 1 << 62)
    assert (stream.events, stream.instruments) == (12_653, 1)
    books = open_books(new_books(), stream)
    books.apply(CHANNEL, stream.raw)
    assert books.faulty_books() == []
    assert books.facts(0).volume == 5_185_669


def test_many_instruments_share_one_dense_channel() -> None:
    stream = whole_stream(small_day(), 50, 20_000)
    assert (stream.events, stream.instruments) == (20_000, 50)
    books = open_books(new_books(), stream)
    assert books.apply(CHANNEL, stream.raw) == 20_000
    assert books.faulty_books() == []
    assert books.channel_facts(CHANNEL).last_sequence == 20_000
    frames = stream.frames(512)
    decoder = FrameDecoder()
    assert sum(frame.count for frame in map(decoder.decode, frames) if frame) == 20_000


def test_all_measures_end_in_the_same_state() -> None:
    stream = whole_stream(small_day(), 5, 2_000)
    started = time.perf_counter()
    states = {rate.state for rate in (batch_rate(new_books, stream), twin_rate(stream))}
    assert states == {heart_rate(stream).state}
    assert time.perf_counter() > started
