"""Takes the orders of all gateways to the floor: checks, numbers, executes, reports."""

from collections.abc import Callable
from itertools import count

from models.rules.decision import Decision
from models.trading.order import Side
from models.wire.exchange import (
    CancelRequest,
    ExchangeRejected,
    NewOrder,
    OrderReport,
    OrderStatus,
    QueryOrder,
)
from services.exchange.admission import Admission, Asked, refusal_text
from services.exchange.floor.market import Market
from services.exchange.floor.venue import Venue
from services.exchange.matching.order import BookOrder
from services.exchange.orders.client_order import ClientOrder, ClientState
from services.exchange.orders.gateway import Gateway

Request = NewOrder | CancelRequest | QueryOrder
_SIDES = {"B": Side.BUY, "S": Side.SELL}
_LARGEST_NUMBER = (1 << 31) - 1


class OrderHall:
    """Order entry of one session (one run of the exchange).

    ``catch_up`` brings the market to the present and returns the market time in milliseconds.
    """

    def __init__(
        self, market: Market, admission: Admission, session: str, catch_up: Callable[[], int]
    ) -> None:
        self.session = session
        self._market = market
        self._admission = admission
        self._catch_up = catch_up
        self._gateways: dict[str, Gateway] = {}
        self._trade_ids = count(1)

    def gateway(self, name: str) -> Gateway:
        """Return the gateway of that name, a new one at its first sign-in."""
        return self._gateways.setdefault(name, Gateway(name))

    def take(self, gateway: Gateway, request: Request) -> list[OrderReport]:
        """Carry out a request; returns what only the asker wants to hear (repeats, answers)."""
        now_ms = self._catch_up()
        if isinstance(request, NewOrder):
            return self._new(gateway, request, now_ms)
        if isinstance(request, CancelRequest):
            self._cancel(gateway, request, now_ms)
            return []
        known = gateway.orders.get(request.order_ref)
        unknown = OrderStatus(request.order_ref, False, "", 0, 0)
        return [known.status() if known else unknown]

    def _new(self, gateway: Gateway, request: NewOrder, now_ms: int) -> list[OrderReport]:
        known = gateway.orders.get(request.order_ref)
        if known is not None:
            return list(known.reports)
        client_order = ClientOrder(request, gateway.number_report, lambda: next(self._trade_ids))
        gateway.orders[request.order_ref] = client_order
        venue = self._market.venues.get(request.symbol)
        refusal = self._judge(venue, request, now_ms)
        if refusal is not None or venue is None:
            refusal = refusal or Decision(False, "UNKNOWN_SYMBOL")
            client_order.rejected(refusal.reason, refusal_text(refusal), now_ms)
        else:
            self._enter(venue, client_order, now_ms)
        return []

    def _judge(self, venue: Venue | None, request: NewOrder, now_ms: int) -> Decision | None:
        if venue is None:
            return Decision(False, "UNKNOWN_SYMBOL", {"symbol": request.symbol})
        side = _SIDES.get(request.side)
        whole = (
            0 < request.quantity <= _LARGEST_NUMBER and 0 < request.price_units <= _LARGEST_NUMBER
        )
        if side is None or not whole or not request.order_ref:
            return Decision(False, "BAD_ORDER")
        asked = Asked(side, request.price_units, request.quantity)
        judged = self._admission.judge_order(venue, asked, now_ms)
        return None if judged.ok else judged

    def _enter(self, venue: Venue, client_order: ClientOrder, now_ms: int) -> None:
        request = client_order.request
        order = BookOrder(
            venue.tape.next_number(),
            _SIDES[request.side],
            request.price_units,
            request.quantity,
            client_order,
        )
        client_order.accepted(venue, order, now_ms)
        venue.enter(order, now_ms)

    def _cancel(self, gateway: Gateway, request: CancelRequest, now_ms: int) -> None:
        known = gateway.orders.get(request.order_ref)
        if known is None or known.venue is None or known.book_order is None:
            text = refusal_text(Decision(False, "ORDER_UNKNOWN"))
            ref = request.order_ref
            gateway.number_report(
                lambda report: ExchangeRejected(report, ref, "ORDER_UNKNOWN", text, now_ms)
            )
            return
        judged = self._admission.judge_cancel(known.venue, now_ms)
        if known.state is not ClientState.WORKING:
            judged = Decision(False, "ORDER_OVER", {"state": known.state.value})
        if not judged.ok:
            known.refused(judged.reason, refusal_text(judged), now_ms)
            return
        known.venue.cancel(known.book_order.number, now_ms)
