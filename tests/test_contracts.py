"""The wire's fixed widths: changing one changes the version."""

from models.wire.feed import FRAME_HEADER, RECORD


def test_feed_record_is_48_bytes_and_frame_header_32() -> None:
    assert (FRAME_HEADER.size, RECORD.size) == (32, 48)
