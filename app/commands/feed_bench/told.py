"""What the bench's processes tell each other, one JSON line or file each."""

import msgspec

from services.market.bench.burst.flow import BUSY_CHANNEL


class Listening(msgspec.Struct, frozen=True):
    """The publisher listens."""

    port: int


class PhaseDone(msgspec.Struct, frozen=True):
    """A phase of the publisher is over; times on the machine's monotonic clock."""

    records: int
    started_ns: int
    ended_ns: int
    late_ns: int


class Sendings(msgspec.Struct, frozen=True):
    """What the publisher sent in all, and what a direct application of it gives.

    ``last_sequence`` and ``sent_ns`` are of every paced write, of the watched security's channel.
    """

    records: int
    state_hash: str
    hellos: int
    resends: int
    last_sequence: list[int]
    sent_ns: list[int]


class Paints(msgspec.Struct, frozen=True):
    """Every painting of the ladder: when, and up to which record of the watched security.

    ``veiled`` of them were not to be believed (old, held, marked), which no sound run has.
    """

    painted_ns: list[int]
    sequence: list[int]
    veiled: int = 0


WATCHED_CHANNEL = BUSY_CHANNEL
