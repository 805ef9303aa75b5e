"""Large messages travel packed (Zstandard); nobody has to be told: the first bytes say so."""

from typing import Final

import zstandard

from models.errors import ExpectedFailure

_MAGIC: Final = b"\x28\xb5\x2f\xfd"  # RFC 8878, 3.1.1; a message is a map and begins otherwise
_WORTH: Final = 16 * 1024
_LEVEL: Final = 1


def pack(message: bytes) -> bytes:
    """Return ``message`` packed where that is worth the work."""
    if len(message) < _WORTH:
        return message
    return zstandard.ZstdCompressor(level=_LEVEL).compress(message)


def unpack(raw: bytes, largest: int) -> bytes:
    """Return the message that ``pack`` was given, at most ``largest`` bytes of it.

    Raises ExpectedFailure WIRE_BAD_MESSAGE; the size is looked at before anything is unpacked.
    """
    if not raw.startswith(_MAGIC):
        return raw
    try:
        size = zstandard.frame_content_size(raw)
        if not 0 < size <= largest:
            raise _broken(f"{size} bytes")
        return zstandard.ZstdDecompressor().decompress(raw)
    except zstandard.ZstdError as fault:
        raise _broken(fault) from fault


def _broken(why: object) -> ExpectedFailure:
    return ExpectedFailure("收到无法识别的报文", f"两端版本可能不同:{why}", "WIRE_BAD_MESSAGE")
