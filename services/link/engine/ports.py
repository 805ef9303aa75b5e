"""What the lanes need from the engine, so that the link knows neither trading nor market rooms."""

from collections.abc import Callable
from typing import Protocol

from models.market.details import Details
from models.market.own_place import OwnPlace
from models.market.picture import Depth, Quote
from models.wire.exchange import FeedInstrument
from models.wire.ledger import LedgerEvent, LedgerInput
from models.wire.view import BarsUpdate, EngineHealth, Watch

Reply = Callable[[LedgerEvent], None]


class StoredEvents(Protocol):
    """Events that are on the disk, by dense numbers from 1."""

    @property
    def ledger(self) -> str:
        """Id of the journal."""
        ...

    @property
    def trade_date(self) -> str:
        """ISO date of the journal."""
        ...

    @property
    def last_number(self) -> int:
        """Number of the newest event."""
        ...

    def frames_after(self, number: int, most: int) -> list[bytes]:
        """Encoded events after ``number``, oldest first."""
        ...

    async def wait_beyond(self, number: int) -> None:
        """Return when there is an event after ``number``."""
        ...


class Ledger(Protocol):
    """The order path as a desk sees it."""

    @property
    def stream(self) -> StoredEvents:
        """What was told so far."""
        ...

    def submit(self, request: LedgerInput, reply: Reply) -> None:
        """Take a request; ``reply`` gets an earlier event when it was answered before."""
        ...


BookChanges = tuple[tuple[Depth, ...], tuple[BarsUpdate, ...]]


class QueueBoard(Protocol):
    """Where our own orders stand."""

    def places(self, symbol: str) -> tuple[OwnPlace, ...]:
        """Return the places of our open orders of a security."""
        ...


class ViewSubscription(Protocol):
    """One desk's view of the market."""

    def watch(self, watch: Watch) -> None:
        """The desk now shows this."""
        ...

    def take_books(self) -> BookChanges:
        """Depths and bars that changed since the last call."""
        ...

    def take_quotes(self) -> tuple[Quote, ...]:
        """Quotes that changed since the last call."""
        ...

    def take_details(self, now: float) -> Details:
        """What changed beyond ten levels and is due; ``now`` in seconds, monotonic."""
        ...

    async def wait_news(self) -> None:
        """Return when a book changed, or what the desk shows, or the day."""
        ...


class Market(Protocol):
    """The engine's market as the view lane needs it."""

    def day(self) -> tuple[str, str, float, tuple[FeedInstrument, ...]]:
        """Feed session, trade date, speed and instruments; session "" before the first."""
        ...

    def big_order_bounds(self) -> tuple[int, ...]:
        """Turnover from which orders are counted as 特大, 大, 中; () = none are."""
        ...

    def subscribe(self) -> ViewSubscription:
        """A new desk looks on."""
        ...

    def health(self) -> EngineHealth:
        """Connection truth."""
        ...

    def time_ms(self) -> int:
        """The market's clock."""
        ...

    def sent_ns(self) -> int:
        """When the newest applied feed frame was sent, on the sender's monotonic clock."""
        ...
