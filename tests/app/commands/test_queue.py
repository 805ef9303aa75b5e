"""The queue commands as a person types them."""

from datetime import date
from pathlib import Path

import msgspec
from typer.testing import CliRunner

from app.cli import cli
from app.commands.queue import queue_app
from models.market.own_place import OwnPlace, PlaceCertainty, QueueDoubt
from models.trading.order import Side
from services.engine.queue.diary import KeptOrder, QueueDiary, QueueReport, Told
from services.market.queue_position.score import Outcome, score


def test_calibrate_tells_the_model_the_exactness_and_the_baselines() -> None:
    asked = ["calibrate", "--orders", "5", "--seed", "2", "--json"]
    done = CliRunner().invoke(queue_app, asked)
    assert done.exit_code == 0
    found = msgspec.json.decode(done.stdout)
    assert (found["model"], found["symbol"], found["seed"]) == ("queue-2", "600519.SH", 2)
    assert found["exactness"]["checked"] == found["exactness"]["equal"] > 0
    assert [one["name"].split()[0] for one in found["baselines"]] == ["rate-1", "naive:"]
    assert CliRunner().invoke(queue_app, asked).stdout == done.stdout


def test_calibrate_in_words_and_for_a_security_that_is_not_there() -> None:
    done = CliRunner().invoke(queue_app, ["calibrate", "--orders", "3"])
    assert done.exit_code == 0
    assert "模型 queue-2" in done.stdout
    assert "排队位置与撮合引擎一致" in done.stdout
    missing = CliRunner().invoke(queue_app, ["calibrate", "--security", "000001"])
    assert missing.exit_code == 3


def test_report_shows_what_the_engine_wrote(tmp_path: Path) -> None:
    if "queue" not in {group.name for group in cli.registered_groups}:
        cli.add_typer(queue_app, name="queue")
    none = CliRunner().invoke(cli, ["--home", str(tmp_path), "queue", "report"])
    assert none.exit_code == 3
    outcome = Outcome(0, (10, 20, 30), 5_000, True)
    place = OwnPlace(
        "O1",
        Side.BUY,
        100,
        100,
        PlaceCertainty.EXACT,
        ahead=1_200,
        doubt=QueueDoubt.BEYOND_CLOSE,
        model="queue-2",
    )
    told = Told("O1", "600519.SH", Side.BUY, 36_000_000, place)
    kept = (KeptOrder(told, outcome, "filled"),)
    diary = QueueDiary(tmp_path / "engine" / "queue", date(2023, 2, 1))
    diary.write_report(QueueReport("2023-02-01", 54_060_000, kept, score([outcome])))
    shown = CliRunner().invoke(cli, ["--home", str(tmp_path), "queue", "report"])
    assert shown.exit_code == 0
    assert "2023-02-01 截至 15:01" in shown.stdout
    assert "前 1,200 股" in shown.stdout
    as_json = ["--home", str(tmp_path), "queue", "report", "2023-02-01", "--json"]
    found = msgspec.json.decode(CliRunner().invoke(cli, as_json).stdout)
    assert found["orders"][0]["told"]["client_order_id"] == "O1"
