"""The demo's market session: one clock for all processes, found again by the next desk."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from app.frame.places import Places
from app.frame.readiness import find_ready
from app.frame.settings import ExchangeSettings
from models.dates import BEIJING, beijing
from models.errors import ExpectedFailure
from services.clock.clock import ReplayClock, clock_from_text

RECORDED_DAY = date(2023, 2, 1)


class _Stored(msgspec.Struct, frozen=True):
    clock: str
    replay: str = ""


@dataclass(frozen=True, slots=True)
class MarketSession:
    """Trade date and clock text that every process is started with.

    ``replay`` is the file of a recorded day that runs instead of the simulated market, "" = none.
    """

    trade_date: date
    clock_text: str
    replay: str = ""


def join_session(
    places: Places, exchange: ExchangeSettings, processes: Iterable[str]
) -> MarketSession:
    """Go on with the session whose processes still run, else open a new one now.

    Raises ExpectedFailure EXCHANGE_START when the start time of the settings is no time of day,
    EXCHANGE_SPEED when its pace is out of range, SESSION_OTHER when another day than the one to be
    replayed is running, and what a recording that cannot be read raises.
    """
    fresh, replay = new_session(places, exchange)
    file = places.run / "session.json"
    running = any(find_ready(places, name) is not None for name in processes)
    if running and file.exists():
        stored = msgspec.json.decode(file.read_bytes(), type=_Stored)
        if replay and replay != stored.replay:
            raise ExpectedFailure(
                "本机正在运行另一个行情会话", "请先关闭已打开的工作站,再打开回放", "SESSION_OTHER"
            )
        return _session(stored)
    fresh_stored = _Stored(fresh.text(), replay)
    file.write_bytes(msgspec.json.encode(fresh_stored))
    return _session(fresh_stored)


def running_clock_text(places: Places, processes: Iterable[str]) -> str:
    """Return the clock of the session whose processes run here, "" where none does."""
    file = places.run / "session.json"
    if not file.exists() or all(find_ready(places, name) is None for name in processes):
        return ""
    return msgspec.json.decode(file.read_bytes(), type=_Stored).clock


def last_clock_text(places: Places) -> str:
    """Return the clock of the newest session here, running or over; "" where there was none."""
    file = places.run / "session.json"
    return msgspec.json.decode(file.read_bytes(), type=_Stored).clock if file.exists() else ""


def new_session(places: Places, exchange: ExchangeSettings) -> tuple[ReplayClock, str]:
    """Return the clock of a session that starts now, and the recording it replays ("" = none).

    Raises ExpectedFailure as ``join_session`` does.
    """
    if not 1 <= exchange.speed <= 50:
        raise ExpectedFailure(
            f"回放速度 {exchange.speed} 不在 1–50 之间",
            "请改正设置的 [exchange] speed 或 --speed",
            "EXCHANGE_SPEED",
        )
    if not exchange.replay:
        start = _moment(RECORDED_DAY, exchange.start)
        return ReplayClock(start, time.time_ns(), exchange.speed * 1_000), ""
    from services.market.recording.recording import Recording
    from services.market.recording.shelf import Shelf

    file = Shelf(places.recordings, 1).find(exchange.replay).resolve()
    recording = Recording(file)
    start = beijing(recording.trade_date, recording.span_ms[0])
    if exchange.start:
        start = _moment(recording.trade_date, exchange.start)
    return ReplayClock(start, time.time_ns(), exchange.speed * 1_000), str(file)


def trade_date_of(clock_text: str) -> date:
    """The day on which a process with this clock works."""
    return clock_from_text(clock_text).now().date()


def _session(stored: _Stored) -> MarketSession:
    return MarketSession(trade_date_of(stored.clock), stored.clock, stored.replay)


def _moment(day: date, start: str) -> datetime:
    try:
        return datetime.fromisoformat(f"{day.isoformat()}T{start}").replace(tzinfo=BEIJING)
    except ValueError as fault:
        raise ExpectedFailure(
            f"交易所开始时间「{start}」不是时间",
            "请在设置的 [exchange] start 或 --start 写成 10:00:00 这样的时间",
            "EXCHANGE_START",
        ) from fault
