"""The seam between the order path and any counter or exchange."""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from models.wire.exchange import (
    CancelRequest,
    ExchangeAccepted,
    ExchangeCancelled,
    ExchangeFill,
    ExchangeRejected,
    NewOrder,
    OrderStatus,
    QueryOrder,
)

GatewayRequest = NewOrder | CancelRequest | QueryOrder
GatewayReport = ExchangeAccepted | ExchangeRejected | ExchangeFill | ExchangeCancelled | OrderStatus


class GatewayState(StrEnum):
    """How the line to the exchange stands (the words of EngineHealth.orders)."""

    LIVE = "live"
    CONNECTING = "connecting"
    DOWN = "down"


class ReportListener(Protocol):
    """What a gateway tells; called on the loop, in the order of the line."""

    def session_opened(self, session: str, trade_date: str) -> None:
        """The exchange answered; reports after the cursor follow."""
        ...

    def report_came(self, session: str, report: GatewayReport) -> None:
        """One report (numbered in its session) or the answer to a query (without number)."""
        ...

    def line_lost(self, reason: str) -> None:
        """Nothing can be sent for now; a reconnect is under way."""
        ...


ReportCursor = Callable[[], tuple[str, int]]


class Gateway(Protocol):
    """One line to one exchange."""

    @property
    def state(self) -> GatewayState:
        """How the line stands."""
        ...

    @property
    def state_text(self) -> str:
        """The same in words, with the reason of a loss."""
        ...

    def send(self, session: str, request: GatewayRequest) -> bool:
        """Hand a request to the line now; False when it was certainly not handed over.

        It is handed over only while the line stands in ``session``. Nothing is kept for later: a
        request handed over may still be lost with the line.
        """
        ...

    def resume(self) -> None:
        """Ask for all reports after the cursor again."""
        ...

    async def run(self, listener: ReportListener, cursor: ReportCursor) -> None:
        """Keep the line up until cancelled; ``cursor`` gives (session, last report taken)."""
        ...
