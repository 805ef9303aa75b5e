"""Engines: orders that clients gave, traded bit by bit; each desk has one with its own ledger."""

from dataclasses import dataclass, field

import msgspec

from app.commands.chaos.acts.draws.desk_work import SYMBOLS
from app.commands.chaos.acts.turn import Thing, Turn
from app.commands.chaos.stage.desk_line import DeskLine
from models.trading.order import Fill, Order, OrderState, Side
from models.wire.ledger import OrderChanged


@dataclass(slots=True)
class _Working:
    """An order that is not yet filled."""

    order: Order
    price_units: int


@dataclass(slots=True)
class Engines:
    """What works in them, by ledger."""

    _working: dict[str, list[_Working]] = field(default_factory=dict)

    def trade(self, desk: DeskLine, turn: Turn) -> OrderChanged:
        """Let an order be entered or traded; return the event."""
        working = self._working.setdefault(desk.ledger, [])
        number = len(desk.events) + 1
        if not working or turn.rng.random() < 0.3:
            working.append(_enter(turn))
            order = working[-1].order
            return OrderChanged(number, order.updated_at, order)
        one = turn.rng.choice(working)
        fill = _fill(one, turn)
        if one.order.state is OrderState.FILLED:
            working.remove(one)
        turn.memory.fills.append(Thing(fill.fill_id, one.order.client_id))
        return OrderChanged(number, one.order.updated_at, one.order, fill)


def _enter(turn: Turn) -> _Working:
    price, moment = 10_000 * turn.rng.randint(3, 2_000), turn.moment()
    order = Order(
        client_order_id=turn.name("O"),
        client_id=turn.client.client_id,
        account=turn.client.account,
        symbol=turn.rng.choice(SYMBOLS),
        side=turn.rng.choices(list(Side), (3, 1))[0],
        quantity=100 * turn.rng.randint(1, 12),
        price_units=price,
        instruction_id="",
        entered_by=turn.staff_id,
        entered_at=moment,
        state=OrderState.WORKING,
        updated_at=moment,
    )
    return _Working(order, price)


def _fill(working: _Working, turn: Turn) -> Fill:
    before = working.order
    quantity = min(100 * turn.rng.randint(1, 4), before.left)
    filled = before.filled + quantity
    working.order = msgspec.structs.replace(
        before,
        state=OrderState.FILLED if filled == before.quantity else OrderState.PARTLY_FILLED,
        filled=filled,
        filled_units=filled * working.price_units,
        updated_at=turn.moment(),
    )
    return Fill(
        turn.name("F"),
        before.client_order_id,
        working.price_units,
        quantity,
        working.order.updated_at,
    )
