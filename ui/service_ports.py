"""The half of the seam that is client service: what pages may ask beside clients and orders.

As in ui.ports: async methods are started through ui.bridge only, the others answer from memory.
What is done goes through ``ServiceDesk.send`` as a command.
"""

from collections.abc import Mapping
from typing import Protocol

from models.clients.segments.judge import Finding
from models.clients.segments.rule import SegmentRule
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


class ProductCatalogue(Protocol):
    """Products A-E for one client (F8)."""

    async def offers(self, client_id: str) -> tuple[ProductOffer, ...]:
        """A-E in their order, each with its quote or the reason against it."""
        ...


class ServiceAccess(Protocol):
    """What a client may use, and through which channel (F3)."""

    def uses(self, client_id: str) -> Mapping[Use, Decision]:
        """Every use with its answer."""
        ...

    def may_reach(self, client_id: str, channel: Channel) -> Decision:
        """Whether this is a channel of contact of his tier; ``numbers``: ``allowed``."""
        ...

    def may_use_through(self, client_id: str, use: Use, channel: Channel) -> Decision:
        """Whether he may use it through the channel; a wrong one shows the ``allowed`` ones."""
        ...


class AgendaDesk(Protocol):
    """The day's rows, ranked (F4)."""

    async def today(self) -> Today:
        """The agenda of this moment."""
        ...


class SegmentDesk(Protocol):
    """Rules over the manager's clients (F6)."""

    async def saved(self, owner: str) -> tuple[SavedSegment, ...]:
        """What a person has saved."""
        ...

    async def pick(self, rule: SegmentRule) -> Picked:
        """All clients: in, out, unknown."""
        ...

    def explain(self, rule: SegmentRule, client_id: str) -> tuple[Finding, ...]:
        """Which conditions decide for one client; ExpectedFailure CLIENT_NOT_FOUND."""
        ...


class QuestionBoard(Protocol):
    """The question desk (F15)."""

    async def asked(self, client_id: str = "") -> tuple[AskedQuestion, ...]:
        """What this desk's people asked, or asked for one client, the newest first."""
        ...

    async def queue(self) -> tuple[Row, ...]:
        """What waits for an answer that may be given here, the first due first."""
        ...

    async def citable(self, symbol: str = "") -> tuple[Row, ...]:
        """The reports that an answer may name, the newest first."""
        ...


class CallBoard(Protocol):
    """An agent's calls (S8-S10, S17)."""

    async def queue(self, channel: str = "") -> tuple[Row, ...]:
        """Who waits, in the order of being served."""
        ...

    async def in_hand(self) -> tuple[Row, ...]:
        """The calls that he speaks in or has to finish, the newest first."""
        ...

    async def call_backs(self) -> tuple[Row, ...]:
        """Who is nobody's client and waits to be called back, the longest first."""
        ...

    async def screen(self, call_id: str) -> Screen:
        """What comes up with a call in his hand; online only."""
        ...


class FeeBook(Protocol):
    """Annual fees that were posted (S30)."""

    async def of_client(self, client_id: str) -> tuple[PostedFee, ...]:
        """The client's fees, the newest period first."""
        ...
