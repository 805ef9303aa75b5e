"""Whether this machine's clock may be believed: central's clock is the firm's.

By a clock that is wrong a worker would give rows a wrong day, end what has time, run nights of days
that have not come and forget what is to be kept. It does nothing instead; others go on.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.errors import ExpectedFailure
from services.clock.clock import Clock, machine_seconds

MOST_OFF_S = 300
_CENTRAL = text("SELECT CAST(extract(epoch FROM clock_timestamp()) AS float8)")


@dataclass(frozen=True, slots=True)
class Instant:
    """The moment at which the clock was found right."""

    at: datetime

    def now(self) -> datetime:
        """That moment."""
        return self.at


def right_now(clock: Clock, central_s: float) -> datetime:
    """Return what the clock says; ``central_s``: what central's said just now, since 1970.

    Raises ExpectedFailure CLOCK_WRONG when the two machines are more than MOST_OFF_S apart.
    """
    now, off_s = clock.now(), machine_seconds(clock) - central_s
    if abs(off_s) > MOST_OFF_S:
        raise ExpectedFailure(
            f"本机时钟与中心数据库相差 {off_s:+.0f} 秒",
            "请校准本机与数据库服务器的时钟;在此之前本工作进程不处理命令,也不跑夜间批处理",
            "CLOCK_WRONG",
        )
    return now


async def checked(engine: AsyncEngine, clock: Clock) -> Instant:
    """Return the present. Raises ExpectedFailure CLOCK_WRONG as ``right_now`` does."""
    async with engine.connect() as connection:
        central_s = float(await connection.scalar(_CENTRAL) or 0)
    return Instant(right_now(clock, central_s))
