"""Serves a recorded day on /feed, in step with a clock, like the exchange serves a live one."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from app.frame.places import Places
from app.frame.settings import ExchangeSettings
from models.dates import MS_PER_SECOND
from models.errors import ExpectedFailure

FASTEST = "max"


def replay_settings(
    places: Places, exchange: ExchangeSettings, named: str, speed: str, start: str
) -> ExchangeSettings:
    """Return the settings of a session that replays a recording, its file found.

    Raises ExpectedFailure RECORDING_UNKNOWN, REPLAY_SPEED, and what a broken recording raises.
    """
    from services.market.recording.shelf import Shelf

    file = Shelf(places.recordings, 1).find(named).resolve()
    if speed == FASTEST:
        return replace(exchange, replay=str(file), start=_end_of(file), speed=1)
    if not speed.isdigit():
        raise ExpectedFailure(
            f"回放速度「{speed}」无法识别", "请写 1–50 的整数,或 max", "REPLAY_SPEED"
        )
    return replace(exchange, replay=str(file), start=start, speed=int(speed))


async def run_replay(
    *,
    port: int,
    file: Path,
    clock_text: str,
    ready: Callable[[int], None],
    stop: asyncio.Event,
) -> None:
    """Serve ``file`` until ``stop``; what the clock has passed is history.

    Raises ExpectedFailure PORT_OCCUPIED, and what a broken recording raises.
    """
    from services.clock.clock import clock_from_text
    from services.exchange.replay.server import replay_server
    from services.market.recording.recording import Recording

    def announce(listening: int) -> None:
        ready(listening)
        sys.stderr.write(f"回放 {file.name}:ws://127.0.0.1:{listening}/feed\n")

    server = replay_server(Recording(file), clock_from_text(clock_text))
    await server.run(port, announce, stop)


def _end_of(file: Path) -> str:
    from services.market.recording.recording import Recording

    seconds = Recording(file).span_ms[1] // MS_PER_SECOND + 1
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
