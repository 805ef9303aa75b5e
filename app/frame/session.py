"""The demo's market session: one clock for all processes, found again by the next desk."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from app.frame.places import Places
from app.frame.readiness import find_ready
from app.frame.settings import ExchangeSettings
from models.dates import BEIJING
from models.errors import ExpectedFailure
from services.clock.clock import ReplayClock, clock_from_text

RECORDED_DAY = date(2023, 2, 1)


class _Stored(msgspec.Struct, frozen=True):
    clock: str


@dataclass(frozen=True, slots=True)
class MarketSession:
    """Trade date and clock text that every process is started with."""

    trade_date: date
    clock_text: str


def join_session(
    places: Places, exchange: ExchangeSettings, processes: Iterable[str]
) -> MarketSession:
    """Go on with the session whose processes still run, else open a new one now.

    Raises ExpectedFailure EXCHANGE_START when the start time of the settings is no time of day,
    EXCHANGE_SPEED when its pace is out of range.
    """
    fresh = _new_clock(exchange)
    file = places.run / "session.json"
    running = any(find_ready(places, name) is not None for name in processes)
    if running and file.exists():
        text = msgspec.json.decode(file.read_bytes(), type=_Stored).clock
        return _session(text)
    text = fresh.text()
    file.write_bytes(msgspec.json.encode(_Stored(text)))
    return _session(text)


def require_session(exchange: ExchangeSettings) -> None:
    """Raise ExpectedFailure EXCHANGE_START or EXCHANGE_SPEED for settings that open no session."""
    _new_clock(exchange)


def trade_date_of(clock_text: str) -> date:
    """The day on which a process with this clock works."""
    return clock_from_text(clock_text).now().date()


def _session(text: str) -> MarketSession:
    return MarketSession(trade_date_of(text), text)


def _new_clock(exchange: ExchangeSettings) -> ReplayClock:
    try:
        start = datetime.fromisoformat(f"{RECORDED_DAY.isoformat()}T{exchange.start}")
    except ValueError as fault:
        raise ExpectedFailure(
            f"交易所开始时间「{exchange.start}」不是时间",
            "请在设置的 [exchange] start 或 --start 写成 10:00:00 这样的时间",
            "EXCHANGE_START",
        ) from fault
    if not 1 <= exchange.speed <= 50:
        raise ExpectedFailure(
            f"回放速度 {exchange.speed} 不在 1–50 之间",
            "请改正设置的 [exchange] speed 或 --speed",
            "EXCHANGE_SPEED",
        )
    return ReplayClock(start.replace(tzinfo=BEIJING), time.time_ns(), exchange.speed * 1_000)
