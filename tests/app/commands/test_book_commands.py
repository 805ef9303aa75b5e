"""``book verify`` and ``bench book`` as a person or a script calls them."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.commands.bench import bench_app
from app.commands.book import book_app
from tests.support.shared_data import shared_data

SMALL = "sse_l2_ticks_20230711"


def test_a_proved_day_ends_well() -> None:
    arguments = ["verify", str(shared_data(SMALL)), "--security", "601825", "--json"]
    result = CliRunner().invoke(book_app, arguments)
    assert result.exit_code == 0
    facts = json.loads(result.stdout)
    assert (facts["events"], facts["securities"], facts["faulty"]) == (12_653, 1, {})
    assert facts["first_difference"] is None


def test_a_day_that_contradicts_itself_does_not(tmp_path: Path) -> None:
    shutil.copy(shared_data(SMALL) / "601825_trades.csv.gz", tmp_path)
    result = CliRunner().invoke(book_app, ["verify", str(tmp_path)])
    assert result.exit_code == 1
    assert "601825.SH 的行情自相矛盾" in result.stdout


@pytest.mark.parametrize("command", [(book_app, "verify"), (bench_app, "book")])
def test_an_empty_folder_is_told_in_one_line(command: tuple[object, str], tmp_path: Path) -> None:
    application, word = command
    arguments = [word, str(tmp_path)] if word == "verify" else [word, "--data", str(tmp_path)]
    result = CliRunner().invoke(application, arguments)  # type: ignore[arg-type]  # both are Typer
    assert result.exit_code == 3
    assert "SOURCE_EMPTY" in result.stderr


def test_the_bench_prints_its_figures() -> None:
    arguments = ["book", "--data", str(shared_data(SMALL)), "--events", "10000", "--json"]
    result = CliRunner().invoke(bench_app, arguments)
    assert result.exit_code == 0
    figures = json.loads(result.stdout)
    assert figures["dear_same_state"] is True
    assert figures["ordinary_same_state"] is True
    assert figures["many_same_state"] is True
