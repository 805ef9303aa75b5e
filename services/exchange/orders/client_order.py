"""An order of a gateway's client at the exchange, and what has become of it."""

from collections.abc import Callable
from enum import StrEnum

from models.wire.exchange import (
    ExchangeAccepted,
    ExchangeCancelled,
    ExchangeFill,
    ExchangeRejected,
    NewOrder,
    OrderStatus,
)
from services.exchange.floor.venue import Venue
from services.exchange.matching.order import BookOrder

Report = ExchangeAccepted | ExchangeRejected | ExchangeFill | ExchangeCancelled
Reporter = Callable[[Callable[[int], Report]], Report]


class ClientState(StrEnum):
    """Where an order stands at the exchange."""

    WORKING = "working"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


class ClientOrder:
    """Owns a book order; every event becomes a numbered report, kept to be told again.

    ``number_report`` is given a report's maker, numbers the report and sends it.
    """

    def __init__(
        self, request: NewOrder, number_report: Reporter, next_trade_id: Callable[[], int]
    ) -> None:
        self.request = request
        self.state = ClientState.WORKING
        self.filled_quantity = 0
        self.venue: Venue | None = None
        self.book_order: BookOrder | None = None
        self.reports: list[Report] = []
        self._number_report = number_report
        self._next_trade_id = next_trade_id

    @property
    def claimed(self) -> int:
        """Shares that traded or still may."""
        is_working = self.state is ClientState.WORKING
        return self.request.quantity if is_working else self.filled_quantity

    def accepted(self, venue: Venue, order: BookOrder, time_ms: int) -> None:
        """The order stands at ``venue``."""
        self.venue, self.book_order = venue, order
        ref, number = self.request.order_ref, order.number
        self._report(lambda report: ExchangeAccepted(report, ref, number, time_ms))

    def rejected(self, reason: str, text: str, time_ms: int) -> None:
        """The order was refused and is over."""
        self.state = ClientState.REJECTED
        self.refused(reason, text, time_ms)

    def refused(self, reason: str, text: str, time_ms: int) -> None:
        """A request about the order was refused; the order is as it was."""
        ref = self.request.order_ref
        self._report(lambda report: ExchangeRejected(report, ref, reason, text, time_ms))

    def filled(self, price_units: int, quantity: int, time_ms: int) -> None:
        """Shares traded."""
        self.filled_quantity += quantity
        if self.filled_quantity == self.request.quantity:
            self.state = ClientState.FILLED
        ref, trade = self.request.order_ref, self._next_trade_id()
        self._report(
            lambda report: ExchangeFill(report, ref, trade, price_units, quantity, time_ms)
        )

    def withdrawn(self, quantity: int, time_ms: int) -> None:
        """What was left is withdrawn."""
        self.state = ClientState.CANCELLED
        ref = self.request.order_ref
        self._report(lambda report: ExchangeCancelled(report, ref, quantity, time_ms))

    def status(self) -> OrderStatus:
        """Return the truth about the order."""
        working = self.state is ClientState.WORKING
        left = self.request.quantity - self.filled_quantity if working else 0
        return OrderStatus(
            self.request.order_ref, True, self.state.value, self.filled_quantity, left
        )

    def _report(self, make: Callable[[int], Report]) -> None:
        self.reports.append(self._number_report(make))
