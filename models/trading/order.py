"""An order's life: one table of allowed steps (features T19)."""

from enum import StrEnum

import msgspec


class Side(StrEnum):
    """Direction of an order."""

    BUY = "buy"
    SELL = "sell"


class OrderState(StrEnum):
    """The twelve states a person can see."""

    AWAITING_APPROVAL = "awaiting_approval"  # 待审批
    PENDING = "pending"  # 待报: journaled and checked, not yet sent
    SENT = "sent"  # 待确认: sent, no answer yet
    WORKING = "working"  # 已报
    PARTLY_FILLED = "partly_filled"  # 部成
    CANCELLING = "cancelling"  # 待撤
    FILLED = "filled"  # 已成
    CANCELLED = "cancelled"  # 已撤
    PARTLY_CANCELLED = "partly_cancelled"  # 部撤
    REJECTED = "rejected"  # 废单: the counter refused
    REFUSED = "refused"  # 风控拒绝: our own checks refused
    UNKNOWN = "unknown"  # 未知: no proof either way


_S = OrderState

ORDER_STEPS: dict[OrderState, frozenset[OrderState]] = {
    _S.AWAITING_APPROVAL: frozenset({_S.PENDING, _S.REFUSED, _S.CANCELLED}),
    _S.PENDING: frozenset({_S.SENT, _S.REFUSED, _S.CANCELLED, _S.UNKNOWN}),
    _S.SENT: frozenset(
        {
            _S.WORKING,
            _S.PARTLY_FILLED,
            _S.FILLED,
            _S.REJECTED,
            _S.CANCELLED,
            _S.CANCELLING,
            _S.PARTLY_CANCELLED,
            _S.UNKNOWN,
        }
    ),
    _S.WORKING: frozenset({_S.PARTLY_FILLED, _S.FILLED, _S.CANCELLING, _S.CANCELLED, _S.UNKNOWN}),
    _S.PARTLY_FILLED: frozenset(
        {_S.PARTLY_FILLED, _S.FILLED, _S.CANCELLING, _S.PARTLY_CANCELLED, _S.UNKNOWN}
    ),
    _S.CANCELLING: frozenset(
        {
            _S.CANCELLED,
            _S.PARTLY_CANCELLED,
            _S.FILLED,
            _S.WORKING,
            _S.PARTLY_FILLED,
            _S.CANCELLING,
            _S.REJECTED,  # withdrawn before the counter's answer, which then was a refusal
            _S.UNKNOWN,
        }
    ),
    _S.UNKNOWN: frozenset(
        {
            _S.SENT,
            _S.WORKING,
            _S.PARTLY_FILLED,
            _S.FILLED,
            _S.CANCELLED,
            _S.PARTLY_CANCELLED,
            _S.REJECTED,
            _S.UNKNOWN,
        }
    ),
    # Late fills always count (design § 5): a cancelled order may still turn out traded.
    _S.CANCELLED: frozenset({_S.PARTLY_CANCELLED, _S.FILLED}),
    _S.PARTLY_CANCELLED: frozenset({_S.PARTLY_CANCELLED, _S.FILLED}),
    _S.FILLED: frozenset(),
    _S.REJECTED: frozenset(),
    _S.REFUSED: frozenset(),
}

FINAL_STATES = frozenset({_S.FILLED, _S.CANCELLED, _S.PARTLY_CANCELLED, _S.REJECTED, _S.REFUSED})


def may_step(before: OrderState, after: OrderState) -> bool:
    """Tell whether an order may go from one state to the other."""
    return after in ORDER_STEPS[before]


class Order(msgspec.Struct, frozen=True):
    """One order as the ledger knows it now.

    ``filled_units`` is the traded amount (price units times shares); ``reason`` holds the code of
    a refusal with ``reason_text`` in words; ``instruction_id`` is the evidence, "" when there is
    none.
    """

    client_order_id: str
    client_id: str
    account: str
    symbol: str
    side: Side
    quantity: int
    price_units: int
    instruction_id: str
    entered_by: str
    entered_at: str
    state: OrderState
    filled: int = 0
    filled_units: int = 0
    cancelled: int = 0
    reason: str = ""
    reason_text: str = ""
    updated_at: str = ""

    @property
    def left(self) -> int:
        """Shares neither traded nor withdrawn."""
        return self.quantity - self.filled - self.cancelled

    @property
    def average_units(self) -> int:
        """Average traded price in price units, half-up; 0 before the first fill."""
        if not self.filled:
            return 0
        return (2 * self.filled_units + self.filled) // (2 * self.filled)


class Fill(msgspec.Struct, frozen=True):
    """One trade of an order; ``fill_id`` is unique for ever (exchange session and trade number)."""

    fill_id: str
    client_order_id: str
    price_units: int
    quantity: int
    filled_at: str
