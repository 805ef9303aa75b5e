"""Large messages are packed on the line and come out as they were; nothing else comes out."""

import os

import pytest
import zstandard

from models.errors import ExpectedFailure
from models.wire.codec import encode
from models.wire.hub import Changes, TableChanges, Unmasked
from models.wire.packing import pack, unpack

_LARGEST = 1_000_000
_ROWS = b'[{"client_id": "C000001", "name": "' + "李晓梅".encode() + b'"}]'


def test_a_large_message_is_packed_and_comes_out_as_it_was() -> None:
    message = encode(
        Changes(1, "M001", 0, 1_000, 1_000, (TableChanges("client", 1_000, 1_000 * _ROWS),))
    )

    packed = pack(message)

    assert len(packed) < len(message) // 10
    assert unpack(packed, _LARGEST) == message


def test_a_small_message_stays_as_it_is() -> None:
    message = encode(Unmasked(1, "13800000000"))

    assert pack(message) == message == unpack(message, _LARGEST)


def test_bytes_that_cannot_be_made_smaller_come_out_too() -> None:
    message = b"\x81" + os.urandom(100_000)

    assert unpack(pack(message), _LARGEST) == message


def test_what_would_become_too_large_is_refused_before_it_is_unpacked() -> None:
    packed = pack(b"\x81" + bytes(_LARGEST))

    with pytest.raises(ExpectedFailure) as refused:
        unpack(packed, _LARGEST)

    assert refused.value.code == "WIRE_BAD_MESSAGE"
    assert unpack(packed, _LARGEST + 1) == b"\x81" + bytes(_LARGEST)


@pytest.mark.parametrize("fault", ["cut", "changed", "no size"])
def test_a_damaged_message_is_refused(fault: str) -> None:
    message = b"\x81" + 10_000 * _ROWS
    packed = pack(message)
    broken = {
        "cut": packed[: len(packed) // 2],
        "changed": packed[:6] + bytes([packed[6] ^ 0xFF]) + packed[7:],
        "no size": zstandard.ZstdCompressor(write_content_size=False).compress(message),
    }

    with pytest.raises(ExpectedFailure) as refused:
        unpack(broken[fault], _LARGEST)

    assert refused.value.code == "WIRE_BAD_MESSAGE"
