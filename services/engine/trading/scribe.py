"""The only pen: numbers an event, puts it into the journal, then applies it to the books."""

import logging
from collections import Counter
from collections.abc import Callable

from models.dates import BEIJING
from models.trading.instruction import Instruction
from models.trading.order import Fill, Order
from models.wire.ledger import (
    AccountOpened,
    CancelOrder,
    CancelRefused,
    GiveSettings,
    InstructionHeld,
    LedgerEvent,
    OpenAccount,
    OrderChanged,
    PlaceOrder,
    SettingsHeld,
    SettingsRefused,
)
from services.clock.clock import Clock
from services.engine.gateways.gateway import GatewayRequest
from services.engine.trading.books.books import Books
from services.engine.trading.journal.journal import Journal
from services.engine.trading.journal.records import (
    AccountStored,
    Cause,
    EventStored,
    JournalRecord,
    OrderNumbered,
    OrderTerms,
    ReportSeen,
    RequestTaken,
    SessionSeen,
    SettingsStored,
)

Reply = Callable[[LedgerEvent], None]
_log = logging.getLogger(__name__)


class Scribe:
    """Writes records; once they are on the disk ``outbox`` goes to the gateway and ``answers`` to
    those who asked for what was decided before.

    ``oddities`` counts by code what should not have happened and was not applied.
    """

    def __init__(self, journal: Journal, books: Books, clock: Clock) -> None:
        self._journal = journal
        self._books = books
        self._clock = clock
        self.outbox: list[GatewayRequest] = []
        self.answers: list[tuple[Reply, LedgerEvent]] = []
        self.oddities: Counter[str] = Counter()

    def now(self) -> str:
        """The business time as events carry it."""
        return self._clock.now().astimezone(BEIJING).isoformat(timespec="milliseconds")

    def request(self, request: PlaceOrder | CancelOrder) -> None:
        """Write a request down as it came, an order with the settings that will judge it."""
        settings = self._books.rulings.name if isinstance(request, PlaceOrder) else ""
        self._write(RequestTaken(self.now(), request, settings))

    def order(
        self,
        order: Order,
        cause: Cause,
        *,
        report: int = 0,
        fill: Fill | None = None,
        terms: OrderTerms | None = None,
    ) -> None:
        """Write one step of an order as an event."""
        event = OrderChanged(self._next_number(), self.now(), order, fill)
        self._write(EventStored(event, cause, self._books.session, report, terms))

    def account(self, opening: OpenAccount) -> None:
        """Write the opening state of an account."""
        event = AccountOpened(self._next_number(), self.now(), opening.account, opening.trade_date)
        self._write(AccountStored(event, opening))

    def settings(self, given: GiveSettings) -> None:
        """Write the settings that judge from here on."""
        event = SettingsHeld(self._next_number(), self.now(), given.fingerprint)
        self._write(SettingsStored(event, given))

    def settings_refused(self, name: str, reason: str, text: str) -> None:
        """Write that settings were given which cannot judge."""
        event = SettingsRefused(self._next_number(), self.now(), name, reason, text)
        self._write(EventStored(event, Cause.REQUEST))

    def instruction(self, instruction: Instruction) -> None:
        """Write an instruction in the form that is now held."""
        held = InstructionHeld(self._next_number(), self.now(), instruction)
        self._write(EventStored(held, Cause.REQUEST))

    def cancel_refused(self, name: str, reason: str, text: str, report: int = 0) -> None:
        """Write that a cancel had no effect."""
        event = CancelRefused(self._next_number(), self.now(), name, reason, text)
        cause = Cause.CANCEL_REJECTED if report else Cause.REQUEST
        self._write(EventStored(event, cause, self._books.session, report))

    def numbered(self, name: str, exchange_order_id: int, accepted_ms: int) -> None:
        """Write under which number the exchange took an order."""
        self._write(OrderNumbered(name, exchange_order_id, accepted_ms))

    def report_seen(self, report: int, note: str) -> None:
        """Write that a report was read and changed nothing."""
        self._write(ReportSeen(self._books.session, report, note))

    def session(self, session: str) -> None:
        """Write that the exchange runs another session."""
        self._write(SessionSeen(session))

    def odd(self, code: str, text: str) -> None:
        """Count and report what was not applied."""
        self.oddities[code] += 1
        _log.warning("%s: %s", code, text)

    def _next_number(self) -> int:
        return self._books.last_number + 1

    def _write(self, record: JournalRecord) -> None:
        self._journal.append(record)
        self._books.apply(record)
