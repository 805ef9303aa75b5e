"""Order entry where nothing can trade: every order is refused with the reason."""

from collections.abc import Callable

from models.rules.decision import Decision
from models.wire.exchange import (
    CancelRequest,
    ExchangeRejected,
    NewOrder,
    OrderReport,
    OrderStatus,
    QueryOrder,
)
from services.exchange.admission.refusal import refusal_text
from services.exchange.orders.door import Request
from services.exchange.orders.gateway import Gateway

_REPLAY = Decision("REPLAY_ONLY")
_UNKNOWN = Decision("ORDER_UNKNOWN")


class ClosedHall:
    """The Hall of a replayed day. Refusals are numbered and kept like any other report."""

    def __init__(self, session: str, now_ms: Callable[[], int]) -> None:
        self.session = session
        self._now_ms = now_ms
        self._gateways: dict[str, Gateway] = {}
        self._refused: dict[str, ExchangeRejected] = {}

    def gateway(self, name: str) -> Gateway:
        """Return the gateway of that name, a new one at its first sign-in."""
        return self._gateways.setdefault(name, Gateway(name))

    def take(self, gateway: Gateway, request: Request) -> list[OrderReport]:
        """Refuse a request; a repeated order is answered again, a query tells what became of it."""
        key = f"{gateway.name}/{request.order_ref}"
        known = self._refused.get(key)
        if isinstance(request, QueryOrder):
            state = "rejected" if known else ""
            return [OrderStatus(request.order_ref, known is not None, state, 0, 0)]
        if isinstance(request, NewOrder) and known is not None:
            return [known]
        why = _REPLAY if isinstance(request, NewOrder) else _UNKNOWN
        report = gateway.number_report(lambda number: self._refusal(number, request, why))
        if isinstance(request, NewOrder) and isinstance(report, ExchangeRejected):
            self._refused[key] = report
        return []

    def _refusal(
        self, number: int, request: NewOrder | CancelRequest, why: Decision
    ) -> ExchangeRejected:
        ref, now_ms = request.order_ref, self._now_ms()
        return ExchangeRejected(number, ref, why.reason, refusal_text(why), now_ms)
