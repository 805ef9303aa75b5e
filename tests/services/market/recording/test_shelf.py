"""Recordings are found by day and name; only the newest days are kept."""

import os
from pathlib import Path

import pytest
from msgspec import structs

from models.errors import ExpectedFailure
from services.market.recording.shelf import Shelf
from tests.services.market.support import welcome


def on(day: str, session: str = "one") -> str:
    """Return the file name of a session."""
    return Shelf(Path(), 1).place(structs.replace(welcome(session), trade_date=day)).name


def put(folder: Path, days: int, day: str, session: str = "one") -> Path:
    """Place a recording and make its file."""
    file = Shelf(folder, days).place(structs.replace(welcome(session), trade_date=day))
    file.touch()
    return file


def names(folder: Path) -> list[str]:
    """Return the days of the recordings there, latest first."""
    return [file.name[:10] for file in Shelf(folder, 1).files()]


def test_older_days_than_the_kept_ones_go(tmp_path: Path) -> None:
    for day in ("2023-01-30", "2023-01-31", "2023-02-01", "2023-02-02"):
        put(tmp_path, 2, day)
    assert names(tmp_path) == ["2023-02-02", "2023-02-01"]


def test_a_replayed_older_day_never_loses_its_own_file(tmp_path: Path) -> None:
    put(tmp_path, 1, "2023-02-02")
    file = put(tmp_path, 1, "2023-01-30")
    put(tmp_path, 1, "2023-01-30", "two")
    assert file.exists()


def test_foreign_files_are_not_touched(tmp_path: Path) -> None:
    (tmp_path / "notes.rec").touch()
    (tmp_path / "2020-01-01.txt").touch()
    put(tmp_path, 1, "2023-02-02")
    assert (tmp_path / "notes.rec").exists() and (tmp_path / "2020-01-01.txt").exists()


def test_a_day_names_its_latest_recording(tmp_path: Path) -> None:
    older, newer = put(tmp_path, 5, "2023-02-01"), put(tmp_path, 5, "2023-02-01", "two")
    os.utime(older, (1_000, 1_000))
    os.utime(newer, (2_000, 2_000))
    shelf = Shelf(tmp_path, 5)
    assert shelf.find("2023-02-01") == newer
    assert shelf.find(older.name) == shelf.find(str(older)) == older


@pytest.mark.parametrize("named", ["", "2024-01-01", "nothing.rec"])
def test_an_unknown_recording_is_told(tmp_path: Path, named: str) -> None:
    put(tmp_path, 5, "2023-02-01")
    with pytest.raises(ExpectedFailure, match="RECORDING_UNKNOWN"):
        Shelf(tmp_path, 5).find(named)


@pytest.mark.parametrize("day", ["", "../../etc", "20230230"])
def test_a_feed_without_a_date_is_not_recorded(tmp_path: Path, day: str) -> None:
    with pytest.raises(ExpectedFailure, match="RECORDING_DATE"):
        put(tmp_path, 5, day)
    assert list(tmp_path.iterdir()) == []


def test_sessions_of_a_day_have_files_of_their_own(tmp_path: Path) -> None:
    one, two = (put(tmp_path, 5, "2023-02-01", session) for session in ("a/../b", "a"))
    assert one != two and one.parent == two.parent == tmp_path
