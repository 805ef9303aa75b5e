"""Builds small exchanges for the tests: one venue, or the market of the demo day."""

from dataclasses import dataclass, field
from datetime import date
from functools import cache

from models.market.instrument import Board, Exchange, Phase, SecurityKind, SecurityStatus
from models.trading.order import Side
from services.catalogue.securities import ListedSecurity
from services.exchange.admission import Admission, load_admission
from services.exchange.feed.channel import Channel
from services.exchange.feed.tape import tape_for
from services.exchange.floor.venue import Venue
from services.exchange.matching.order import BookOrder
from services.market.feed.frames import unpack_records
from services.market.feed.record import FeedRecord

DAY = date(2023, 2, 1)
TEN = 36_000_000


@cache
def admission() -> Admission:
    """Return the rules of the demo day."""
    return load_admission(DAY)


def security(
    exchange: Exchange = Exchange.SSE,
    board: Board = Board.MAIN,
    kind: SecurityKind = SecurityKind.STOCK,
    close_units: int = 100_000,
) -> ListedSecurity:
    """Return a security; its previous close is 10.00."""
    suffix = {Exchange.SSE: "SH", Exchange.SZSE: "SZ", Exchange.BSE: "BJ"}[exchange]
    return ListedSecurity(
        f"600001.{suffix}",
        "测试",
        exchange,
        board,
        kind,
        SecurityStatus.NORMAL,
        "测试",
        close_units,
        20,
    )


def venue_of(listed: ListedSecurity, phase: Phase = Phase.CONTINUOUS) -> Venue:
    """Return a venue of its own channel, in ``phase``."""
    listing = admission().list_security(listed, 0, 1, listed.previous_close_units)
    venue = Venue(listing, tape_for(listing.exchange, Channel(1), 0))
    venue.change_phase(phase, TEN)
    return venue


def records_of(venue: Venue) -> list[FeedRecord]:
    """Return everything the venue's channel has published."""
    return unpack_records(bytes(venue.tape.channel.records))


@dataclass(slots=True)
class FakeOwner:
    """Remembers what it is told of its order."""

    fills: list[tuple[int, int]] = field(default_factory=list)
    withdrawals: list[int] = field(default_factory=list)

    def filled(self, price_units: int, quantity: int, time_ms: int) -> None:
        """Remember a fill."""
        self.fills.append((price_units, quantity))

    def withdrawn(self, quantity: int, time_ms: int) -> None:
        """Remember a withdrawal."""
        self.withdrawals.append(quantity)


def order_at(
    venue: Venue, side: Side, price_units: int, quantity: int, owner: FakeOwner | None = None
) -> BookOrder:
    """Return an order with the venue's next number."""
    return BookOrder(venue.tape.next_number(), side, price_units, quantity, owner)
