"""One gateway's standing at the exchange: its orders by reference, its reports by number."""

from collections.abc import Callable

import msgspec

from models.wire.exchange import OrderReport
from services.exchange.orders.client_order import ClientOrder, Report

Listener = Callable[[OrderReport], None]


class Gateway:
    """Outlives its connections: reports are kept for the whole session and replayed on demand."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.orders: dict[str, ClientOrder] = {}
        self.reports: list[Report] = []
        self._listener: Listener | None = None

    def attach(self, listener: Listener, after_report: int) -> None:
        """Send everything after a report number to ``listener``, and what comes from now on."""
        for report in self.reports[max(0, after_report) :]:
            listener(report)
        self._listener = listener

    def detach(self, listener: Listener) -> None:
        """Stop sending to ``listener``; another one that took its place stays."""
        if self._listener is listener:
            self._listener = None

    def number_report(self, make: Callable[[int], Report]) -> Report:
        """Number a report, keep it and send it; numbers are dense from 1."""
        report = make(len(self.reports) + 1)
        self.reports.append(report)
        self.tell(report)
        return report

    def tell(self, message: msgspec.Struct) -> None:
        """Send a message to whoever is connected, without keeping it."""
        if self._listener is not None:
            self._listener(message)  # type: ignore[arg-type]
