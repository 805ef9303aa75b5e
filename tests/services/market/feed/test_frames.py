"""Frames: what goes in comes out, what is damaged is counted and never raised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.wire.feed import (
    FLAG_SHANGHAI,
    KIND_ADD,
    ORDER_LIMIT,
    SIDE_BUY,
)
from services.market.feed.frames import (
    HEADER_SIZE,
    RECORD_SIZE,
    FrameDecoder,
    encode_frame,
    frame_of_bytes,
    unpack_records,
)
from services.market.feed.record import FeedRecord


def add(sequence: int, price: int = 100_000) -> FeedRecord:
    """Return a plain buy order."""
    return FeedRecord(
        KIND_ADD, SIDE_BUY, ORDER_LIMIT, FLAG_SHANGHAI, 3, 77, 0, 500, sequence, price, 34_200_000
    )


def frame(first: int = 5, count: int = 4) -> bytes:
    """Return a frame of plain buy orders."""
    return encode_frame(6, first, [add(first + at) for at in range(count)], 123)


def test_a_frame_comes_back_as_it_was() -> None:
    decoder = FrameDecoder()
    decoded = decoder.decode(frame())
    assert decoded is not None
    assert (decoded.channel, decoded.first_sequence, decoded.count) == (6, 5, 4)
    assert (decoded.last_sequence, decoded.sent_ns) == (8, 123)
    assert unpack_records(decoded.records) == [add(5), add(6), add(7), add(8)]
    assert decoder.refused_total == 0


def test_an_empty_frame_is_a_frame() -> None:
    decoded = FrameDecoder().decode(encode_frame(1, 9, [], 0))
    assert decoded is not None
    assert (decoded.count, decoded.last_sequence) == (0, 8)


def test_records_that_are_not_dense_are_not_sent() -> None:
    with pytest.raises(ValueError, match="record 7 where 6 was due"):
        encode_frame(1, 5, [add(5), add(7)], 0)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "short_header"),
        (frame()[: HEADER_SIZE - 1], "short_header"),
        (b"GET " + frame()[4:], "foreign_magic"),
        (frame()[:4] + b"\x01\x00" + frame()[6:], "unknown_version"),
        (frame()[:-1], "wrong_length"),
        (frame() + b"\x00", "wrong_length"),
        (frame()[:8] + b"\xff\xff\xff\xff" + frame()[12:], "too_many_records"),
        (frame()[:-1] + bytes([frame()[-1] ^ 1]), "bad_checksum"),
        (frame()[:6] + b"\x07" + frame()[7:], "bad_checksum"),
        (frame_of_bytes(6, 0, frame()[HEADER_SIZE:], 0), "bad_sequence"),
        (frame_of_bytes(6, 9, frame()[HEADER_SIZE:], 0), "sequence_not_dense"),
    ],
)
def test_damage_is_refused_with_its_reason(raw: bytes, reason: str) -> None:
    decoder = FrameDecoder()
    assert decoder.decode(raw) is None
    assert decoder.refused == {reason: 1}


@given(st.binary(max_size=400))
def test_foreign_bytes_never_raise(raw: bytes) -> None:
    decoder = FrameDecoder()
    assert decoder.decode(raw) is None
    assert decoder.refused_total == 1


@given(st.integers(0, (HEADER_SIZE + 4 * RECORD_SIZE) * 8 - 1))
def test_any_flipped_bit_of_a_frame_is_refused(bit: int) -> None:
    raw = bytearray(frame())
    raw[bit // 8] ^= 1 << bit % 8
    assert FrameDecoder().decode(raw) is None
