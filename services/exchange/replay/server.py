"""Opens the doors of a recorded day."""

from uuid import uuid4

from msgspec import structs

from services.clock.clock import Clock
from services.exchange.replay.day import ReplayedDay
from services.exchange.replay.hall import ClosedHall
from services.exchange.server import ExchangeServer, speed_of
from services.market.recording.recording import Recording


def replay_server(recording: Recording, clock: Clock, start_ms: int = 0) -> ExchangeServer:
    """Return a recorded day that is served like a live one and takes no orders."""
    welcome = structs.replace(
        recording.welcome,
        session=f"replay-{recording.welcome.session}",
        speed=speed_of(clock),
        replay=True,
    )
    session = uuid4().hex
    return ExchangeServer(
        ReplayedDay(recording),
        welcome,
        lambda catch_up: ClosedHall(session, catch_up),
        clock,
        start_ms,
    )
