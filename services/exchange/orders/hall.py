"""Takes the orders of all gateways to the floor: checks, numbers, executes, reports."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

from models.market.instrument import Phase
from models.rules.decision import Decision
from models.trading.order import Side
from models.wire.exchange import (
    CancelRequest,
    ExchangeRejected,
    NewOrder,
    OrderReport,
    OrderStatus,
)
from services.exchange.admission.admission import Admission, Asked
from services.exchange.admission.refusal import refusal_text
from services.exchange.floor.market import Market
from services.exchange.floor.venue import Venue, Verdict
from services.exchange.matching.order import BookOrder, OrderKind
from services.exchange.orders.client_order import ClientOrder, ClientState
from services.exchange.orders.door import Request
from services.exchange.orders.gateway import Gateway

_AFTER_HOURS = "after_hours"
_SIDES = {"B": Side.BUY, "S": Side.SELL}
_KINDS = {kind.value: kind for kind in OrderKind}
_LARGEST_NUMBER = (1 << 31) - 1
_HELD_NUMBER = 0


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
        self._buys: dict[tuple[str, str], list[ClientOrder]] = {}

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
        asked = self._asked(client_order)
        if venue is None:
            _reject(client_order, Decision("UNKNOWN_SYMBOL", {"symbol": request.symbol}), now_ms)
        elif asked is None:
            _reject(client_order, Decision("BAD_ORDER"), now_ms)
        elif request.kind == _AFTER_HOURS:
            self._enter_after_hours(venue, client_order, asked, now_ms)
        else:
            self._enter(venue, client_order, asked, now_ms)
        return []

    def _asked(self, client_order: ClientOrder) -> Asked | None:
        """Return what was asked, with what the account has bought of it today by any gateway."""
        request = client_order.request
        asked = _asked(request)
        if asked is None or asked.side is not Side.BUY:
            return asked
        earlier = self._buys.setdefault((request.account, request.symbol), [])
        bought = sum(order.claimed for order in earlier)
        earlier.append(client_order)
        return replace(asked, bought_today=bought)

    def _enter(self, venue: Venue, client_order: ClientOrder, asked: Asked, now_ms: int) -> None:
        judged = self._admission.judge_order(venue, asked, now_ms)
        is_caged = judged.reason == "PRICE_CAGE" and judged.numbers.get("action") == "hold"
        if not judged.ok and not is_caged:
            _reject(client_order, judged, now_ms)
        elif is_caged or venue.phase is Phase.GAP:
            order = _book_order(client_order, asked, _HELD_NUMBER)
            client_order.accepted(venue, order, now_ms)
            venue.hold(order, lambda: self._judge_held(venue, asked))
        else:
            order = _book_order(client_order, asked, venue.tape.next_number())
            client_order.accepted(venue, order, now_ms)
            _bring_in(venue, order, asked, now_ms)

    def _judge_held(self, venue: Venue, asked: Asked) -> Verdict:
        judged = self._admission.judge_price(venue, asked, venue.phase)
        if judged.ok:
            return Verdict.ENTER
        return Verdict.WAIT if judged.numbers.get("action") == "hold" else Verdict.WITHDRAW

    def _enter_after_hours(
        self, venue: Venue, client_order: ClientOrder, asked: Asked, now_ms: int
    ) -> None:
        judged = self._admission.judge_after_hours(venue, asked, now_ms)
        if not judged.ok:
            _reject(client_order, judged, now_ms)
            return
        order = _book_order(client_order, asked, _HELD_NUMBER)
        client_order.accepted(venue, order, now_ms)
        venue.enter_after_hours(order, now_ms)

    def _cancel(self, gateway: Gateway, request: CancelRequest, now_ms: int) -> None:
        known = gateway.orders.get(request.order_ref)
        if known is None or known.venue is None or known.book_order is None:
            _refuse_unknown(gateway, request.order_ref, now_ms)
        elif known.state is not ClientState.WORKING:
            refusal = Decision("ORDER_OVER")
            known.refused(refusal.reason, refusal_text(refusal), now_ms)
        else:
            self._withdraw(known, known.venue, known.book_order, now_ms)

    def _withdraw(self, known: ClientOrder, venue: Venue, order: BookOrder, now_ms: int) -> None:
        is_after_hours = known.request.kind == _AFTER_HOURS
        judge = self._admission.judge_cancel
        if is_after_hours:
            judge = self._admission.judge_after_hours_cancel
        judged = judge(venue, now_ms)
        if not judged.ok:
            known.refused(judged.reason, refusal_text(judged), now_ms)
        elif is_after_hours:
            venue.cancel_after_hours(order, now_ms)
        elif order.number == _HELD_NUMBER:
            venue.cancel_held(order, now_ms)
        else:
            venue.cancel(order.number, now_ms)


def _asked(request: NewOrder) -> Asked | None:
    """Return what was asked, None when no number or word of it makes sense."""
    side = _SIDES.get(request.side)
    after_hours = request.kind == _AFTER_HOURS
    kind = OrderKind.LIMIT if after_hours else _KINDS.get(request.kind)
    least_price = 1 if kind is OrderKind.LIMIT else 0
    sizes = 0 < request.quantity <= _LARGEST_NUMBER
    prices = least_price <= request.price_units <= _LARGEST_NUMBER
    if side is None or kind is None or not (request.order_ref and sizes and prices):
        return None
    return Asked(side, request.price_units, request.quantity, kind)


def _book_order(client_order: ClientOrder, asked: Asked, number: int) -> BookOrder:
    return BookOrder(number, asked.side, asked.price_units, asked.quantity, client_order)


def _bring_in(venue: Venue, order: BookOrder, asked: Asked, now_ms: int) -> None:
    if asked.kind is OrderKind.LIMIT:
        venue.enter(order, now_ms)
        return
    order.price_units = 0
    venue.execute(order, asked.kind, asked.price_units, now_ms)


def _reject(client_order: ClientOrder, refusal: Decision, now_ms: int) -> None:
    client_order.rejected(refusal.reason, refusal_text(refusal), now_ms)


def _refuse_unknown(gateway: Gateway, order_ref: str, now_ms: int) -> None:
    refusal = Decision("ORDER_UNKNOWN")
    text = refusal_text(refusal)
    gateway.number_report(
        lambda report: ExchangeRejected(report, order_ref, refusal.reason, text, now_ms)
    )
