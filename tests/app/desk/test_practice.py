"""The practice desk's home: apart, made anew for each run, judged, its results kept and proved."""

import asyncio
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.central import prepare_central, stop_central
from app.desk.practice.home import PracticeHome, confined
from app.desk.practice.results import find_result, judge_run, keep, run_ids
from app.desk.practice.words import in_words
from app.frame.places import PRACTICE_MARK, Places
from app.frame.session import join_session
from app.frame.settings import CentralSettings, ExchangeSettings, HubSettings, Settings, kept_apart
from models.errors import ExpectedFailure
from models.rules.access.practice.judge import Finding
from services.worker.practice.shelf import find_scenario, scenario_names
from tests.support.postgres import FixedClock
from tests.support.shared_data import REPOSITORY

BEGIN = """
import sys
from pathlib import Path
from app.desk.practice.home import PracticeHome
from app.frame.places import Places
from services.worker.practice.shelf import find_scenario
PracticeHome(Places(Path(sys.argv[1])), find_scenario("product")).begin("M002", 1)
"""  # as a person does: a process begins one run
HEART = {"suitability", "instruction", "opt_out", "risk_test", "product", "complaint"}


@pytest.fixture
def real() -> Iterator[Places]:
    home = Path(tempfile.mkdtemp(prefix="ws"))
    yield Places(home)
    for mark in home.glob(f"practice/*/{PRACTICE_MARK}"):
        stop_central(Places(mark.parent))
    shutil.rmtree(home, ignore_errors=True)


def test_there_is_a_scenario_for_each_part_of_the_service() -> None:
    assert set(scenario_names()) >= HEART
    assert {find_scenario(name).name for name in scenario_names()} == set(scenario_names())


def test_an_unknown_scenario_is_told_with_the_known_ones() -> None:
    with pytest.raises(ExpectedFailure) as refused:
        find_scenario("none")
    assert refused.value.code == "SCENARIO_NOT_FOUND"
    assert "complaint" in refused.value.advice


def test_a_practice_desk_reaches_nothing_outside_whatever_is_set(real: Places) -> None:
    firms = Settings(
        central=CentralSettings(url="postgresql://firm/real"),
        hub=HubSettings(url="wss://firm:7443"),
        exchange=ExchangeSettings(replay="2023-02-01"),
    )
    apart = kept_apart(firms)
    assert (apart.central.url, apart.hub.urls) == ("", ())
    home = PracticeHome(real, find_scenario("product"))
    assert home.places.home == real.home / "practice" / "product"
    assert not home.places.is_practice


def test_a_run_is_begun_judged_kept_and_its_next_one_begins_anew(real: Places) -> None:
    home = PracticeHome(real, find_scenario("product"))
    mark = home.begin("M002", 1)
    assert home.places.is_practice and not real.is_practice
    settings = confined(Settings(), home.scenario, mark, 1)
    assert (settings.staff_id, settings.exchange.start) == ("M002", "10:00:00")
    join_session(home.places, settings.exchange, ())
    asyncio.run(
        prepare_central(
            settings=settings, places=home.places, clock=FixedClock(), progress=lambda *_: None
        )
    )  # finds the practice firm and seeds no other
    kept = judge_run(home)
    keep(real, kept)
    assert {line.finding for line in kept.result.judgement.lines} == {Finding.UNKNOWN}
    assert run_ids(real) == (mark.run_id,)
    assert find_result(real, "").result == kept.result
    assert any("无法判断" in line for line in in_words(kept.result))
    _tamper(real)
    with pytest.raises(ExpectedFailure) as changed:
        find_result(real, mark.run_id)
    assert changed.value.code == "RESULT_HASH"
    (home.places.home / "left").write_text("of the last run")
    subprocess.run([sys.executable, "-c", BEGIN, str(real.home)], cwd=REPOSITORY, check=True)
    assert home.mark() != mark
    assert not (home.places.home / "left").exists()


def _tamper(real: Places) -> None:
    [file] = (real.home / "practice" / "results").glob("*.json")
    file.write_bytes(file.read_bytes().replace(b"M002", b"M003"))


def test_an_unfinished_practice_home_is_never_filled_with_the_demo_firm(real: Places) -> None:
    places = Places(real.home / "practice" / "product")
    places.home.mkdir(parents=True)
    (places.home / PRACTICE_MARK).write_bytes(
        b'{"run_id":"x","scenario":"product","trainee":"M001"}'
    )
    with pytest.raises(ExpectedFailure) as refused:
        asyncio.run(
            prepare_central(
                settings=Settings(), places=places, clock=FixedClock(), progress=lambda *_: None
            )
        )
    assert refused.value.code == "PRACTICE_NOT_BEGUN"


def test_what_was_never_begun_cannot_be_judged(real: Places) -> None:
    with pytest.raises(ExpectedFailure) as refused:
        judge_run(PracticeHome(real, find_scenario("complaint")))
    assert refused.value.code == "PRACTICE_NOT_FOUND"
    with pytest.raises(ExpectedFailure) as none:
        find_result(real, "")
    assert none.value.code == "PRACTICE_NOT_FOUND"
