"""The session that all processes of a home agree on, live or replayed."""

from datetime import datetime
from pathlib import Path

import pytest

from app.frame.places import Places
from app.frame.readiness import remove_ready, write_ready
from app.frame.session import join_session
from app.frame.settings import ExchangeSettings
from models.dates import BEIJING
from models.errors import ExpectedFailure
from services.clock.clock import ReplayClock, clock_from_text
from tests.services.market.recording.kit import record, trading_tape

PROCESSES = ("exchange", "replay")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A home with one recorded day, 2023-02-01 from ten o'clock."""
    made = Places(tmp_path)
    record(made.recordings / "2023-02-01-12345678.rec", trading_tape())
    return made


def clock_of(text: str) -> ReplayClock:
    """Return the clock of a session."""
    clock = clock_from_text(text)
    assert isinstance(clock, ReplayClock)
    return clock


def replay(start: str = "", speed: int = 1) -> ExchangeSettings:
    """Return settings that replay the recorded day."""
    return ExchangeSettings(start=start, speed=speed, replay="2023-02-01")


def test_a_replay_begins_where_the_recording_does(places: Places) -> None:
    session = join_session(places, replay(speed=10), PROCESSES)
    clock = clock_of(session.clock_text)
    assert clock.start == datetime(2023, 2, 1, 10, tzinfo=BEIJING)
    assert (clock.speed_permille, session.trade_date.isoformat()) == (10_000, "2023-02-01")
    assert session.replay == str(places.recordings.resolve() / "2023-02-01-12345678.rec")


def test_a_replay_begins_at_the_asked_time(places: Places) -> None:
    session = join_session(places, replay("10:00:20"), PROCESSES)
    assert clock_of(session.clock_text).start.second == 20


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (replay("teatime"), "EXCHANGE_START"),
        (replay(speed=51), "EXCHANGE_SPEED"),
        (ExchangeSettings(replay="2024-01-01"), "RECORDING_UNKNOWN"),
    ],
)
def test_an_impossible_replay_is_refused(
    places: Places, settings: ExchangeSettings, code: str
) -> None:
    with pytest.raises(ExpectedFailure, match=code):
        join_session(places, settings, PROCESSES)


def test_a_running_session_is_joined_or_in_the_way(places: Places) -> None:
    live = join_session(places, ExchangeSettings(), PROCESSES)
    write_ready(places, "exchange", 1)
    try:
        assert join_session(places, ExchangeSettings(), PROCESSES) == live
        with pytest.raises(ExpectedFailure, match="SESSION_OTHER"):
            join_session(places, replay(), PROCESSES)
    finally:
        remove_ready(places, "exchange")


def test_a_running_replay_is_gone_on_with(places: Places) -> None:
    running = join_session(places, replay(), PROCESSES)
    write_ready(places, "replay", 1)
    try:
        assert join_session(places, replay(), PROCESSES) == running
        assert join_session(places, ExchangeSettings(), PROCESSES) == running
    finally:
        remove_ready(places, "replay")
