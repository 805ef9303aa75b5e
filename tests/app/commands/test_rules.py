"""``rules eval``: only JSON on standard output, and the exit status of the contract."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.commands.rules import rules_app

LINES = (
    '{"id": "a", "family": "mask", "given": {"kind": "name", "value": "张三"}}',
    "{",
    '{"id": "\\ud800", "family": "no.such", "given": {}}',
)


def run(*words: str) -> Result:
    return CliRunner().invoke(rules_app, ["eval", *words])


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(LINES) + "\n", "utf-8")
    return file


def test_every_line_is_answered_in_order_and_the_status_is_0(cases: Path) -> None:
    told = run(str(cases))
    answers = [json.loads(line) for line in told.stdout.splitlines()]
    assert told.exit_code == 0
    assert answers[0] == {"id": "a", "result": {"masked": "张*"}}
    assert [a["id"] for a in answers] == ["a", None, "\ud800"]
    assert [a["error"]["code"] for a in answers[1:]] == ["BAD_JSON", "UNKNOWN_FAMILY"]


def test_a_file_that_cannot_be_read_is_status_2_and_nothing_on_stdout(tmp_path: Path) -> None:
    told = run(str(tmp_path / "none.jsonl"))
    assert (told.exit_code, told.stdout) == (2, "")
    assert "CASES_UNREADABLE" in told.stderr


@pytest.mark.parametrize("text", ["tier = [", "[tier.silver]\nassets = 1.5"])
def test_a_profile_that_cannot_be_read_is_status_2(cases: Path, tmp_path: Path, text: str) -> None:
    profile = tmp_path / "profile.toml"
    profile.write_text(text, "utf-8")
    told = run(str(cases), "--profile", str(profile))
    assert (told.exit_code, told.stdout) == (2, "")


def test_the_last_line_needs_no_end_and_a_mark_at_the_beginning_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + LINES[0].encode() + b"\r\n" + LINES[0].encode())
    told = run(str(file))
    assert [json.loads(line)["id"] for line in told.stdout.splitlines()] == ["a", "a"]


def test_no_case_is_no_answer(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_bytes(b"")
    assert run(str(file)).stdout == ""


def test_a_folder_is_no_case_file(tmp_path: Path) -> None:
    told = run(str(tmp_path))
    assert (told.exit_code, told.stdout) == (2, "")


def test_an_empty_line_is_answered_too(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(f"{LINES[0]}\n\n{LINES[0]}\n\n", "utf-8")
    told = [json.loads(line) for line in run(str(file)).stdout.splitlines()]
    assert ["result" in answer for answer in told] == [True, False, True, False]


def test_keys_of_a_profile_that_no_rule_reads_are_told_beside_the_answers(
    cases: Path, tmp_path: Path
) -> None:
    profile = tmp_path / "profile.toml"
    text = '[points]\nper_yuam = "1"\n[[changes]]\neffective_from = "2027-01-01"\nset = { x = 1 }'
    profile.write_text(text, "utf-8")
    told = run(str(cases), "--profile", str(profile))
    assert (told.exit_code, len(told.stdout.splitlines())) == (0, len(LINES))
    assert [line.split(":")[1] for line in told.stderr.splitlines()] == ["points.per_yuam", "x"]
