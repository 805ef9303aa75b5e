"""``central import``, ``central export`` and ``central decide`` as a person runs them."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.central import ready_central, stop_central
from app.frame.places import Places
from app.frame.process import FAILED
from app.frame.settings import read_settings
from tests.support.postgres import ask
from tests.support.shared_data import REPOSITORY

CLIENTS = "客户号,姓名,手机号码\nN1,张三,13800000001\nN2,李四,138\n"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home with a small demo firm, its server stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="ws"))
    (folder / "settings.toml").write_text("[demo]\nclients = 30\nmanager_clients = 10\n", "utf-8")
    (folder / "clients.csv").write_bytes(CLIENTS.encode("gb18030"))
    assert run(folder, "init", "--demo").returncode == 0
    yield folder
    stop_central(Places(folder))
    shutil.rmtree(folder, ignore_errors=True)


def run(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    program = [sys.executable, "-m", "app", "--home", str(home), "central", *words]
    return subprocess.run(program, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def test_a_file_of_clients_in_and_out_again(home: Path) -> None:
    file = str(home / "clients.csv")
    tried = run(home, "import", "clients", file, "--dry-run")
    assert tried.returncode == 0, tried.stderr
    assert "新增 1" in tried.stdout and "第 3 行 手机 MOBILE_FORMAT" in tried.stdout
    told = json.loads(run(home, "import", "clients", file, "--json").stdout)
    assert (told["state"], told["added"], told["rejected"]) == ("pending", 1, 1)
    own = run(home, "decide", told["approval_id"], "--as", "M001")
    assert own.returncode == FAILED and "MAKER_IS_CHECKER" in own.stderr
    assert run(home, "decide", told["approval_id"], "--as", "BM01").returncode == 0
    undo = run(home, "import", "undo", told["import_id"], "--reason", "导错", "--json")
    asked = json.loads(undo.stdout)
    assert run(home, "decide", asked["approval_id"], "--as", "BM01").returncode == 0
    shown = json.loads(run(home, "import", "show", told["import_id"], "--json").stdout)
    assert shown["state"] == "undone"
    assert json.loads(run(home, "verify-audit", "--json").stdout)["whole"]


def test_an_export_and_its_trace(home: Path) -> None:
    asked = run(home, "export", "request", "holdings", "--reason", "回访", "--tier", "ordinary")
    approval = asked.stdout.split()[-1]
    out = home / "out.csv"
    early = run(home, "export", "file", approval, "--out", str(out))
    assert early.returncode == FAILED and "EXPORT_NOT_APPROVED" in early.stderr
    assert run(home, "decide", approval, "--as", "BM01").returncode == 0
    made = run(home, "export", "file", approval, "--out", str(out))
    assert made.returncode == 0, made.stderr
    again = run(home, "export", "file", approval, "--out", str(out))
    assert again.returncode == FAILED and "EXPORT_EXISTS" in again.stderr
    traced = json.loads(run(home, "export", "trace", str(out), "--json").stdout)
    assert [(one["person"], one["by"], one["approval_id"]) for one in traced] == [
        ("M001", "file", approval)
    ]
    assert run(home, "export", "trace", str(home / "clients.csv")).returncode == FAILED


async def test_a_copy_that_central_does_not_know_as_taken_leaves_no_file(home: Path) -> None:
    asked = run(home, "export", "request", "cash", "--reason", "回访", "--tier", "ordinary")
    approval, out = asked.stdout.split()[-1], home / "half.csv"
    assert run(home, "decide", approval, "--as", "BM01").returncode == 0
    url = await ready_central(Places(home), read_settings(home / "settings.toml"))
    await ask(url, "REVOKE EXECUTE ON FUNCTION take_export FROM workstation_app")
    assert run(home, "export", "file", approval, "--out", str(out)).returncode != 0
    assert not out.exists()
    await ask(url, "GRANT EXECUTE ON FUNCTION take_export TO workstation_app")
    assert run(home, "export", "file", approval, "--out", str(out)).returncode == 0
    assert out.exists()


async def test_an_answer_that_comes_too_late_is_told_as_such(home: Path) -> None:
    asked = run(home, "export", "request", "cash", "--reason", "回访", "--tier", "ordinary")
    approval = asked.stdout.split()[-1]
    url = await ready_central(Places(home), read_settings(home / "settings.toml"))
    past = "2020-01-01T09:00:00.000+08:00"
    await ask(url, "UPDATE approval SET due_at = $2 WHERE approval_id = $1", approval, past)
    late = run(home, "decide", approval, "--as", "BM01")
    assert late.returncode == FAILED and "APPROVAL_TIMED_OUT" in late.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("import", "clients", "nowhere.csv"), "LOAD_UNREADABLE"),
        (("import", "clients", "{home}/settings.toml"), "FILE_COLUMNS"),
        (("import", "statements", "{home}/clients.csv"), "FILE_COLUMNS"),
        (("import", "clients", "{home}/clients.csv", "--map", "x"), "FILE_MAPPING"),
        (("import", "clients", "{home}/clients.csv", "--as", "NOBODY"), "SIGN_IN_REFUSED"),
        (("import", "clients", "{home}/clients.csv", "--as", "CC01"), "IMPORT_NOT_ALLOWED"),
        (("import", "undo", "none", "--reason", "x"), "IMPORT_NOT_FOUND"),
        (("decide", "none", "--as", "BM01"), "APPROVAL_NOT_FOUND"),
        (("export", "file", "none", "--out", "{home}/a.pdf"), "EXPORT_FORM"),
    ],
)
def test_what_is_wrong_is_told(home: Path, words: tuple[str, ...], code: str) -> None:
    told = run(home, *(word.format(home=home) for word in words))
    assert told.returncode == FAILED
    assert code in told.stderr
