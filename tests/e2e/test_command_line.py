"""What the program says when it cannot work: one clear line, status 3, nothing touched."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.e2e.home import fresh_home, processes_of, run

_MISTYPED = '\n[exchange]\nspeed = "fast"\n'


def one_line(told: "subprocess.CompletedProcess[str]", code: str) -> str:
    lines = [line for line in told.stderr.splitlines() if "propagateSizeHints" not in line]
    assert (told.returncode, told.stdout, len(lines)) == (3, "", 1), told.stderr
    assert f"({code})" in lines[0]
    return lines[0]


@pytest.mark.parametrize("words", [("desk",), ("central", "status"), ("exchange",)])
def test_broken_settings_name_file_line_and_cure(words: tuple[str, ...]) -> None:
    with fresh_home(_MISTYPED) as places:
        before = places.settings.read_bytes()
        line = one_line(run(places, *words), "SETTINGS_BROKEN")
        assert str(places.settings) in line and "第 6 行" in line and "请改正" in line
        assert places.settings.read_bytes() == before
        assert [file.name for file in places.home.iterdir()] == ["settings.toml"]


@pytest.mark.parametrize(
    ("words", "code"),
    [(("--start", "teatime"), "EXCHANGE_START"), (("--speed", "99"), "EXCHANGE_SPEED")],
)
def test_an_impossible_session_starts_nothing(words: tuple[str, ...], code: str) -> None:
    with fresh_home() as places:
        one_line(run(places, "desk", *words), code)
        assert not (places.home / "store").exists()
        assert processes_of(places) == []


def test_no_display_is_told_and_the_tour_is_offered() -> None:
    with fresh_home() as places:
        told = run(places, "desk", QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")
        assert "tour --out" in one_line(told, "NO_DISPLAY")


def test_a_home_that_is_a_file_is_told(tmp_path: Path) -> None:
    with fresh_home() as places:
        file = tmp_path / "file"
        file.touch()
        line = one_line(run(places, "--home", str(file), "desk"), "HOME_UNUSABLE")
        assert str(file) in line


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://joe:hunter2@127.0.0.1:1/firm", "CENTRAL_UNREACHABLE"),
        ("joe:hunter2 at home", "CENTRAL_URL_BROKEN"),
    ],
)
@pytest.mark.parametrize("words", [("hub",), ("central", "status", "--json")])
def test_a_wrong_database_is_told_without_its_password(
    url: str, code: str, words: tuple[str, ...]
) -> None:
    with fresh_home(f'[central]\nurl = "{url}"\n') as places:
        told = run(places, *words)
        assert told.returncode == 3
        assert f"({code})" in told.stderr and "Traceback" not in told.stderr
        logs = "".join(file.read_text("utf-8") for file in places.logs.glob("*"))
        assert "hunter2" not in told.stderr + told.stdout + logs


def test_doctor_and_central_status_only_look() -> None:
    with fresh_home() as places:
        found = json.loads(run(places, "doctor", "--json").stdout)
        assert {"name", "ok", "found", "cure", "needed"} == set(found[0])
        status = json.loads(run(places, "central", "status", "--json").stdout)
        assert status == {"server": "embedded", "running": False}
        assert processes_of(places) == []


def test_pruning_says_that_nothing_runs_or_what_went() -> None:
    with fresh_home() as places:
        assert "(CENTRAL_DOWN)" in run(places, "central", "prune").stderr
        assert run(places, "central", "init", "--demo").returncode == 0
        told = run(places, "central", "prune", "--keep-days", "0", "--json")
        assert set(json.loads(told.stdout).values()) == {0}, told.stderr
        assert run(places, "central", "stop").returncode == 0
