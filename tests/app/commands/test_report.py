"""``report`` as a person runs it: the desk closed, no process of the firm anywhere."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from app.desk.entrance import DEMO_PASSPHRASE, door_of
from app.frame.desk_lock import only_desk
from app.frame.places import find_places
from app.frame.process import FAILED
from models.wire.hub import SignedIn
from services.desk.storage.person import keep_person
from services.desk.storage.rows import Row
from services.desk.storage.store import open_store
from services.desk.storage.synced.changes import apply_changes
from services.files.writing.marks import marks_in_bytes
from services.rules.loader import load_profile
from tests.support.desk_data import a_client, a_row, changes
from tests.support.shared_data import REPOSITORY

PERSON = SignedIn("B1", "M001", "林晓岚", "manager", ("M001", "*"), "central", "18")


def run(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    program = [sys.executable, "-m", "app", "--home", str(home), "report", *words]
    return subprocess.run(program, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def settings_rows() -> list[tuple[str, Row]]:
    everywhere: Row = {"branch_id": "*", "manager_id": "*", "effective_from": "2020-01-01"}
    return [
        ("firm_setting", a_row("firm_setting", name=name,
                               value=msgspec.json.encode(value).decode()) | everywhere)
        for name, value in load_profile(None).document.items()
    ]  # fmt: skip


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    """A home with a store of one client, closed again."""
    door = door_of(find_places(tmp_path), "M001")
    store = await open_store(door.place, door.vault, DEMO_PASSPHRASE)
    batch = changes("M001", 0, ("client", a_client("C1", "张镕喆")), *settings_rows())
    await store.write(lambda connection: keep_person(connection, PERSON))
    await store.write(lambda connection: apply_changes(connection, batch))
    await store.close()
    return tmp_path


async def test_a_report_is_written_once_and_never_over_another(home: Path) -> None:
    out = home / "r.pdf"
    words = ("C1", "--period", "2023-01", "--out", str(out))
    made = run(home, *words)
    assert made.returncode == 0, made.stderr
    [mark] = marks_in_bytes(out.read_bytes())
    assert f"CMW-{mark}" in made.stdout
    again = run(home, *words)
    assert again.returncode == FAILED and "REPORT_EXISTS" in again.stderr


async def test_an_open_desk_makes_its_own(home: Path) -> None:
    with only_desk(find_places(home)):
        refused = run(home, "C1", "--period", "2023-01", "--out", str(home / "r.pdf"))
    assert refused.returncode == FAILED and "DESK_RUNNING" in refused.stderr
    assert not (home / "r.pdf").exists()


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    out = str(tmp_path / "r.pdf")
    assert "PERIOD_INVALID" in run(tmp_path, "C1", "--out", out).stderr
    assert "STORE_MISSING" in run(tmp_path, "C1", "--period", "2023", "--out", out).stderr
    other = str(tmp_path / "r.doc")
    assert "REPORT_FORM" in run(tmp_path, "C1", "--period", "2023", "--out", other).stderr
