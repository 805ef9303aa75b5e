"""``match verify`` answers as issue 3 asks: counts, the first difference, the exit status."""

import json
from pathlib import Path

from typer.testing import CliRunner

from app.commands.match import match_app
from tests.support.shared_data import shared_data


def test_equal_day_ends_with_status_zero() -> None:
    folder = shared_data("sse_l2_ticks_20230711")
    words = ["verify", str(folder), "--security", "601825", "--json"]
    answer = CliRunner().invoke(match_app, words)
    assert answer.exit_code == 0
    found = json.loads(answer.stdout)
    assert (found["incoming"], found["incoming_equal"]) == (3_991, 3_991)
    assert (found["trades"], found["trades_equal"]) == (5_340, 5_340)
    assert (found["auctions"], found["auctions_equal"]) == (2, 2)
    assert found["first_difference"] is None


def test_words_for_people_name_the_counts() -> None:
    folder = shared_data("sse_l2_ticks_20230711")
    answer = CliRunner().invoke(match_app, ["verify", str(folder), "--security", "601825"])
    assert "成交 5,340 / 5,340" in answer.stdout


def test_folder_without_files_is_one_clear_line(tmp_path: Path) -> None:
    answer = CliRunner().invoke(match_app, ["verify", str(tmp_path)])
    assert answer.exit_code == 3
    assert "SOURCE_EMPTY" in answer.stderr
