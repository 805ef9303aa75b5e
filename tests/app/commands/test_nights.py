"""``central night``, ``central load`` and ``bench nightly`` as a person runs them."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.central import stop_central
from app.frame.places import Places
from app.frame.process import FAILED
from tests.support.shared_data import REPOSITORY

CLOSES = (
    "symbol,day,name,close,previous_close,status\n600519.SH,2023-02-02,贵州茅台,1800,1700,normal\n"
)


@pytest.fixture
def home() -> Iterator[Path]:
    """A home with a small demo firm, its server stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="ws"))
    (folder / "settings.toml").write_text("[demo]\nclients = 30\nmanager_clients = 10\n", "utf-8")
    yield folder
    stop_central(Places(folder))
    shutil.rmtree(folder, ignore_errors=True)


def run(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    program = [sys.executable, "-m", "app", "--home", str(home), *words]
    return subprocess.run(program, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def test_a_night_by_hand(home: Path) -> None:
    assert run(home, "central", "init", "--demo").returncode == 0
    told = run(home, "central", "night", "--date", "2023-02-01")
    assert told.returncode == 0, told.stderr
    assert "客户评级:完成" in told.stdout and "积分到期:跳过(POINTS_NEVER_EXPIRE)" in told.stdout
    file = home / "closes.csv"
    file.write_text(CLOSES + "600519.SH,x,,1,1,normal\n", "utf-8")
    loaded = run(home, "central", "load", "closes", str(file), "--json")
    assert json.loads(loaded.stdout)["reasons"] == {"DATE_INVALID": 1}
    again = run(home, "central", "load", "closes", str(file))
    assert "此前已载入" in again.stdout and "DATE_INVALID:1" in again.stdout
    report = json.loads(run(home, "central", "night", "--date", "2023-02-02", "--json").stdout)
    assert {step["state"] for step in report["steps"]} == {"done", "skipped"}
    proof = run(home, "central", "verify-audit", "--json")
    assert json.loads(proof.stdout)["whole"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("night", "--date", "soon"), "DATE_INVALID"),
        (("load", "closes", "nowhere.csv"), "LOAD_UNREADABLE"),
    ],
)
def test_what_cannot_be_read_is_told(home: Path, words: tuple[str, ...], code: str) -> None:
    told = run(home, "central", *words)
    assert told.returncode == FAILED
    assert code in told.stderr


def test_the_bench_tells_ratios(home: Path) -> None:
    told = run(home, "bench", "nightly", "--clients", "600", "--entries", "2000", "--json")
    assert told.returncode == 0, told.stderr
    figures = json.loads(told.stdout)
    assert figures["entries"] == 2_000 and figures["alerts"] > 0
    assert {"posting_to_bare", "rating_to_bare", "alerts_seconds"} <= set(figures)
