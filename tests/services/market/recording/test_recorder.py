"""What the heart takes is in the file, in order, once; what stops the recorder stops it alone."""

import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from msgspec import structs

from models.errors import ExpectedFailure
from models.wire.exchange import FeedHeartbeat
from services.market.heart import MarketHeart
from services.market.recording.block import FIXED_SIZE, ItemKind, head_size
from services.market.recording.proof import prove_recording
from services.market.recording.recorder import BATCH_BYTES, Recorder
from services.market.recording.recording import Recording
from services.market.recording.thread import RecordingState, WriterThread
from services.market.recording.writer import BlockWriter
from tests.services.market.recording.kit import Live, record, sequences, trading_tape
from tests.services.market.support import CHANNEL, SHANGHAI, Tape, welcome
from tests.support.shared_data import REPOSITORY


def test_the_very_records_come_out(tmp_path: Path) -> None:
    tape = trading_tape()
    record(tmp_path / "day.rec", tape)
    recording = Recording(tmp_path / "day.rec")
    packed = b"".join(part for _, part in recording.packed(CHANNEL, 1, 1 << 40))
    assert packed == tape.frame(1, len(tape.records))[32:]
    assert recording.welcome == welcome()
    assert recording.span_ms == (tape.records[0].time_ms, tape.records[-1].time_ms)
    assert recording.records == len(tape.records)


def test_any_range_is_found(tmp_path: Path) -> None:
    tape = trading_tape()
    record(tmp_path / "day.rec", tape)
    recording = Recording(tmp_path / "day.rec")
    for first, last in ((1, 1), (5, 20), (30, 36), (36, 90)):
        packed = b"".join(part for _, part in recording.packed(CHANNEL, first, last))
        assert packed == tape.frame(first, min(last, len(tape.records)))[32:]
    assert list(recording.packed(CHANNEL, 99, 120)) == list(recording.packed(77, 1, 9)) == []


def test_a_replay_has_the_state_of_the_live_books(tmp_path: Path) -> None:
    live = record(tmp_path / "day.rec", trading_tape())
    proof = prove_recording(Recording(tmp_path / "day.rec"))
    assert proof.is_proved
    assert proof.state_hash == live.heart.books.state_hash() & (1 << 64) - 1
    assert (proof.states_equal, proof.gaps) == (1, 0)
    assert proof.books_equal == proof.books_compared == 12


def test_a_replay_of_other_records_is_not_proved(tmp_path: Path) -> None:
    tape, other = trading_tape(), trading_tape()
    other.records[8] = other.records[8]._replace(quantity=7_777)
    live = Live(tmp_path / "day.rec")
    live.hear(tape, 1, 20)
    live.recorder.run_applied(CHANNEL, memoryview(other.frame(21, 30)[32:]))
    live.close()
    proof = prove_recording(Recording(tmp_path / "day.rec"))
    assert not proof.is_proved
    assert proof.first_difference == "全部盘口 在记录 30 处不同"


def test_a_recording_without_hashes_proves_nothing(tmp_path: Path) -> None:
    tape = trading_tape()
    live = Live(tmp_path / "day.rec")
    live.heart.on_frame(tape.frame(1, 10))
    live.recorder.finish()
    live.writer.close()
    content = Recording(tmp_path / "day.rec")
    kinds = [item.kind for item in content.all_items()]
    assert kinds == [ItemKind.RUN, ItemKind.STATE_HASH]
    assert prove_recording(content).is_proved


def test_a_restarted_engine_goes_on_without_doubles_or_gaps(tmp_path: Path) -> None:
    file, tape = tmp_path / "day.rec", trading_tape()
    first = Live(file)
    first.hear(tape, 1, 12)
    first.writer.close()  # killed: no last hash
    second = Live(file)
    second.hear(tape, 1, 9)  # history, behind the recording
    second.hear(tape, 10, 20)
    second.hear(tape, 21, 36)
    second.close()
    recording = Recording(file)
    assert sequences(recording) == list(range(1, 37))
    assert recording.gaps == 0
    assert prove_recording(recording).is_proved


def test_a_hash_of_books_behind_the_recording_is_not_kept(tmp_path: Path) -> None:
    file, tape = tmp_path / "day.rec", trading_tape()
    first = Live(file)
    first.hear(tape, 1, 12)
    first.writer.close()
    second = Live(file)
    second.hear(tape, 1, 9)
    second.close()
    kinds = [item.kind for item in Recording(file).all_items()]
    assert kinds.count(ItemKind.BOOK_HASH) == 2 and ItemKind.STATE_HASH not in kinds


def test_another_session_is_another_file(tmp_path: Path) -> None:
    tape = trading_tape()
    writer = BlockWriter(lambda told: tmp_path / f"{told.session}.rec")
    heart = MarketHeart(lambda: 0.0)
    recorder = Recorder(heart, writer.take, lambda: 0.0)
    for session, last in (("one", 9), ("two", 5)):
        heart.on_welcome(welcome(session))
        heart.on_frame(tape.frame(1, last))
    recorder.finish()
    writer.close()
    assert sequences(Recording(tmp_path / "one.rec")) == list(range(1, 10))
    assert sequences(Recording(tmp_path / "two.rec")) == list(range(1, 6))


def test_a_file_of_another_session_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "day.rec"
    record(file, trading_tape())
    before = file.read_bytes()
    with pytest.raises(ExpectedFailure, match="RECORDING_FOREIGN"):
        Live(file, "two")
    assert file.read_bytes() == before


@pytest.mark.parametrize("content", [b"SecurityID,Price\n600519,1\n" * 9, b"CMWB\x02" + bytes(99)])
def test_a_file_that_is_none_of_ours_is_left_alone(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "day.rec"
    file.write_bytes(content)
    with pytest.raises(ExpectedFailure, match="RECORDING_FOREIGN"):
        Live(file)
    assert file.read_bytes() == content


def test_a_file_cut_in_its_first_block_is_started_again(tmp_path: Path) -> None:
    file, tape = tmp_path / "day.rec", trading_tape()
    record(file, tape)
    file.write_bytes(file.read_bytes()[:100])
    record(file, tape)
    assert sequences(Recording(file)) == list(range(1, len(tape.records) + 1))


def test_a_replayed_day_is_not_recorded_again(tmp_path: Path) -> None:
    heart, tape = MarketHeart(lambda: 0.0), trading_tape()
    writer = BlockWriter(lambda _: tmp_path / "day.rec")
    recorder = Recorder(heart, writer.take, lambda: 0.0)
    heart.on_welcome(structs.replace(welcome(), replay=True))
    heart.on_frame(tape.frame(1, 9))
    heart.on_heartbeat(FeedHeartbeat(36_000_000, {CHANNEL: 9}))
    recorder.finish()
    assert list(tmp_path.iterdir()) == []


def test_runs_are_handed_over_in_large_batches(tmp_path: Path) -> None:
    tape = Tape()
    for order in range(1, 2 * BATCH_BYTES // 48):
        tape.buy(SHANGHAI, order, 99_000, 100)
    live = Live(tmp_path / "day.rec")
    live.heart.on_frame(tape.frame(1, 100))
    size_after_few = live.writer.size
    live.heart.on_frame(tape.frame(101, len(tape.records)))
    assert live.writer.size > size_after_few
    live.close()
    assert Recording(tmp_path / "day.rec").records == len(tape.records)


def test_the_writer_thread_writes_all_and_says_what_it_does(tmp_path: Path) -> None:
    tape, file = trading_tape(), tmp_path / "day.rec"
    thread = WriterThread(lambda _: file)
    assert thread.facts.words == ""
    heart = MarketHeart(lambda: 0.0)
    recorder = Recorder(heart, thread.hand, lambda: 0.0)
    heart.on_welcome(welcome())
    heart.on_frame(tape.frame(1, len(tape.records)))
    recorder.finish()
    thread.close()
    assert thread.facts.words == "录制中"
    assert (thread.facts.records, thread.facts.size) == (36 + 2, file.stat().st_size)
    assert prove_recording(Recording(file)).is_proved


def test_a_folder_that_cannot_be_written_stops_the_recording_only(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    thread = WriterThread(lambda _: tmp_path / "file" / "day.rec")
    heart, tape = MarketHeart(lambda: 0.0), trading_tape()
    recorder = Recorder(heart, thread.hand, lambda: 0.0)
    heart.on_welcome(welcome())
    heart.on_frame(tape.frame(1, len(tape.records)))
    recorder.finish()
    thread.close()
    assert thread.facts.state is RecordingState.STOPPED
    assert thread.facts.words.startswith("录制已停止:写不了录制文件")
    assert heart.next_sequences() == {CHANNEL: len(tape.records) + 1}


def test_a_disk_that_cannot_follow_ends_the_recording(tmp_path: Path) -> None:
    thread = WriterThread(lambda _: tmp_path / "day.rec", most_waiting=100)
    heart, tape = MarketHeart(lambda: 0.0), trading_tape()
    recorder = Recorder(heart, thread.hand, lambda: 0.0)
    heart.on_welcome(welcome())
    heart.on_frame(tape.frame(1, len(tape.records)))
    recorder.finish()
    thread.close()
    assert thread.facts.words == "录制已停止:磁盘写入跟不上行情"


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limit there")
def test_a_full_disk_stops_the_recording_and_what_was_written_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "day.rec"
    words = [sys.executable, "-m", "tests.services.market.recording.full_disk", str(file), "3000"]
    done = subprocess.run(
        words, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=True
    )
    state, applied = done.stdout.strip().rsplit(" ", 1)
    assert state.startswith("录制已停止:写不了录制文件(")
    recording = Recording(file)
    assert 0 < recording.records < int(applied)
    assert recording.scan.damaged_bytes == recording.gaps == 0
    assert prove_recording(recording).is_proved


@pytest.mark.parametrize("time_ms", [-1, 86_400_000, 1 << 70])
def test_a_time_that_is_none_is_not_recorded(tmp_path: Path, time_ms: int) -> None:
    tape = trading_tape()
    live = Live(tmp_path / "day.rec")
    live.hear(tape, 1, 9)
    live.heart.on_heartbeat(FeedHeartbeat(time_ms, {CHANNEL: 9}))
    live.close()
    recording = Recording(tmp_path / "day.rec")
    assert recording.span_ms[1] == tape.records[8].time_ms
    assert prove_recording(recording).is_proved


def _of_another_version(file: Path) -> None:
    """Change what the file says its hashes mean, as an older program would have written it."""
    content = bytearray(file.read_bytes())
    size = head_size(bytes(content[:FIXED_SIZE]))
    content[FIXED_SIZE - 8] ^= 1
    content[size - 8 : size - 4] = zlib.crc32(content[: size - 8]).to_bytes(4, "little")
    file.write_bytes(content)


def test_hashes_of_another_version_are_not_compared(tmp_path: Path) -> None:
    file, tape = tmp_path / "day.rec", trading_tape()
    first = Live(file)
    first.hear(tape, 1, 12)
    first.writer.close()
    _of_another_version(file)
    second = Live(file)
    second.hear(tape, 1, len(tape.records))
    second.close()
    recording = Recording(file)
    proof = prove_recording(recording)
    assert proof.other_version and not proof.is_proved
    assert (proof.books_compared, proof.first_difference) == (0, "")
    assert proof.records == len(tape.records)
    kinds = [item.kind for item in recording.all_items()]
    assert kinds.count(ItemKind.BOOK_HASH) == 2  # those of the older program alone
