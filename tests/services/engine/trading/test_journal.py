"""The journal on a real disk: what was synced is there, what was torn is cut and told."""

import os
from datetime import date
from pathlib import Path

import msgspec
import pytest

from models.errors import ExpectedFailure
from services.engine.trading.journal.day import open_day
from services.engine.trading.journal.file import (
    MAGIC,
    JournalFile,
    create_journal,
    frame_of,
    read_journal,
)
from services.engine.trading.journal.lock import FolderLock
from services.engine.trading.journal.records import JournalOpened, JournalRecord, ReportSeen
from tests.support.trading import DAY

RECORDS: tuple[JournalRecord, ...] = (
    JournalOpened("ledger", DAY.isoformat(), "now"),
    *(ReportSeen("one", number, "note") for number in range(1, 20)),
)


async def written(file: Path, records: tuple[JournalRecord, ...] = RECORDS) -> Path:
    create_journal(file)
    journal = JournalFile(file)
    for record in records:
        journal.append(record)
    await journal.sync()
    journal.close()
    return file


async def test_records_come_back_in_order(tmp_path: Path) -> None:
    file = await written(tmp_path / "a.journal")
    assert read_journal(file).records == RECORDS


async def test_what_was_not_synced_is_not_there(tmp_path: Path) -> None:
    file = await written(tmp_path / "a.journal")
    journal = JournalFile(file)
    journal.append(ReportSeen("one", 99, "never told"))
    journal.close()
    assert read_journal(file).records == RECORDS


async def test_tail_torn_at_any_byte_is_cut_and_kept_aside(tmp_path: Path) -> None:
    whole = (await written(tmp_path / "a.journal")).read_bytes()
    last = len(frame_of_last())
    for missing in range(1, last):
        file = tmp_path / f"torn{missing}.journal"
        file.write_bytes(whole[:-missing])
        content = read_journal(file)
        assert content.records == RECORDS[:-1]
        assert content.torn_bytes == last - missing
        assert content.torn_file is not None
        assert len(content.torn_file.read_bytes()) == last - missing
        again = read_journal(file)
        assert (again.records, again.torn_bytes) == (RECORDS[:-1], 0)


def frame_of_last() -> bytes:
    return frame_of(msgspec.msgpack.encode(RECORDS[-1]))


async def test_zeros_after_the_end_are_a_torn_tail(tmp_path: Path) -> None:
    file = await written(tmp_path / "a.journal")
    with file.open("ab") as handle:
        handle.write(bytes(4096))
    assert read_journal(file).torn_bytes == 4096


async def test_damage_before_sound_records_stops_the_engine(tmp_path: Path) -> None:
    file = await written(tmp_path / "a.journal")
    raw = bytearray(file.read_bytes())
    raw[len(MAGIC) + 40] ^= 0xFF
    file.write_bytes(raw)
    with pytest.raises(ExpectedFailure) as failure:
        read_journal(file)
    assert failure.value.code == "JOURNAL_DAMAGED"
    assert file.read_bytes() == raw


async def test_file_of_another_kind_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / f"{DAY}.journal"
    file.write_text("not ours")
    with pytest.raises(ExpectedFailure) as failure:
        await open_day(tmp_path, DAY, "now")
    assert failure.value.code == "JOURNAL_DAMAGED"
    assert file.read_text() == "not ours"


async def test_journal_of_another_day_is_refused(tmp_path: Path) -> None:
    await written(tmp_path / "2023-02-02.journal")
    with pytest.raises(ExpectedFailure) as failure:
        await open_day(tmp_path, date(2023, 2, 2), "now")
    assert failure.value.code == "JOURNAL_DAMAGED"


async def test_each_new_journal_has_an_id_of_its_own(tmp_path: Path) -> None:
    ledgers = set[str]()
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        opened = await open_day(folder, DAY, "now")
        head = opened.records[0]
        assert isinstance(head, JournalOpened)
        ledgers.add(head.ledger)
        opened.journal.close()
    assert len(ledgers) == 2


async def test_failed_write_stops_the_journal_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = await written(tmp_path / "a.journal")
    journal = JournalFile(file)
    journal.append(ReportSeen("one", 20, "no room"))

    def no_room(_fd: int, _data: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", no_room)
        with pytest.raises(ExpectedFailure) as failure:
            await journal.sync()
    assert failure.value.code == "JOURNAL_FAILED"
    with pytest.raises(ExpectedFailure):
        journal.append(ReportSeen("one", 21, "too late"))
    with pytest.raises(ExpectedFailure):
        await journal.sync()
    journal.close()
    assert read_journal(file).records == RECORDS


def test_one_engine_at_a_time_owns_the_folder(tmp_path: Path) -> None:
    first = FolderLock(tmp_path)
    with pytest.raises(ExpectedFailure) as failure:
        FolderLock(tmp_path)
    assert failure.value.code == "ENGINE_RUNNING"
    first.release()
    FolderLock(tmp_path).release()
