"""What people and the market do, drawn at random: contacts, instructions, orders, tasks, alerts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import msgspec

from app.commands.chaos.service_acts import ServiceActs
from app.commands.chaos.stage.desk_line import DeskLine
from app.commands.chaos.stage.stage import START
from app.commands.chaos.talk import Do
from models.trading.instruction import Instruction, InstructionChannel, PriceType
from models.trading.order import Fill, Order, OrderState, Side
from models.wire.commands import (
    AcknowledgeAlert,
    Command,
    FinishTask,
    LogContact,
    RecordInstruction,
    RecordOrder,
    WithdrawInstruction,
)
from models.wire.ledger import OrderChanged

_SYMBOLS = ("600519.SH", "601398.SH", "600036.SH", "000001.SZ")
_DRAWN_VERSIONS = (0, 0, 0, 0, 0, 1, 2)


@dataclass(frozen=True, slots=True)
class Customer:
    """A client as the acts need him."""

    client_id: str
    manager_id: str
    account: str


@dataclass(slots=True)
class _Working:
    """An order that is not yet filled."""

    order: Order
    price_units: int


@dataclass(slots=True)
class Acts:
    """Draws one act after the other; the last of ``desks`` decides what others ask for."""

    rng: Random
    customers: list[Customer]
    tasks: list[tuple[str, str]]
    desks: list[DeskLine]
    service: ServiceActs
    _ids: int = 0
    _instructions: list[tuple[str, str]] = field(default_factory=list)
    _working: dict[str, list[_Working]] = field(default_factory=dict)

    def act(self, desk: DeskLine) -> None:
        """Let something happen at ``desk``."""
        self._ids += 1
        kinds: list[tuple[int, Callable[[DeskLine], None]]] = [
            (35, self._contact),
            (12, self._instruct),
            (8, self._withdraw),
            (35, self._trade),
            (5, self._alert),
            (5, self._finish),
            (12, self._serve),
            (5, self._decide),
        ]
        weights, acts = zip(*kinds, strict=True)
        self.rng.choices(acts, weights)[0](desk)
        desk.tell_events()

    def _contact(self, desk: DeskLine) -> None:
        client = self._customer(desk)
        contact = LogContact(
            f"X{self._ids}", client.client_id, "phone", "out", f"第 {self._ids} 次", self._moment()
        )
        self._do(desk, contact, client.client_id, self.rng.choice(_DRAWN_VERSIONS))

    def _instruct(self, desk: DeskLine) -> None:
        client = self._customer(desk)
        told = Instruction(
            instruction_id=f"I{self._ids}",
            client_id=client.client_id,
            account=client.account,
            day=START.date().isoformat(),
            symbol=self.rng.choice(_SYMBOLS),
            side=self.rng.choice(list(Side)),
            quantity=100 * self.rng.randint(0, 9),  # none at all is refused
            price_units=10_000 * self.rng.randint(1, 99),
            price_type=PriceType.LIMIT,
            channel=InstructionChannel.RECORDED_CALL,
            evidence_ref=f"REC-{self._ids}",
            read_back=True,
            identity_checked=True,
            recorded_by=desk.staff_id,
            recorded_at=self._moment(),
        )
        self._instructions.append((told.instruction_id, client.client_id))
        self._do(desk, RecordInstruction(told), client.client_id)

    def _withdraw(self, desk: DeskLine) -> None:
        if not self._instructions:
            return self._contact(desk)
        instruction_id, client_id = self.rng.choice(self._instructions)
        taken_back = WithdrawInstruction(instruction_id, client_id, self._moment())
        return self._do(desk, taken_back, client_id, self.rng.choice(_DRAWN_VERSIONS))

    def _alert(self, desk: DeskLine) -> None:
        client = self._customer(desk)
        alert = f"A{self.rng.randint(1, 9)}:{client.client_id}"
        noted = AcknowledgeAlert(
            alert, client.client_id, "预警", f"第 {self._ids} 次", self._moment()
        )
        self._do(desk, noted, client.client_id)

    def _finish(self, desk: DeskLine) -> None:
        task_id, _ = self.rng.choice(self.tasks)
        self._do(desk, FinishTask(task_id, "done", f"第 {self._ids} 次"), "")

    def _serve(self, desk: DeskLine) -> None:
        client_id = self._customer(desk).client_id
        command = self.service.draw(client_id, self._moment())
        self._do(desk, command, client_id)

    def _decide(self, desk: DeskLine) -> None:
        found = self.service.decide(self.desks)
        if found is not None:
            client_id, decision = found
            self._do(self.desks[-1], decision, client_id)

    def _trade(self, desk: DeskLine) -> None:
        working = self._working.setdefault(desk.ledger, [])
        if not working or self.rng.random() < 0.3:
            working.append(self._enter(desk))
            event = self._event(desk, working[-1].order, None)
        else:
            place = self.rng.randrange(len(working))
            event = self._fill(desk, working[place])
            if event.order.state is OrderState.FILLED:
                del working[place]
        desk.add_event(event)
        if self.rng.random() < 0.3:  # another desk of the same engine records the step as well
            record = RecordOrder(desk.ledger, event.number, event.order, event.fill)
            self._do(desk, record, event.order.client_id)

    def _enter(self, desk: DeskLine) -> _Working:
        client, price = self._customer(desk), 10_000 * self.rng.randint(3, 2_000)
        order = Order(
            client_order_id=f"O{self._ids}",
            client_id=client.client_id,
            account=client.account,
            symbol=self.rng.choice(_SYMBOLS),
            side=self.rng.choices(list(Side), (3, 1))[0],
            quantity=100 * self.rng.randint(1, 12),
            price_units=price,
            instruction_id="",
            entered_by=desk.staff_id,
            entered_at=self._moment(),
            state=OrderState.WORKING,
            updated_at=self._moment(),
        )
        return _Working(order, price)

    def _fill(self, desk: DeskLine, working: _Working) -> OrderChanged:
        before = working.order
        quantity = min(100 * self.rng.randint(1, 4), before.left)
        filled = before.filled + quantity
        working.order = msgspec.structs.replace(
            before,
            state=OrderState.FILLED if filled == before.quantity else OrderState.PARTLY_FILLED,
            filled=filled,
            filled_units=filled * working.price_units,
            updated_at=self._moment(),
        )
        fill = Fill(
            f"F{self._ids}",
            before.client_order_id,
            working.price_units,
            quantity,
            working.order.updated_at,
        )
        return self._event(desk, working.order, fill)

    def _event(self, desk: DeskLine, order: Order, fill: Fill | None) -> OrderChanged:
        return OrderChanged(len(desk.events) + 1, order.updated_at, order, fill)

    def _do(self, desk: DeskLine, command: Command, key: str, version: int = 0) -> None:
        desk.ask(lambda number: Do(number, command, key, version))

    def _customer(self, desk: DeskLine) -> Customer:
        """Mostly few and the same ones, so that desks meet; M001 cannot see the others' at all."""
        own = [one for one in self.customers if one.manager_id == desk.staff_id]
        known = own or self.customers
        return self.rng.choice(known[:4] if self.rng.random() < 0.7 else known)

    def _moment(self) -> str:
        """Business times a person may name: they need not rise."""
        moment = START + timedelta(seconds=self._ids + self.rng.randint(-30, 0))
        return moment.isoformat(timespec="milliseconds")
