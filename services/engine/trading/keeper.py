"""The order keeper: what a report makes of an order; steps outside the table are never taken."""

from msgspec.structs import replace

from models.trading.order import Order, OrderState, may_step

_S = OrderState


def stepped(order: Order, state: OrderState, at: str) -> Order | None:
    """Return the order in its next state, None where the table of steps forbids it.

    A reason belongs to one step: the next one starts without.
    """
    if not may_step(order.state, state):
        return None
    return replace(order, state=state, updated_at=at, reason="", reason_text="")


def filled(order: Order, price_units: int, quantity: int, at: str) -> Order | None:
    """Return the order after one more trade; a late one takes back what was called cancelled.

    None when more would be traded than ordered, or the table forbids it.
    """
    total = order.filled + quantity
    if quantity <= 0 or total > order.quantity:
        return None
    counted = replace(
        order,
        filled=total,
        filled_units=order.filled_units + price_units * quantity,
        cancelled=min(order.cancelled, order.quantity - total),
    )
    return stepped(counted, _state_after_fill(order.state, total == order.quantity), at)


def cancelled(order: Order, at: str) -> Order | None:
    """Return the order with all that was left withdrawn."""
    state = _S.PARTLY_CANCELLED if order.filled else _S.CANCELLED
    return stepped(replace(order, cancelled=order.quantity - order.filled), state, at)


def standing(order: Order, at: str) -> Order | None:
    """Return the order known to stand in the book, in the state its fills say."""
    return stepped(order, _S.PARTLY_FILLED if order.filled else _S.WORKING, at)


def explained(order: Order, reason: str, text: str) -> Order:
    """Return the order with the reason of its last step."""
    return replace(order, reason=reason, reason_text=text)


def _state_after_fill(state: OrderState, complete: bool) -> OrderState:
    if complete:
        return _S.FILLED
    if state is _S.CANCELLING:
        return _S.CANCELLING
    if state in (_S.CANCELLED, _S.PARTLY_CANCELLED):
        return _S.PARTLY_CANCELLED
    return _S.PARTLY_FILLED
