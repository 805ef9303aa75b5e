"""Client service at a desk without a store: what a test lays in is what is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.clients.segments.judge import Finding
from models.clients.segments.rule import SegmentRule
from models.errors import ExpectedFailure
from models.rules.access.channel import Channel
from models.rules.access.entitlement import Use
from models.rules.decision import Decision
from models.wire.service.teams.screen import Screen
from services.desk.agenda.agenda import Today
from services.desk.board.catalogue import ProductOffer
from services.desk.clients.segments import Picked
from services.desk.storage.queries.charges import PostedFee
from services.desk.storage.queries.segment_facts import SavedSegment
from services.desk.storage.queries.teams.questions import AskedQuestion
from services.desk.storage.rows import Row

_REFUSED = Decision("CLIENT_UNKNOWN", source="F3")


@dataclass(slots=True)
class FakeCatalogue:
    """Offers by client."""

    made: dict[str, tuple[ProductOffer, ...]] = field(default_factory=dict)

    async def offers(self, client_id: str) -> tuple[ProductOffer, ...]:
        """Those that were laid in."""
        return self.made.get(client_id, ())


@dataclass(slots=True)
class FakeAccess:
    """Uses by client; what is not laid in is refused."""

    allowed: dict[str, Mapping[Use, Decision]] = field(default_factory=dict)

    def uses(self, client_id: str) -> Mapping[Use, Decision]:
        """Every use."""
        return {use: self.allowed.get(client_id, {}).get(use, _REFUSED) for use in Use}

    def may_reach(self, client_id: str, _: Channel) -> Decision:
        """Whoever is laid in may be reached any way."""
        return Decision() if client_id in self.allowed else _REFUSED

    def may_use_through(self, client_id: str, use: Use, _: Channel) -> Decision:
        """As ``uses``, any way."""
        return self.uses(client_id)[use]


@dataclass(slots=True)
class FakeAgenda:
    """A day as it was laid in."""

    day: Today

    async def today(self) -> Today:
        """It."""
        return self.day


@dataclass(slots=True)
class FakeSegments:
    """One answer to every rule."""

    picked: Picked = field(default_factory=lambda: Picked((), (), ()))
    kept: tuple[SavedSegment, ...] = ()

    async def saved(self, _: str) -> tuple[SavedSegment, ...]:
        """Those that were laid in."""
        return self.kept

    async def pick(self, _: SegmentRule) -> Picked:
        """It."""
        return self.picked

    def explain(self, _: SegmentRule, __: str) -> tuple[Finding, ...]:
        """Nothing decides."""
        return ()


@dataclass(slots=True)
class FakeQuestions:
    """Questions as they were laid in."""

    mine: tuple[AskedQuestion, ...] = ()
    waiting: tuple[Row, ...] = ()
    reports: tuple[Row, ...] = ()

    async def asked(self, client_id: str = "") -> tuple[AskedQuestion, ...]:
        """All, or a client's."""
        return tuple(one for one in self.mine if client_id in ("", one.row["client_id"]))

    async def queue(self) -> tuple[Row, ...]:
        """All."""
        return self.waiting

    async def citable(self, symbol: str = "") -> tuple[Row, ...]:
        """All, or a security's."""
        return tuple(row for row in self.reports if symbol in ("", row["symbol"]))


@dataclass(slots=True)
class FakeCalls:
    """Calls as they were laid in; no screen comes up."""

    waiting: tuple[Row, ...] = ()
    mine: tuple[Row, ...] = ()
    strangers: tuple[Row, ...] = ()

    async def queue(self, channel: str = "") -> tuple[Row, ...]:
        """All, or a line's."""
        return tuple(row for row in self.waiting if channel in ("", row["channel"]))

    async def in_hand(self) -> tuple[Row, ...]:
        """All."""
        return self.mine

    async def call_backs(self) -> tuple[Row, ...]:
        """All."""
        return self.strangers

    async def screen(self, _: str) -> Screen:
        """None."""
        raise ExpectedFailure("看不到这个来电", "只显示您手上的来电", "CALL_NOT_FOUND")


@dataclass(slots=True)
class FakeFees:
    """Fees by client."""

    posted: dict[str, tuple[PostedFee, ...]] = field(default_factory=dict)

    async def of_client(self, client_id: str) -> tuple[PostedFee, ...]:
        """Those that were laid in."""
        return self.posted.get(client_id, ())
