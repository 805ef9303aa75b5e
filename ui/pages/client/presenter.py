"""State of the client page: one profile, its live valuation, contacts and instructions."""

import uuid

from PySide6.QtCore import QObject, Signal

from models.clients.alert import HoldingAlert
from models.clients.profile import ClientProfile
from models.status import ChangeSet
from models.trading.instruction import Instruction
from models.wire.commands import LogContact
from ui.pages.client.instruction_form import InstructionForm, Missing, draft_of, missing_in
from ui.pages.parts.order_rows import OrderLine, order_line
from ui.pages.parts.presence import PagePresenter, TaskStarter
from ui.pages.parts.valuation import Valuation, revalue
from ui.ports import DeskPorts


class ClientPresenter(PagePresenter):
    """Shows one client; reads again only when this client changed."""

    changed = Signal()  # another profile, or the same one newly read
    valued = Signal(object)  # Valuation at newer prices
    missing = Signal(object)  # Missing: the first field that refuses the instruction
    recorded = Signal(object)  # Instruction as stored
    contact_logged = Signal()
    alerted = Signal()  # his alerts were read

    def __init__(self, ports: DeskPorts, tasks: TaskStarter, parent: QObject | None = None) -> None:
        super().__init__(ports, tasks, parent)
        self._client_id = ""
        self._profile: ClientProfile | None = None
        self._alerts: tuple[HoldingAlert, ...] = ()
        self._revision = -1

    @property
    def client_id(self) -> str:
        """Whose page it is; "" before the first."""
        return self._client_id

    @property
    def profile(self) -> ClientProfile | None:
        """The client, once read."""
        return self._profile

    def open_client(self, client_id: str) -> None:
        """Turn to another client."""
        if client_id != self._client_id:
            self._profile, self._alerts = None, ()
        self._client_id = client_id
        self.read()

    def read(self) -> None:
        """Read the client whole, and his alerts."""
        asked = self._client_id
        if asked:
            self.run(self.ports.clients.profile(asked), lambda found: self._take(asked, found))
            self._read_alerts()

    def concerns(self, changes: ChangeSet) -> bool:
        """Only this client matters, and alerts, which do not say whose they are."""
        return self._client_id in changes.clients or changes.alerts or bool(changes.orders)

    def reread(self, changes: ChangeSet) -> None:
        """Read the client again only where more than alerts changed."""
        if self._client_id in changes.clients or changes.orders:
            self.read()
            return
        self._read_alerts()

    def value_now(self) -> None:
        """Called by the frame timer: re-value the holdings when prices moved."""
        revision = self.ports.market.revision()
        if self._profile is None or revision == self._revision:
            return
        self._revision = revision
        self.valued.emit(self.valuation())

    def valuation(self) -> Valuation | None:
        """Return holdings and totals at the newest prices."""
        return revalue(self._profile, self.ports.market.quote) if self._profile else None

    def alerts(self) -> tuple[HoldingAlert, ...]:
        """Return his alerts, severest first."""
        return self._alerts

    def order_lines(self) -> tuple[OrderLine, ...]:
        """Return his orders with names, newest first."""
        if self._profile is None:
            return ()
        card = self._profile.card
        person = self.ports.person
        names = {person.staff_id: person.name}
        return tuple(order_line(order, card, self.ports, names) for order in self._profile.orders)

    def log_contact(self, channel: str, direction: str, summary: str) -> bool:
        """Add to the timeline, pending until central applied it; False when nothing is said."""
        words = summary.strip()
        if not words or not self._client_id:
            return False
        now = self.ports.clock.now().isoformat(timespec="milliseconds")
        contact = LogContact(uuid.uuid4().hex, self._client_id, channel, direction, words, now)
        self.run(self.ports.service.send(contact), lambda _id: self.contact_logged.emit())
        return True

    def record_instruction(self, form: InstructionForm) -> tuple[Missing, ...]:
        """Store the instruction, or tell what is missing; nothing is stored then."""
        lacking = missing_in(form)
        if lacking or self._profile is None:
            for first in lacking[:1]:
                self.missing.emit(first)
            return lacking
        day = self.ports.clock.now().date().isoformat()
        account = self._profile.card.account
        draft = draft_of(form, self._client_id, account, day)
        self.run(self.ports.orders.record_instruction(draft), self._take_recorded)
        return ()

    def _read_alerts(self) -> None:
        asked = self._client_id
        self.run(self.ports.alerts.alerts(), lambda found: self._take_alerts(asked, found))

    def _take_alerts(self, asked: str, found: tuple[HoldingAlert, ...]) -> None:
        if asked == self._client_id:
            self._alerts = tuple(alert for alert in found if alert.client_id == asked)
            self.alerted.emit()

    def _take_recorded(self, instruction: Instruction) -> None:
        self.recorded.emit(instruction)
        self.read()

    def _take(self, asked: str, profile: ClientProfile) -> None:
        if asked != self._client_id:
            return
        self._profile = profile
        self._revision = self.ports.market.revision()
        self.changed.emit()
