"""One gateway's standing at the exchange: its orders by reference, its reports by number."""

from collections.abc import Callable

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
        self._displace: Callable[[], None] | None = None

    def attach(
        self, listener: Listener, after_report: int, displace: Callable[[], None]
    ) -> Callable[[], None]:
        """Send everything after a report number to ``listener``, and what comes from now on.

        Whoever listened before is told by its ``displace``. Returns the way out.
        """
        if self._displace is not None:
            self._displace()
        for report in self.reports[max(0, after_report) :]:
            listener(report)
        self._listener, self._displace = listener, displace
        return lambda: self._detach(listener)

    def _detach(self, listener: Listener) -> None:
        if self._listener is listener:
            self._listener = self._displace = None

    def number_report(self, make: Callable[[int], Report]) -> Report:
        """Number a report, keep it and send it; numbers are dense from 1."""
        report = make(len(self.reports) + 1)
        self.reports.append(report)
        if self._listener is not None:
            self._listener(report)
        return report
