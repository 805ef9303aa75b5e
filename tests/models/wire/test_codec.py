"""Bytes of whatever kind are a message or have a reason; none are a fault of ours."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ExpectedFailure
from models.wire.codec import decode, decode_by, encode
from models.wire.commands import Envelope, LogContact
from models.wire.hub import SignIn

WHOLE = encode(
    Envelope(
        "C1", "B001", "M001", "M001", "desk-1", 1, "K1", 0, "2023-02-01T10:00:00.000+08:00",
        LogContact("K", "K1", "phone", "out", "回访", "2023-02-01T10:00:00.000+08:00"),
    )
)  # fmt: skip
HEAD, TAIL = b"\x82\xa4type\xa7sign_in\xa8staff_id", b"\xc0"


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"\xa2\xff\xfe",
        HEAD + b"\xa3\xed\xa0\x80",
        b"\x81\xa4type\xa2\xff\xfe",
        b"\x81\xa1x" + b"\x91" * 100_000 + TAIL,
        b"\x91" * 100_000 + TAIL,
        b"\xc1",
        b"",
    ],
    ids=["no UTF-8", "a surrogate", "a tag of no UTF-8", "deep", "deeper", "unused", "nothing"],
)
def test_what_is_no_message_says_so(raw: bytes) -> None:
    for kind in (SignIn, Envelope):
        with pytest.raises(ExpectedFailure) as failure:
            decode(raw, kind)
        assert failure.value.code == "WIRE_BAD_MESSAGE"
    with pytest.raises(ExpectedFailure):
        decode_by(raw, msgspec.msgpack.Decoder(SignIn))


@given(at=st.integers(0, len(WHOLE) - 1), put=st.binary(min_size=1, max_size=3))
def test_a_damaged_message_is_read_or_has_a_reason(at: int, put: bytes) -> None:
    raw = WHOLE[:at] + put + WHOLE[at + len(put) :]
    try:
        assert isinstance(decode(raw, Envelope), Envelope)
    except ExpectedFailure as failure:
        assert failure.code == "WIRE_BAD_MESSAGE"
