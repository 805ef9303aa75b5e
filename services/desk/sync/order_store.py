"""Orders and instructions of the desk: what the engine told is stored once and recorded upwards."""

from sqlalchemy import Connection

from models.errors import ExpectedFailure
from models.status import ChangeSet
from models.trading.charges import OrderCharges
from models.trading.instruction import Instruction
from models.trading.order import Fill, Order
from models.wire.commands import RecordInstruction, RecordOrder, WithdrawInstruction
from models.wire.ledger import LedgerEvent, OrderChanged
from services.clock.clock import Clock
from services.desk.storage.engine_events import read_event_cursor, write_event_cursor
from services.desk.storage.queries.account_state import AccountState, read_account_state
from services.desk.storage.queries.charges import read_charges
from services.desk.storage.queries.orders import read_fills, read_instructions, read_orders
from services.desk.storage.store import LocalStore
from services.desk.sync.outbox import Outbox

_NOTHING = ChangeSet()


class OrderStore:
    """What the OrderDesk keeps in the local store."""

    def __init__(self, *, store: LocalStore, outbox: Outbox, clock: Clock) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock

    async def last_event(self) -> tuple[str, int]:
        """Journal id and number of the last event stored; ("", 0) = none."""
        return await self._store.read(read_event_cursor)

    async def store_event(self, ledger: str, event: LedgerEvent) -> None:
        """Store rows, event number and the command to record it in one transaction; once."""
        changed = await self._store.write(
            lambda connection: self._store_once(connection, ledger, event)
        )
        if changed != _NOTHING:
            await self._outbox.tell(changed)

    async def orders(self) -> tuple[Order, ...]:
        """Orders entered today, newest first."""
        day = self._today()
        return await self._store.read(lambda connection: read_orders(connection, day))

    async def fills(self, client_order_id: str) -> tuple[Fill, ...]:
        """Trades of one order, oldest first."""
        return await self._store.read(lambda connection: read_fills(connection, client_order_id))

    async def charges(self, client_order_id: str) -> OrderCharges | None:
        """What central booked on the order; None = not yet."""
        return await self._store.read(lambda connection: read_charges(connection, client_order_id))

    async def instructions(self, client_id: str) -> tuple[Instruction, ...]:
        """Today's instructions of a client, newest first."""
        day = self._today()
        return await self._store.read(
            lambda connection: read_instructions(connection, client_id, day)
        )

    async def store_instruction(self, instruction: Instruction) -> None:
        """Keep a recorded instruction and record it upwards."""
        await self._outbox.add(RecordInstruction(instruction), instruction.client_id)

    async def withdraw_instruction(self, instruction_id: str, client_id: str, at: str) -> None:
        """The client took his instruction back at ``at``."""
        await self._outbox.add(WithdrawInstruction(instruction_id, client_id, at), client_id)

    async def account_state(self, client_id: str) -> AccountState:
        """Account, cash, rate and holdings; ExpectedFailure NO_ACCOUNT."""
        state = await self._store.read(lambda connection: read_account_state(connection, client_id))
        if state is None:
            raise ExpectedFailure("该客户没有资金账户", "请先为客户开立账户", "NO_ACCOUNT")
        return state

    def _store_once(self, connection: Connection, ledger: str, event: LedgerEvent) -> ChangeSet:
        stored, number = read_event_cursor(connection)
        if stored == ledger and event.number <= number:
            return _NOTHING
        write_event_cursor(connection, ledger, event.number, event.at)
        if not isinstance(event, OrderChanged):
            return _NOTHING
        record = RecordOrder(ledger, event.number, event.order, event.fill)
        _, changed = self._outbox.enclose(connection, record, event.order.client_id)
        return changed

    def _today(self) -> str:
        return self._clock.now().date().isoformat()
