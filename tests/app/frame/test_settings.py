"""Settings and clocks: bad input names its place and is never overwritten."""

from datetime import datetime
from pathlib import Path

import pytest

from app.frame.places import Places
from app.frame.session import join_session
from app.frame.settings import ExchangeSettings, Settings, read_settings
from models.dates import BEIJING
from models.errors import ExpectedFailure
from services.clock.clock import ReplayClock, SystemClock, clock_from_text


def test_absent_settings_are_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "settings.toml") == Settings()


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[exchange\nspeed = 1", "line 1"),
        ('[exchange]\nspeed = "fast"', "$.exchange.speed"),
        ("[exchang]\nspeed = 1", "exchang"),
    ],
)
def test_broken_settings_name_the_place_and_stay_as_they_are(
    tmp_path: Path, text: str, hint: str
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(ExpectedFailure) as caught:
        read_settings(file)
    assert caught.value.code == "SETTINGS_BROKEN"
    assert hint in caught.value.advice
    assert file.read_text() == text


def test_settings_are_read(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('[exchange]\nspeed = 5\n[screen]\ntheme = "light"')
    settings = read_settings(file)
    assert (settings.exchange.speed, settings.screen.theme) == (5, "light")


def test_a_replay_clock_runs_at_its_speed() -> None:
    start = datetime(2023, 2, 1, 10, tzinfo=BEIJING)
    clock = ReplayClock(start, anchor_ns=0, speed_permille=1)
    same = clock_from_text(clock.text())
    assert isinstance(same, ReplayClock)
    assert (same.start, same.anchor_ns, same.speed_permille) == (start, 0, 1)
    assert same.now() > start


def test_no_clock_text_is_the_machines_time_and_a_bad_one_is_refused() -> None:
    assert isinstance(clock_from_text(""), SystemClock)
    with pytest.raises(ExpectedFailure, match="CLOCK_TEXT"):
        clock_from_text("yesterday")


@pytest.mark.parametrize(
    ("exchange", "code"),
    [
        (ExchangeSettings(start="tea time"), "EXCHANGE_START"),
        (ExchangeSettings(speed=51), "EXCHANGE_SPEED"),
    ],
)
def test_an_impossible_session_is_refused(
    tmp_path: Path, exchange: ExchangeSettings, code: str
) -> None:
    with pytest.raises(ExpectedFailure, match=code):
        join_session(Places(tmp_path), exchange, ())
