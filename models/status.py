"""How the desk's connections stand, in facts that the status strip puts into words."""

from dataclasses import dataclass
from enum import StrEnum


class LinkState(StrEnum):
    """State of one connection."""

    CONNECTED = "connected"
    CONNECTING = "connecting"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class DeskStatus:
    """``outbox`` counts commands not yet at central; ``unrecorded`` a text for each trouble."""

    central: LinkState
    central_text: str
    feed: LinkState
    feed_text: str
    engine: LinkState
    engine_text: str
    outbox: int
    market_time: str
    phase: str
    trade_date: str
    speed: str


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What changed in the desk's store: ids by area; empty sets = nothing there.

    ``grounds``: what is judged by, the firm's settings and certificates; ``training``: courses and
    exams. ``whole`` True: everything may have changed (after a resync).
    """

    clients: frozenset[str] = frozenset()
    orders: frozenset[str] = frozenset()
    alerts: bool = False
    tasks: bool = False
    status: bool = False
    approvals: bool = False
    grounds: bool = False
    training: bool = False
    campaigns: bool = False
    questions: bool = False
    calls: bool = False
    plans: bool = False  # segments, marks on the agenda
    whole: bool = False
