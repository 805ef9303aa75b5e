"""State of the order monitor: all orders with names, filters, the chosen one, cancelling."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from models.clients.card import CardPage, CardQuery, ClientCard
from models.money import amount_cents
from models.status import ChangeSet
from models.trading.instruction import Instruction
from models.trading.order import Fill, Order
from ui.pages.monitor.filters import ALL, FILTERS, passing
from ui.pages.monitor.trace import TraceStep, trace_of
from ui.pages.parts.order_rows import OrderLine, order_line
from ui.pages.parts.presence import PagePresenter, TaskStarter
from ui.ports import DeskPorts


@dataclass(frozen=True, slots=True)
class CancelPreview:
    """What a cancel would take back: orders, shares left and their value in cents."""

    lines: tuple[OrderLine, ...]
    shares: int
    value_cents: int


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """The chosen order whole."""

    line: OrderLine
    fills: tuple[Fill, ...]
    steps: tuple[TraceStep, ...]


class MonitorPresenter(PagePresenter):
    """Orders of all clients; the rows change by event only."""

    changed = Signal()
    detailed = Signal(object)  # OrderDetail of the chosen order
    cancel_asked = Signal(object)  # CancelPreview: show it, then confirm
    cancel_sent = Signal(int)  # number of orders asked back

    def __init__(self, ports: DeskPorts, tasks: TaskStarter, parent: QObject | None = None) -> None:
        super().__init__(ports, tasks, parent)
        self._orders: tuple[Order, ...] | None = None
        self._clients: dict[str, ClientCard] = {}
        self._lines: tuple[OrderLine, ...] = ()
        self._by_filter: dict[str, tuple[OrderLine, ...]] = dict.fromkeys(FILTERS, ())
        self._filter = ALL
        self._chosen = ""
        self._preview: CancelPreview | None = None

    @property
    def lines(self) -> tuple[OrderLine, ...]:
        """All orders, newest first."""
        return self._lines

    @property
    def is_read(self) -> bool:
        """Whether the first answer has come."""
        return self._orders is not None

    def read(self) -> None:
        """Read clients (for their names) and orders."""
        self.run(self.ports.clients.find(CardQuery()), self._take_clients)
        self._read_orders()

    def concerns(self, changes: ChangeSet) -> bool:
        """Orders, and names or tiers of clients."""
        return bool(changes.orders or changes.clients)

    def reread(self, changes: ChangeSet) -> None:
        """Read clients again only when one we do not know, or no order, changed."""
        if changes.clients - self._clients.keys() or not changes.orders:
            self.run(self.ports.clients.find(CardQuery()), self._take_clients)
        if changes.orders:
            self._read_orders()
        elif self._client_of_chosen() in changes.clients:
            self._read_detail()

    def choose_filter(self, key: str) -> None:
        """Show the rows of one filter."""
        self._filter = key
        self.changed.emit()

    def shown(self) -> tuple[OrderLine, ...]:
        """Return the rows of the filter that is on."""
        return self._by_filter[self._filter]

    def count(self, key: str) -> int:
        """Return how many rows a filter shows."""
        return len(self._by_filter[key])

    def shown_text(self) -> str:
        """Say how many of how many are shown."""
        if self._orders is None:
            return "正在读取…"
        return f"显示 {len(self.shown()):,} / {len(self._lines):,}"

    def choose(self, client_order_id: str) -> None:
        """Open the detail of an order."""
        self._chosen = client_order_id
        self._read_detail()

    def ask_cancel(self, lines: tuple[OrderLine, ...]) -> None:
        """Preview what would be cancelled; orders that ended are left out."""
        live = tuple(line for line in lines if line.is_open)
        shares = sum(line.order.left for line in live)
        value = sum(amount_cents(line.order.price_units, line.order.left) for line in live)
        self._preview = CancelPreview(live, shares, value)
        self.cancel_asked.emit(self._preview)

    def confirm_cancel(self) -> None:
        """Cancel what was previewed."""
        preview, self._preview = self._preview, None
        if preview is None or not preview.lines:
            return
        for line in preview.lines:
            self.run(self.ports.orders.cancel(line.order.client_order_id), lambda _nothing: None)
        self.cancel_sent.emit(len(preview.lines))

    def drop_cancel(self) -> None:
        """Forget the preview."""
        self._preview = None

    def _read_orders(self) -> None:
        self.run(self.ports.orders.orders(), self._take_orders)

    def _take_clients(self, page: CardPage) -> None:
        self._clients = {card.client_id: card for card in page.cards}
        self._compose()

    def _take_orders(self, orders: tuple[Order, ...]) -> None:
        self._orders = orders
        self._compose()
        if self._chosen:
            self._read_detail()

    def _compose(self) -> None:
        known = {line.order.client_order_id: line for line in self._lines}
        self._lines = tuple(self._line_of(order, known) for order in self._orders or ())
        self._by_filter = {key: passing(self._lines, key) for key in FILTERS}
        self.changed.emit()

    def _line_of(self, order: Order, known: dict[str, OrderLine]) -> OrderLine:
        """Keep the line of an order that did not change: composing is most of a change's cost."""
        old = known.get(order.client_order_id)
        client = self._clients.get(order.client_id)
        if old is not None and old.order == order and old.client == client:
            return old
        person = self.ports.person
        return order_line(order, client, self.ports, {person.staff_id: person.name})

    def _read_detail(self) -> None:
        line = self._line(self._chosen)
        if line is not None:
            self.run(self._detail(line), self._take_detail)

    async def _detail(self, line: OrderLine) -> OrderDetail:
        order = line.order
        fills = await self.ports.orders.fills(order.client_order_id)
        told = await self.ports.orders.instructions(order.client_id)
        charges = await self.ports.orders.charges(order.client_order_id)
        steps = trace_of(line, _found(told, order.instruction_id), fills, charges)
        return OrderDetail(line, fills, steps)

    def _take_detail(self, detail: OrderDetail) -> None:
        if detail.line.order.client_order_id == self._chosen:
            self.detailed.emit(detail)

    def _client_of_chosen(self) -> str:
        line = self._line(self._chosen)
        return line.order.client_id if line else ""

    def _line(self, client_order_id: str) -> OrderLine | None:
        for line in self._lines:
            if line.order.client_order_id == client_order_id:
                return line
        return None


def _found(told: tuple[Instruction, ...], instruction_id: str) -> Instruction | None:
    for instruction in told:
        if instruction.instruction_id == instruction_id:
            return instruction
    return None
