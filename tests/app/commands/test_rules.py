"""``rules eval``: only JSON on standard output, and the exit status of the contract."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.central import DATABASE, SERVER_FOLDER
from app.cli import Start
from app.commands.rules import rules_app
from app.desk.entrance import DEMO_PASSPHRASE, door_of
from app.frame.places import Places
from app.frame.settings import CentralSettings, Settings
from services.central.embedded import start_embedded, stop_embedded
from services.central.migrations.runner import migrate
from services.central.reachability import ensure_database
from services.desk.storage.rows import Row
from services.desk.storage.store import open_store
from services.desk.storage.synced.changes import apply_changes
from tests.support.desk_data import changes
from tests.support.postgres import ask, engine_on

LINES = (
    '{"id": "a", "family": "mask", "given": {"kind": "name", "value": "张三"}}',
    "{",
    '{"id": "\\ud800", "family": "no.such", "given": {}}',
)


NOWHERE = Start(Places(Path("no-home")), Settings())  # where no firm is yet
AWAY = Settings(central=CentralSettings(url="postgresql://user:secret@127.0.0.1:1/firm"))
TIER = {"id": "t", "family": "tier.assign", "as_of": "2023-02-01"}
BOUNDS = {
    "rule": "any",
    "silver": {"assets": "1"},
    "gold": {"assets": "300000"},
    "platinum": {"assets": "900000"},
}
GIVEN = {"given": {"assets": "300000", "commission": "0"}}


def run(*words: str, start: Start = NOWHERE) -> Result:
    return CliRunner().invoke(rules_app, ["eval", *words], obj=start)


def result_of(told: Result) -> object:
    assert told.exit_code == 0, told.stderr
    return json.loads(told.stdout)["result"]


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


async def test_without_a_profile_it_is_what_the_firm_has_decided(tmp_path: Path) -> None:
    """Nothing set is not configured; what is set holds from its day, a draft over it."""
    file = tmp_path / "cases.jsonl"
    firm = Start(Places(tmp_path), Settings())
    file.write_text(json.dumps(TIER | GIVEN), "utf-8")
    first = await asyncio.to_thread(run, str(file))
    assert "内置设置" in first.stderr and result_of(first)["tier"] == "silver"  # type: ignore[index]
    server = await asyncio.to_thread(start_embedded, tmp_path / "central" / SERVER_FOLDER)
    try:
        await ensure_database(server.url, DATABASE)
        url = server.url_of(DATABASE)
        async with engine_on(url) as engine:
            await migrate(engine)
        told = await asyncio.to_thread(run, str(file), start=firm)
        assert result_of(told)["reason"] == "THRESHOLDS_NOT_CONFIGURED"  # type: ignore[index]
        for day, value in (("2023-02-01", BOUNDS), ("2023-02-02", None)):
            await ask(
                url,
                "INSERT INTO firm_setting (branch_id, name, effective_from, value)"
                " VALUES ('*', 'tier', $1, $2)",
                day,
                json.dumps(value),
            )
        told = await asyncio.to_thread(run, str(file), start=firm)
        assert result_of(told)["tier"] == "gold" and "内置" not in told.stderr  # type: ignore[index]
        draft = {"settings": {"tier": {"gold": {"assets": "300001"}}}}
        file.write_text(json.dumps(TIER | GIVEN | draft), "utf-8")
        told = await asyncio.to_thread(run, str(file), start=firm)
        assert result_of(told)["tier"] == "silver"  # type: ignore[index]
        file.write_text(json.dumps(TIER | GIVEN | {"as_of": "2023-02-02"}), "utf-8")
        told = await asyncio.to_thread(run, str(file), start=firm)
        assert result_of(told)["reason"] == "THRESHOLDS_NOT_CONFIGURED"  # type: ignore[index]
    finally:
        await asyncio.to_thread(stop_embedded, tmp_path / "central" / SERVER_FOLDER)


async def test_a_desk_without_a_central_of_its_own_tries_what_its_store_has(
    tmp_path: Path,
) -> None:
    file = await firm_at_a_desk(tmp_path)
    told = await asyncio.to_thread(run, str(file), start=Start(Places(tmp_path), Settings()))
    assert result_of(told)["tier"] == "gold"  # type: ignore[index]
    assert told.stderr == ""


async def test_what_a_desk_has_stands_in_for_a_central_that_is_away_and_says_so(
    tmp_path: Path,
) -> None:
    file = await firm_at_a_desk(tmp_path)
    told = await asyncio.to_thread(run, str(file), start=Start(Places(tmp_path), AWAY))
    assert result_of(told)["tier"] == "gold"  # type: ignore[index]
    assert "CENTRAL_UNREACHABLE" in told.stderr and "127.0.0.1:1/firm" in told.stderr
    assert "这张桌面" in told.stderr and "secret" not in told.stderr


def test_a_firm_that_is_away_is_not_tried_by_the_demo_settings(cases: Path, tmp_path: Path) -> None:
    """Its settings in force cannot be read: status 2, nothing guessed."""
    told = run(str(cases), start=Start(Places(tmp_path), AWAY))
    assert (told.exit_code, told.stdout) == (2, "")
    assert "CENTRAL_UNREACHABLE" in told.stderr and "127.0.0.1:1/firm" in told.stderr


async def firm_at_a_desk(home: Path) -> Path:
    """Leave a store that knows the bounds of tiers; return the file with a case for them."""
    door = door_of(Places(home), Settings().staff_id)
    store = await open_store(door.place, door.vault, DEMO_PASSPHRASE)
    tier = json.dumps(BOUNDS)
    row: Row = {"branch_id": "*", "name": "tier", "effective_from": "2023-01-01", "value": tier}
    told = changes("*", 0, ("firm_setting", row))
    await store.write(lambda connection: apply_changes(connection, told))
    await store.close()
    file = home / "cases.jsonl"
    file.write_text(json.dumps(TIER | GIVEN), "utf-8")
    return file
