"""What the OrderDesk needs from the desk's encrypted store."""

from typing import Protocol

from models.trading.charges import OrderCharges
from models.trading.instruction import Instruction
from models.trading.order import Fill, Order
from models.wire.ledger import LedgerEvent, OpeningHolding


class AccountState(Protocol):
    """A client's account as the desk knows it now."""

    @property
    def account(self) -> str:
        """Account number."""
        ...

    @property
    def cash_cents(self) -> int:
        """Cash, what orders hold frozen included."""
        ...

    @property
    def rate_units(self) -> int:
        """All-in commission rate."""
        ...

    @property
    def holdings(self) -> tuple[OpeningHolding, ...]:
        """Positions."""
        ...


class OrderStore(Protocol):
    """Stored orders, fills and instructions; every method may raise ExpectedFailure."""

    async def last_event(self) -> tuple[str, int]:
        """Journal id and number of the last event stored; ("", 0) = none."""
        ...

    async def store_event(self, ledger: str, event: LedgerEvent) -> None:
        """Store what it changed, its number and the record for central in one transaction."""
        ...

    async def orders(self) -> tuple[Order, ...]:
        """All of today, newest first."""
        ...

    async def fills(self, client_order_id: str) -> tuple[Fill, ...]:
        """Trades of one order, oldest first."""
        ...

    async def charges(self, client_order_id: str) -> OrderCharges | None:
        """What central booked on an order: charges and points; None = not yet."""
        ...

    async def instructions(self, client_id: str) -> tuple[Instruction, ...]:
        """Today's instructions of a client, newest first."""
        ...

    async def store_instruction(self, instruction: Instruction) -> None:
        """Keep a recorded instruction."""
        ...

    async def account_state(self, client_id: str) -> AccountState:
        """The client's account; ExpectedFailure NO_ACCOUNT."""
        ...
