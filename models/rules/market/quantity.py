"""Whether an order's quantity is valid (market-rules § 2.3, 2.6)."""

from dataclasses import dataclass
from datetime import date

from models.market.instrument import Board, SecurityKind, SecurityStatus
from models.rules.basis.settings.trading import MaxQuantity
from models.rules.basis.settings.words import OrderType
from models.rules.decision import Decision
from models.rules.market.records.dated import Subject, in_force, required
from models.rules.market.records.rulebook import MarketRules
from models.rules.market.records.sizes import LotRecord
from models.trading.order import Side

# Which table of caps a kind has; a stock has that of its board.
_TABLE_OF_KIND = {
    SecurityKind.ETF: "etf",
    SecurityKind.LOF: "etf",
    SecurityKind.REIT: "etf",
    SecurityKind.CONVERTIBLE: "convertible",
}


@dataclass(frozen=True, slots=True)
class SizedOrder:
    """An order's size in shares (bonds, fund units) and what it is judged by.

    ``sellable`` None = not known: the whole quantity counts as sellable. ``bought_…`` = what the
    account already bought of this stock today.
    """

    side: Side
    qty: int
    board: Board = Board.UNKNOWN
    kind: SecurityKind = SecurityKind.STOCK
    status: SecurityStatus = SecurityStatus.NORMAL
    order_type: OrderType = OrderType.LIMIT
    sellable: int | None = None
    bought_today: int = 0
    bought_after_hours: int = 0

    @property
    def subject(self) -> Subject:
        """What dated rules are asked for."""
        return Subject(board=self.board, kind=self.kind, status=self.status)

    @property
    def sellable_qty(self) -> int:
        """The sellable shares, the order's own where they are not known."""
        return self.qty if self.sellable is None else self.sellable


def check_quantity(rules: MarketRules, caps: MaxQuantity, order: SizedOrder, day: date) -> Decision:
    """Tell whether the size is valid under the firm's largest orders, ``caps``.

    Buy: LOT_SIZE, MAX_SIZE, ST_DAILY_CAP. Sell: INSUFFICIENT_SELLABLE, ODD_LOT, MAX_SIZE. Without
    a configured largest size nothing passes: MAX_QUANTITY_NOT_CONFIGURED.
    ``numbers``: max_qty, left_today (shares that the daily cap of an ST stock still leaves).
    """
    return check_size(rules, max_quantity(caps, order), order, day)


def check_size(rules: MarketRules, most: int | None, order: SizedOrder, day: date) -> Decision:
    """Tell the same under a largest order of ``most`` shares; None = none is known."""
    left = left_today(rules, order, day)
    lot = check_lot(rules, order, day)
    faults = (
        (not lot.ok, lot.reason),
        (most is None, "MAX_QUANTITY_NOT_CONFIGURED"),
        (most is not None and order.qty > most, "MAX_SIZE"),
        (order.side is Side.BUY and left is not None and order.qty > left, "ST_DAILY_CAP"),
    )
    reason = next((reason for broken, reason in faults if broken), "")
    numbers = {**lot.numbers, "max_qty": most, "left_today": left}
    return Decision(reason, numbers, "§ 2.3, 2.6")


def check_lot(rules: MarketRules, order: SizedOrder, day: date) -> Decision:
    """Tell whether the size is made of whole lots, apart from any cap."""
    lot = lot_of(rules, order.subject, day)
    reason = _buy_fault(lot, order) if order.side is Side.BUY else _sell_fault(lot, order)
    return Decision(reason, {"minimum": lot.minimum, "step": lot.step}, lot.source)


def lot_of(rules: MarketRules, subject: Subject, day: date) -> LotRecord:
    """Return the lot record; raises NotConfigured LOT for an unknown board."""
    return required(rules.lots, day, subject, "LOT")


def max_quantity(caps: MaxQuantity, order: SizedOrder) -> int | None:
    """Return the largest order in shares: the figure of its type, else the limit figure; None where
    neither is set."""
    table = caps.get(_TABLE_OF_KIND.get(order.kind, order.board.value), {})
    return table.get(order.order_type, table.get(OrderType.LIMIT))


def largest_taken(rules: MarketRules, order: SizedOrder, day: date) -> int | None:
    """Return the largest order in shares that the exchange itself takes; None = not known."""
    cap = in_force(rules.size_caps, day, order.subject)
    return None if cap is None else cap.of(order.order_type)


def left_today(rules: MarketRules, order: SizedOrder, day: date) -> int | None:
    """Return what the account may still buy of an ST stock today; None = no daily cap."""
    cap = in_force(rules.daily_caps, day, order.subject)
    if cap is None or order.side is not Side.BUY:
        return None
    return max(0, cap.shares - order.bought_today - order.bought_after_hours)


def _buy_fault(lot: LotRecord, order: SizedOrder) -> str:
    whole = order.qty >= lot.minimum and order.qty % lot.step == 0
    return "" if whole else "LOT_SIZE"


def _sell_fault(lot: LotRecord, order: SizedOrder) -> str:
    if order.qty > order.sellable_qty:
        return "INSUFFICIENT_SELLABLE"
    if order.qty <= 0:
        return "ODD_LOT"
    fits = _sells_whole_rest if lot.step == 1 else _sells_whole_odd_part
    return "" if fits(lot, order) else "ODD_LOT"


def _sells_whole_rest(lot: LotRecord, order: SizedOrder) -> bool:
    return order.qty >= lot.minimum or order.qty == order.sellable_qty


def _sells_whole_odd_part(lot: LotRecord, order: SizedOrder) -> bool:
    return order.qty % lot.step in (0, order.sellable_qty % lot.step)
