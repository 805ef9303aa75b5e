"""The engine's state: applying the journal's records in order, and nothing else, changes it."""

from collections import Counter, defaultdict
from datetime import date

from models.rules.ticket.effect import Effect, effect_of, instruction_use, is_live
from models.rules.ticket.tariff import CostBasis
from models.trading.instruction import Instruction
from models.trading.order import Fill, Order
from models.wire.ledger import (
    AccountOpened,
    CancelOrder,
    InstructionHeld,
    LedgerEvent,
    OrderChanged,
    PlaceOrder,
    SettingsHeld,
    SettingsRefused,
)
from services.engine.trading.books.account import AccountBook, opened
from services.engine.trading.books.rulings import Rulings
from services.engine.trading.journal.records import (
    AccountStored,
    Cause,
    EventStored,
    JournalOpened,
    JournalRecord,
    OrderNumbered,
    OrderTerms,
    ReportSeen,
    RequestTaken,
    SessionSeen,
    SettingsStored,
)

_PROVED = frozenset({Cause.ACCEPTED, Cause.FILLED, Cause.STATUS})
_NOTHING = Effect()


class Books:
    """Everything of one trade date. Readers look, only ``apply`` writes."""

    def __init__(self, rulings: Rulings) -> None:
        self.rulings = rulings
        self._effects: dict[str, Effect] = {}
        self.ledger = ""
        self.trade_date = date.min
        self.events: list[LedgerEvent] = []
        self.orders: dict[str, Order] = {}
        self.terms: dict[str, OrderTerms] = {}
        self.live: dict[str, None] = {}
        self.accepted: set[str] = set()
        self.numbers: dict[str, OrderNumbered] = {}
        self.fills: dict[str, Fill] = {}
        self.instructions: dict[str, Instruction] = {}
        self.accounts: dict[str, AccountBook] = {}
        self.undecided: dict[str, PlaceOrder] = {}
        self.cancels: Counter[str] = Counter()
        self.session = ""
        self.report = 0
        self._used: defaultdict[str, int] = defaultdict(int)
        self._last_event: dict[str, LedgerEvent] = {}

    @property
    def last_number(self) -> int:
        """Number of the newest event."""
        return len(self.events)

    def used_of(self, instruction_id: str) -> int:
        """Shares of an instruction that orders have traded or may still trade."""
        return self._used[instruction_id]

    def last_event(self, key: str) -> LedgerEvent | None:
        """The newest event of an order, account, instruction (its id) or set of settings."""
        return self._last_event.get(key)

    def apply(self, record: JournalRecord) -> None:
        """Take one record over."""
        match record:
            case EventStored():
                self._take_event(record)
            case AccountStored():
                self.accounts[record.opening.account] = opened(record.opening)
                self._number(record.event, record.event.account)
            case SettingsStored():
                self.rulings.take(record.given)
                self._number(record.event, record.event.fingerprint)
            case RequestTaken():
                self._take_request(record.request)
            case ReportSeen():
                self._see_report(record.session, record.report)
            case OrderNumbered():
                self.numbers[record.client_order_id] = record
            case SessionSeen():
                self.session, self.report = record.session, 0
            case JournalOpened():
                self.ledger = record.ledger
                self.trade_date = date.fromisoformat(record.trade_date)

    def _take_request(self, request: PlaceOrder | CancelOrder) -> None:
        if isinstance(request, PlaceOrder):
            self.undecided[request.client_order_id] = request
            return
        order = self.orders.get(request.client_order_id)
        self.cancels[order.account if order else ""] += 1

    def _take_event(self, record: EventStored) -> None:
        self._see_report(record.session, record.report)
        event = record.event
        match event:
            case OrderChanged():
                self._take_order(record, event)
            case InstructionHeld():
                self.instructions[event.instruction.instruction_id] = event.instruction
                self._number(event, event.instruction.instruction_id)
            case AccountOpened():
                self._number(event, event.account)
            case SettingsHeld() | SettingsRefused():
                self._number(event, event.fingerprint)
            case _:
                self._number(event, "")

    def _take_order(self, record: EventStored, event: OrderChanged) -> None:
        order = event.order
        name = order.client_order_id
        before = self.orders.get(name)
        if record.terms is not None:
            self.terms[name] = record.terms
        if record.cause in _PROVED:
            self.accepted.add(name)
        if event.fill is not None:
            self.fills[event.fill.fill_id] = event.fill
        self._reckon(before, order)
        self.orders[name] = order
        self._keep_live(order)
        self.undecided.pop(name, None)
        self._number(event, name)

    def _reckon(self, before: Order | None, after: Order) -> None:
        used = instruction_use(after) - (instruction_use(before) if before else 0)
        self._used[after.instruction_id] += used
        name = after.client_order_id
        account, terms = self.accounts.get(after.account), self.terms.get(name)
        if account is None or terms is None:
            return
        old = self._effects.get(name, _NOTHING)
        if before is None or _weight(before) != _weight(after):
            basis = CostBasis(terms.exchange, terms.kind, after.side, terms.rate_units)
            tariff = self.rulings.tariff(terms.settings)
            self._effects[name] = new = effect_of(after, basis, tariff)
            account.swap(after.symbol, old, new)

    def _keep_live(self, order: Order) -> None:
        if is_live(order):
            self.live[order.client_order_id] = None
            return
        self.live.pop(order.client_order_id, None)

    def _see_report(self, session: str, report: int) -> None:
        if report and session == self.session:
            self.report = max(self.report, report)

    def _number(self, event: LedgerEvent, key: str) -> None:
        self.events.append(event)
        if key:
            self._last_event[key] = event


def _weight(order: Order) -> tuple[int, int, int]:
    return order.filled, order.filled_units, order.left if is_live(order) else 0
