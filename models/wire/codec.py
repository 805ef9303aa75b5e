"""One way to turn a message into bytes and back."""

from typing import TypeVar

import msgspec

from models.errors import ExpectedFailure

T = TypeVar("T")

_encoder = msgspec.msgpack.Encoder()
_UNREADABLE = (
    msgspec.DecodeError,  # ValidationError is one
    UnicodeDecodeError,  # text that is no UTF-8
    RecursionError,  # parts within parts without end
)


def encode(message: msgspec.Struct) -> bytes:
    """Return the MessagePack form of a tagged message."""
    return _encoder.encode(message)


def decode_by(raw: bytes | bytearray | memoryview, decoder: msgspec.msgpack.Decoder[T]) -> T:
    """Return the message in ``raw`` as ``decoder`` (made once, typed, for a union) reads it.

    Raises ExpectedFailure WIRE_BAD_MESSAGE with the place of the fault.
    """
    try:
        return decoder.decode(raw)
    except _UNREADABLE as fault:
        raise _bad_message(fault) from fault


def decode(raw: bytes | bytearray | memoryview, kind: type[T]) -> T:
    """Return the message in ``raw``; ``kind`` may be a union of tagged messages.

    Raises ExpectedFailure WIRE_BAD_MESSAGE with the place of the fault.
    """
    try:
        return msgspec.msgpack.decode(raw, type=kind)
    except _UNREADABLE as fault:
        raise _bad_message(fault) from fault


def _bad_message(fault: Exception) -> ExpectedFailure:
    return ExpectedFailure("收到无法识别的报文", f"两端版本可能不同:{fault}", "WIRE_BAD_MESSAGE")
