"""A file cut or changed anywhere is readable up to the last whole block, and says what is lost."""

from pathlib import Path

import pytest

from models.errors import ExpectedFailure
from services.market.recording.proof import prove_recording
from services.market.recording.recording import Recording
from services.market.recording.scan import Scan, scan
from tests.services.market.recording.kit import Live, record, sequences, trading_tape


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """Return a small recording of several blocks."""
    file = tmp_path / "day.rec"
    record(file, trading_tape(), each=9)
    return file


def lasts_by_end(found: Scan) -> dict[int, int]:
    """Return the last sequence recorded up to the end of each block."""
    lasts, last = {0: 0}, 0
    for place in found.places:
        last = max([last, *(span.last for span in place.head.spans)])
        lasts[place.at + place.head.size] = last
    return lasts


def test_cut_at_every_byte_it_is_read_up_to_the_last_whole_block(
    whole: Path, tmp_path: Path
) -> None:
    content, lasts, cut = whole.read_bytes(), lasts_by_end(scan(whole)), tmp_path / "cut.rec"
    first_block = min(end for end in lasts if end)
    for size in range(len(content)):
        cut.write_bytes(content[:size])
        found = scan(cut)
        end = max(end for end in lasts if end <= size)
        assert (found.end, found.damaged_bytes, bool(found.damage)) == (end, size - end, size > end)
        if size < first_block:
            with pytest.raises(ExpectedFailure, match="RECORDING_EMPTY"):
                Recording(cut)
        else:
            assert sequences(Recording(cut)) == list(range(1, lasts[end] + 1))


def test_any_flipped_bit_ends_the_reading_before_its_block(whole: Path, tmp_path: Path) -> None:
    content, ends = whole.read_bytes(), sorted(lasts_by_end(scan(whole)))
    flipped = tmp_path / "flipped.rec"
    for at in range(len(content)):
        changed = bytearray(content)
        changed[at] ^= 1 << at % 8
        flipped.write_bytes(changed)
        assert scan(flipped).end == max(end for end in ends if end <= at)


def test_a_damaged_recording_still_proves_what_is_left(whole: Path) -> None:
    whole.write_bytes(whole.read_bytes()[:-20])
    recording = Recording(whole)
    assert recording.scan.damage == "cut_body"
    proof = prove_recording(recording)
    assert proof.is_proved and proof.records == len(sequences(recording)) > 0


@pytest.mark.parametrize("content", [b"", b"SecurityID,Price\n600519,1\n", bytes(500)])
def test_a_foreign_file_is_named_as_such(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "foreign.rec"
    file.write_bytes(content)
    with pytest.raises(ExpectedFailure) as failure:
        Recording(file)
    assert failure.value.code == "RECORDING_EMPTY"
    assert "foreign.rec" in failure.value.title


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ExpectedFailure) as failure:
        Recording(tmp_path / "none.rec")
    assert failure.value.code == "RECORDING_UNREADABLE"


def test_recording_goes_on_behind_the_cut(whole: Path) -> None:
    content = whole.read_bytes()
    whole.write_bytes(content[: len(content) * 2 // 3])
    tape = trading_tape()
    live = Live(whole)
    assert live.writer.cut_bytes > 0
    live.hear(tape, 1, len(tape.records))  # the exchange sends the whole history again
    live.close()
    recording = Recording(whole)
    assert sequences(recording) == list(range(1, len(tape.records) + 1))
    assert recording.gaps == recording.scan.damaged_bytes == 0
    assert prove_recording(recording).is_proved
