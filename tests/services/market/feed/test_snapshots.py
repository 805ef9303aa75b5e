"""Snapshot frames: what goes in comes out; damage and nonsense are counted and never raised."""

from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.market.instrument import Phase
from models.wire.feed import FRAME_HEADER, PHASES
from models.wire.snapshot import SNAPSHOT, SNAPSHOT_MAGIC
from services.market.feed.frames import HEADER_SIZE
from services.market.feed.snapshots import (
    SNAPSHOT_SIZE,
    Snapshot,
    SnapshotDecoder,
    auction_rows,
    encode_snapshots,
)

LADDER = Snapshot(
    instrument=3,
    time_ms=36_000_000,
    phase=PHASES.index(Phase.CONTINUOUS),
    is_auction=False,
    previous_close=100_000,
    last=100_100,
    open=99_900,
    high=100_200,
    low=99_800,
    bid_average=99_836,
    ask_average=100_120,
    volume=1_200,
    turnover=120_000_000,
    trades=7,
    bid_total=1_100,
    ask_total=500,
    bids=((99_900, 400, 2), (99_800, 700, 1)),
    asks=((100_100, 500, 1),),
)


def auction(price: int, volume: int, unmatched: int) -> Snapshot:
    """Return a snapshot of a call."""
    bids, asks = auction_rows(price, volume, unmatched)
    call = PHASES.index(Phase.OPENING_CALL)
    nothing = {"bid_average": 0, "ask_average": 0, "bid_total": 0, "ask_total": 0}
    return LADDER._replace(phase=call, is_auction=True, bids=bids, asks=asks, **nothing)


SOUND = (LADDER, auction(100_000, 300, 200), auction(100_000, 300, -200), auction(0, 0, 0))


def frame(*snapshots: Snapshot) -> bytes:
    """Return a frame after record 9 of channel 6."""
    return encode_snapshots(6, 9, snapshots, 123)


def test_a_frame_comes_back_as_it_was() -> None:
    decoder = SnapshotDecoder()
    decoded = decoder.decode(frame(*SOUND))
    assert decoded is not None
    assert (decoded.channel, decoded.sequence, decoded.sent_ns) == (6, 9, 123)
    assert decoded.snapshots == SOUND
    assert (decoder.refused_total, decoder.unsound) == (0, 0)


def test_a_side_that_is_left_over_stands_on_its_second_level() -> None:
    assert auction_rows(100_000, 300, 200) == (
        ((100_000, 300, 0), (0, 200, 0)),
        ((100_000, 300, 0),),
    )
    assert auction_rows(100_000, 300, 0) == (((100_000, 300, 0),), ((100_000, 300, 0),))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "short_header"),
        (b"CMW2" + frame()[4:], "foreign_magic"),
        (frame()[:4] + b"\x02\x00" + frame()[6:], "unknown_version"),
        (frame(LADDER)[:-1], "wrong_length"),
        (frame()[:8] + b"\xff\xff\xff\xff" + frame()[12:], "too_many_snapshots"),
        (frame()[:16] + b"\xff" * 8 + frame()[24:], "bad_sequence"),
        (frame(LADDER)[:6] + b"\x07" + frame(LADDER)[7:], "bad_checksum"),
    ],
)
def test_damage_is_refused_with_its_reason(raw: bytes, reason: str) -> None:
    decoder = SnapshotDecoder()
    assert decoder.decode(raw) is None
    assert decoder.refused == {reason: 1}


UNSOUND = (
    LADDER._replace(phase=len(PHASES)),
    LADDER._replace(time_ms=86_400_000),
    LADDER._replace(volume=-1),
    LADDER._replace(last=-1),
    LADDER._replace(bids=((100_100, 400, 2),)),  # crossed
    LADDER._replace(
        bids=(
            (99_800, 400, 2),
            (99_900, 700, 1),
        )
    ),  # out of order
    LADDER._replace(
        bids=(
            (99_900, 400, 2),
            (99_900, 700, 1),
        )
    ),  # one price twice
    LADDER._replace(
        bids=(
            (0, 0, 0),
            (99_900, 400, 2),
        )
    ),  # a hole
    LADDER._replace(bids=((99_900, -5, 2),)),
    LADDER._replace(bids=((-7, 5, 2),)),
    auction(100_000, 300, 0)._replace(bids=((100_100, 300, 0),)),
    auction(100_000, 300, 0)._replace(asks=()),
    auction(100_000, 300, 5)._replace(asks=((100_000, 300, 0), (0, 5, 0))),
)


@pytest.mark.parametrize("one", UNSOUND)
def test_what_cannot_be_is_left_out_alone_and_counted(one: Snapshot) -> None:
    decoder = SnapshotDecoder()
    decoded = decoder.decode(frame(LADDER, one))
    assert decoded is not None
    assert decoded.snapshots == (LADDER,)
    assert decoder.unsound == 1


@given(st.binary(max_size=600))
def test_foreign_bytes_never_raise(raw: bytes) -> None:
    decoder = SnapshotDecoder()
    assert decoder.decode(SNAPSHOT_MAGIC + raw) is None
    assert decoder.refused_total == 1


@given(st.integers(0, (HEADER_SIZE + SNAPSHOT_SIZE) * 8 - 1))
def test_any_flipped_bit_is_refused(bit: int) -> None:
    raw = bytearray(frame(LADDER))
    raw[bit // 8] ^= 1 << bit % 8
    assert SnapshotDecoder().decode(raw) is None


@given(st.binary(min_size=SNAPSHOT_SIZE, max_size=SNAPSHOT_SIZE))
def test_any_numbers_under_a_right_checksum_are_taken_or_counted(body: bytes) -> None:
    raw = encode_snapshots(6, 9, (LADDER,), 0)[:HEADER_SIZE] + body
    decoder = SnapshotDecoder()
    head = list(FRAME_HEADER.unpack_from(raw))
    head[4] = checksum_without_field(raw)
    decoded = decoder.decode(FRAME_HEADER.pack(*head) + body)
    assert decoded is not None
    assert len(decoded.snapshots) + decoder.unsound == 1


def checksum_without_field(raw: bytes) -> int:
    """Return the checksum of a whole frame, written down anew."""
    return crc32(raw[:12] + raw[16:])


def test_a_snapshot_is_400_bytes() -> None:
    assert SNAPSHOT.size == 400
