"""How the rows of an import travel: in parts, packed, under one digest."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

import msgspec
import zstandard

from models.errors import ExpectedFailure
from services.files.picking import PickedRow

PART_ROWS = 5_000
_MOST_UNPACKED = 64 * 1024 * 1024
_decoder = msgspec.msgpack.Decoder(list[PickedRow])


def pack_rows(rows: Sequence[PickedRow]) -> Iterator[bytes]:
    """Yield the parts, in order."""
    for first in range(0, len(rows), PART_ROWS):
        packed = msgspec.msgpack.encode(rows[first : first + PART_ROWS])
        yield zstandard.ZstdCompressor().compress(packed)


def unpack_rows(part: bytes) -> list[PickedRow]:
    """Return the rows of a part; ExpectedFailure IMPORT_PART_BROKEN."""
    try:
        size = zstandard.frame_content_size(part)
        if not 0 < size <= _MOST_UNPACKED:
            raise _broken()
        return _decoder.decode(zstandard.ZstdDecompressor().decompress(part))
    except (zstandard.ZstdError, msgspec.MsgspecError) as fault:
        raise _broken() from fault


def digest_of(parts: Iterable[bytes]) -> str:
    """Return what names exactly these parts."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _broken() -> ExpectedFailure:
    return ExpectedFailure("导入的数据已损坏", "请重新导入该文件", "IMPORT_PART_BROKEN")
