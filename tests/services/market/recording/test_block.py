"""A block gives back the very records, whatever they hold; other bytes are refused by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.wire.feed import RECORD
from services.market.recording.block import (
    FIXED_SIZE,
    BadBlock,
    Item,
    ItemKind,
    Span,
    head_size,
    pack_feed,
    read_head,
    read_items,
    run_item,
)

_byte, _word = st.integers(0, 255), st.integers(0, (1 << 32) - 1)
_long = st.integers(-(1 << 63), (1 << 63) - 1)
_records = st.builds(
    RECORD.pack,
    *(_byte, _byte, _byte, _byte, _word, _long, _long, _long, _long),
    st.integers(-(1 << 31), (1 << 31) - 1),
    _word,
)
_runs = st.builds(
    lambda channel, records: run_item(channel, b"".join(records)),
    st.integers(0, 65_535),
    st.lists(_records, max_size=5),
)
_hashes = st.builds(
    lambda kind, number, value: Item(kind, 0, number, value),
    st.sampled_from([ItemKind.BOOK_HASH, ItemKind.STATE_HASH]),
    _word,
    st.integers(0, (1 << 64) - 1),
)
_times = st.builds(lambda time_ms: Item(ItemKind.TIME, 0, 0, time_ms), st.integers(0, 86_399_999))


def unpacked(block: bytes) -> list[Item]:
    """Read a block as a file's reader does."""
    size = head_size(block[:FIXED_SIZE])
    return read_items(read_head(block[:size]), block[size:])


@given(st.lists(_runs | _hashes | _times, max_size=6))
def test_every_item_comes_back_as_it_was(items: list[Item]) -> None:
    back = unpacked(pack_feed(items, [Span(1, 2, 3)]))
    assert [(*one[:4], bytes(one.records)) for one in back] == [
        (*one[:4], bytes(one.records)) for one in items
    ]


def test_spans_and_times_stand_in_the_head() -> None:
    records = b"".join(RECORD.pack(1, 66, 2, 0, 0, 1, 0, 1, at, 1, at * 1_000) for at in (5, 7, 6))
    block = pack_feed([run_item(3, records), Item(ItemKind.TIME, 0, 0, 9_000)], [Span(3, 5, 7)])
    head = read_head(block[: head_size(block[:FIXED_SIZE])])
    assert (head.records, head.first_ms, head.last_ms, head.spans) == (
        3,
        5_000,
        9_000,
        (Span(3, 5, 7),),
    )
    assert head.size == len(block)


@given(st.binary(max_size=300))
def test_noise_is_no_block(noise: bytes) -> None:
    with pytest.raises(BadBlock):
        unpacked(noise)


def test_a_block_of_another_version_says_so() -> None:
    block = bytearray(pack_feed([], []))
    block[4] += 1
    with pytest.raises(BadBlock, match="unknown_version"):
        unpacked(bytes(block))
