"""One book in plain Python: what each record does to it, on both exchanges."""

from dataclasses import dataclass

from models.market.instrument import Phase
from models.wire.feed import (
    FLAG_SHANGHAI,
    ORDER_LIMIT,
    ORDER_MARKET,
    ORDER_OWN_BEST,
    PHASES,
    SIDE_BUY,
    SIDE_NONE,
    SIDE_SELL,
)
from services.market.feed.record import FeedRecord
from services.market.kernel.book import (
    BUY,
    MAX_GRID_STEPS,
    MAX_ORDER_ID,
    MAX_PRICE_UNITS,
    MAX_QUANTITY,
    SELL,
    UNKNOWN_PHASE,
    Fault,
)
from services.market.kernel.twin_flow import Limits, TwinFlow
from services.market.kernel.twin_side import TwinSide
from services.market.kernel.twin_tape import TwinTape

_CALLS = frozenset(
    PHASES.index(phase)
    for phase in (Phase.OPENING_CALL, Phase.OPENING_LOCKED, Phase.CLOSING_CALL, Phase.BREAK)
)
_CONTINUOUS = PHASES.index(Phase.CONTINUOUS)
_AFTER_HOURS = PHASES.index(Phase.AFTER_HOURS)
_SESSION_START_MS = 34_200_000
_CLOSING_CALL_MS = 53_820_000
_AFTER_HOURS_MS = 54_300_000
_GRIDS = (100, 10, 1)


@dataclass(slots=True)
class TwinOrder:
    """A resting order, or (Shenzhen) one that is being matched and does not rest yet."""

    order_id: int
    side: int
    price: int
    quantity: int
    order_type: int = ORDER_LIMIT


Orders = dict[int, tuple["TwinBook", TwinOrder]]


class TwinBook:
    """Resting orders of one security; ``orders`` holds those of the whole channel by id.

    ``pending`` is the Shenzhen order that is being matched: the exchange publishes an order in
    full, then its trades at once (sequence after sequence); until then it stands in no level.
    """

    def __init__(self, orders: Orders, flow_limits: Limits) -> None:
        self.orders = orders
        self.sides = (TwinSide(BUY), TwinSide(SELL))
        self.tape = TwinTape()
        self.flow = TwinFlow(flow_limits)
        self.pending: TwinOrder | None = None
        self.phase = UNKNOWN_PHASE
        self.previous_close = 0
        self.time_ms = 0
        self.sequence = 0
        self.version = 0
        self.faults = 0
        self.first_fault = int(Fault.NONE)
        self.fault_sequence = 0
        self.clock_backs = 0
        self._grid = _GRIDS[0]

    def stamp(self, record: FeedRecord) -> None:
        """Note that a record of this book is being applied."""
        self.version += 1
        self.sequence = record.sequence
        if record.time_ms < self.time_ms:
            self.clock_backs += 1
        else:
            self.time_ms = record.time_ms

    def fault(self, fault: Fault) -> None:
        """Mark the book: it can no longer be proved right."""
        self.faults += 1
        if self.first_fault == Fault.NONE:
            self.first_fault = int(fault)
            self.fault_sequence = self.sequence

    def add(self, record: FeedRecord) -> None:
        """Apply a new order."""
        if not _is_sound_add(record):
            self.fault(Fault.BAD_RECORD)
        elif record.order_id in self.orders:
            self.fault(Fault.DUPLICATE_ORDER)
        else:
            order = _order_of(record)
            if record.flags & FLAG_SHANGHAI:
                self._rest_checked(order, record.time_ms)
            else:
                self._add_shenzhen(order, record.time_ms)

    def _add_shenzhen(self, order: TwinOrder, time_ms: int) -> None:
        if order.order_type == ORDER_OWN_BEST:
            order.price = self.sides[order.side].best
        if order.order_type == ORDER_LIMIT and self._is_call(time_ms):
            self._rest(order)
        elif order.order_type == ORDER_MARKET or not order.price or self._crosses(order):
            self.pending = order
        else:
            self._rest(order)

    def trade(self, record: FeedRecord) -> None:
        """Apply a trade: take its shares from each order that rests here."""
        if not _is_sound_trade(record):
            self.fault(Fault.BAD_RECORD)
            return
        is_auction = record.side == SIDE_NONE
        if is_auction and self._is_after_hours(record.time_ms):
            self.tape.trade(record.time_ms, record.price, record.quantity, record.side)
            return
        price = 0 if is_auction else record.price
        first = SELL if record.side == SIDE_BUY else BUY  # who waited comes before who came
        for side in (first, 1 - first):
            order_id = record.order_id if side == BUY else record.other_id
            if self._take_pending(side, order_id, record):
                continue
            passive = is_auction or (record.side == SIDE_BUY) == (side == SELL)
            may_hide = not passive and bool(record.flags & FLAG_SHANGHAI)
            self._take_resting(side, order_id, record.quantity, price if passive else 0, may_hide)
        self._settle_traded()
        if not is_auction:
            self.flow.trade(record, record.side == SIDE_SELL)
        self.tape.trade(record.time_ms, record.price, record.quantity, record.side)

    def _take_pending(self, side: int, order_id: int, record: FeedRecord) -> bool:
        pending = self.pending
        if pending is None or pending.order_id != order_id or pending.side != side:
            return False
        if record.quantity > pending.quantity:
            self.fault(Fault.OVERDRAWN)
        pending.quantity -= min(record.quantity, pending.quantity)
        if pending.order_type != ORDER_LIMIT:
            pending.price = record.price
        return True

    def _take_resting(
        self, side: int, order_id: int, quantity: int, price: int, may_hide: bool
    ) -> None:
        found = self.orders.get(order_id)
        if found is None or found[0] is not self or found[1].side != side:
            if not may_hide or found is not None:
                self.fault(Fault.UNKNOWN_ORDER)
            return
        order = found[1]
        if price and order.price != price:
            self.fault(Fault.TRADE_PRICE)
        if quantity > order.quantity:
            self.fault(Fault.OVERDRAWN)
        self._reduce(order, min(quantity, order.quantity))

    def _settle_traded(self) -> None:
        """After a trade a limit order rests as soon as it no longer crosses."""
        pending = self.pending
        if pending is None:
            return
        if not pending.quantity:
            self.pending = None
        elif pending.order_type == ORDER_LIMIT and not self._crosses(pending):
            self.pending = None
            self._rest(pending)

    def delete(self, record: FeedRecord) -> None:
        """Apply a cancel."""
        if record.side not in (SIDE_BUY, SIDE_SELL) or not 0 < record.quantity <= MAX_QUANTITY:
            self.fault(Fault.BAD_RECORD)
            return
        side = BUY if record.side == SIDE_BUY else SELL
        pending = self.pending
        if pending is not None and (pending.order_id, pending.side) == (record.order_id, side):
            self._delete_pending(pending, record.quantity)
            return
        found = self.orders.get(record.order_id)
        if found is None or found[0] is not self or found[1].side != side:
            self.fault(Fault.UNKNOWN_ORDER)
            return
        order = found[1]
        if record.quantity != order.quantity:
            self.fault(Fault.CANCEL_QUANTITY)
        taken = min(record.quantity, order.quantity)
        self.sides[side].withdraw(order.price, taken)
        self._reduce(order, taken)

    def _delete_pending(self, pending: TwinOrder, quantity: int) -> None:
        if quantity != pending.quantity:
            self.fault(Fault.CANCEL_QUANTITY)
        self.sides[pending.side].withdraw(pending.price, min(quantity, pending.quantity))
        self.pending = None

    def settle(self) -> None:
        """Another record of the channel came: what was being matched has ended and rests."""
        pending = self.pending
        if pending is None:
            return
        self.pending = None
        self.version += 1
        if not pending.price or (pending.order_type == ORDER_LIMIT and self._crosses(pending)):
            self.fault(Fault.UNSETTLED)
        if pending.price:
            self._rest(pending)

    def set_phase(self, code: int) -> None:
        """Apply a phase record."""
        if 0 <= code < len(PHASES):
            self.phase = code
        else:
            self.fault(Fault.BAD_RECORD)

    def set_reference(self, price: int) -> None:
        """Apply the previous close."""
        if price > 0:
            self.previous_close = price
        else:
            self.fault(Fault.BAD_RECORD)

    def _rest_checked(self, order: TwinOrder, time_ms: int) -> None:
        if self._is_continuous(time_ms) and self._crosses(order):
            self.fault(Fault.CROSSED)
        self._rest(order)

    def _rest(self, order: TwinOrder) -> None:
        if not self._widen(order.price):
            self.fault(Fault.PRICE_RANGE)
            return
        self.orders[order.order_id] = (self, order)
        self.sides[order.side].add(order.order_id, order.price, order.quantity)

    def _reduce(self, order: TwinOrder, quantity: int) -> None:
        order.quantity -= quantity
        if not self.sides[order.side].reduce(order.order_id, order.price, quantity):
            del self.orders[order.order_id]

    def _crosses(self, order: TwinOrder) -> bool:
        opposite = self.sides[1 - order.side].best
        if not opposite:
            return False
        return order.price >= opposite if order.side == BUY else order.price <= opposite

    def _is_after_hours(self, time_ms: int) -> bool:
        """Fixed-price orders stand in no book: their trades only count (market-rules § 2.1)."""
        if self.phase != UNKNOWN_PHASE:
            return self.phase == _AFTER_HOURS
        return time_ms >= _AFTER_HOURS_MS

    def _is_call(self, time_ms: int) -> bool:
        """Orders of a halt gather for the call that lifts it (market-rules § 2.3)."""
        if self.phase != UNKNOWN_PHASE:
            return self.phase in _CALLS
        return time_ms < _SESSION_START_MS or time_ms >= _CLOSING_CALL_MS

    def _is_continuous(self, time_ms: int) -> bool:
        if self.phase != UNKNOWN_PHASE:
            return self.phase == _CONTINUOUS
        return _SESSION_START_MS <= time_ms < _CLOSING_CALL_MS

    def _widen(self, price: int) -> bool:
        """Tell whether the book may hold this price beside those at which orders rest now."""
        ends = [price, *(end for side in self.sides for end in side.ends())]
        grid = next(step for step in _GRIDS if price % step == 0)
        grid = min(grid, self._grid)
        if max(ends) - min(ends) >= MAX_GRID_STEPS * grid:
            return False
        self._grid = grid
        return True


def _order_of(record: FeedRecord) -> TwinOrder:
    order_type = ORDER_LIMIT if record.flags & FLAG_SHANGHAI else record.order
    return TwinOrder(
        record.order_id,
        BUY if record.side == SIDE_BUY else SELL,
        0 if order_type == ORDER_MARKET else record.price,
        record.quantity,
        order_type,
    )


def _is_sound_add(record: FeedRecord) -> bool:
    is_shanghai = bool(record.flags & FLAG_SHANGHAI)
    needs_price = is_shanghai or record.order == ORDER_LIMIT
    return (
        record.side in (SIDE_BUY, SIDE_SELL)
        and (is_shanghai or ORDER_MARKET <= record.order <= ORDER_OWN_BEST)
        and 0 < record.order_id <= MAX_ORDER_ID
        and 0 < record.quantity <= MAX_QUANTITY
        and (not needs_price or 0 < record.price <= MAX_PRICE_UNITS)
    )


def _is_sound_trade(record: FeedRecord) -> bool:
    return (
        record.side in (SIDE_BUY, SIDE_SELL, SIDE_NONE)
        and 0 < record.quantity <= MAX_QUANTITY
        and 0 < record.price <= MAX_PRICE_UNITS
    )
